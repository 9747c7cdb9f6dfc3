// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support
import Testing

/// The audit of a scheduler at work.
@Suite(.timeLimit(.minutes(1))) struct AuditTests {
  private let bench = SchedulerBench()

  @Test func `every instant of a running scheduler is accounted for`() async throws {
    let scheduler = try bench.scheduler()
    let ticking = Job.of("t", .every(.init(period: TimeSpan(milliseconds: 50))))
    try await scheduler.start(JobSet(jobs: [ticking, .of("manual", .manual)]))
    for _ in 0..<3 {
      let order = await bench.executor.nextStart()
      bench.executor.end(order.run, .exited(0))
    }
    let report = try await scheduler.audit(since: nil)
    #expect(report.findings.map(\.finding) == [])
    #expect(report.jobs == 2)
    #expect(report.checked >= 2)
    #expect(report.since.map { $0 <= report.through } == true)
  }

  @Test func `a definition answers from the moment on at which it was read`() async throws {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [.of("t", .every(.init(period: .hours(10_000))))]))
    let ticking = Job.of("t", .every(.init(period: TimeSpan(milliseconds: 50))))
    await scheduler.load(JobSet(jobs: [ticking]))
    for _ in 0..<2 {
      let order = await bench.executor.nextStart()
      bench.executor.end(order.run, .exited(0))
    }
    let report = try await scheduler.audit(since: .epoch)
    #expect(report.findings.map(\.finding) == [])
    let none = try await scheduler.audit(since: report.through + .hours(1))
    #expect(none.checked == 0)
  }
}
