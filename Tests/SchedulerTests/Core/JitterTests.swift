// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

@Suite struct JitterTests {
  private func hourly(
    _ name: String = "j", jitter: TimeSpan = .minutes(5),
    _ change: (inout JobOptions) -> Void = { _ in }
  ) throws -> Job {
    try .cron(name, "0 * * * *") {
      var rare = RareOptions()
      rare.jitter = jitter
      $0.rare = Shared(rare)
      change(&$0)
    }
  }

  private func onlyRun(_ scheduler: ManualScheduler) throws -> Run {
    try #require(try scheduler.history().compactMap(\.run).last)
  }

  @Test func `a run is claimed at its instant, waits its delay, and starts then`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [hourly()])
    try scheduler.advance(to: noon + .hours(1))
    let run = try onlyRun(scheduler)
    #expect(run.state == .pending)
    #expect(run.scheduledFor == noon + .hours(1))
    let start = try #require(run.startAt)
    #expect(start > noon + .hours(1) && start < noon + .hours(1) + .minutes(5))
    try scheduler.advance(to: start - TimeSpan(milliseconds: 1))
    #expect(scheduler.started.isEmpty)
    try scheduler.advance(to: start)
    #expect(scheduler.started.map(\.scheduledFor) == [noon + .hours(1)])
    #expect(try onlyRun(scheduler).startedAt == start)
  }

  @Test func `a restart within the delay neither misses the run nor draws anew`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [hourly()])
    try scheduler.advance(to: noon + .hours(1))
    let start = try #require(try onlyRun(scheduler).startAt)
    scheduler.kill()
    try scheduler.restart()
    try scheduler.advance(to: start)
    #expect(scheduler.started.count == 1)
    #expect(try onlyRun(scheduler).startAt == start)
  }

  @Test func `a run whose delay ended while the daemon was down starts at once`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [hourly()])
    try scheduler.advance(to: noon + .hours(1))
    scheduler.kill()
    scheduler.pass(.minutes(10))
    try scheduler.restart()
    try scheduler.advance(by: .zero)
    #expect(scheduler.started.map(\.scheduledFor) == [noon + .hours(1)])
  }

  @Test func `the delay is less than the jitter, and ends before the next instant`() throws {
    let job = try Job.cron("often", "* * * * *") {
      var rare = RareOptions()
      rare.jitter = .hours(1)
      $0.rare = Shared(rare)
    }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.advance(by: .hours(2))
    let runs = try scheduler.history().compactMap(\.run).filter { $0.attempt > 0 }
    #expect(runs.count >= 118)
    for run in runs {
      let delay = try #require(run.startedAt) - run.scheduledFor
      #expect(delay >= .zero && delay < .minutes(1))
    }
    #expect(Set(runs.compactMap { ($0.startedAt ?? noon) - $0.scheduledFor }).count > 60)
  }

  @Test func `two jobs of one schedule are spread`() throws {
    let jobs = try (0..<20).map { try hourly("job\($0)", jitter: .minutes(30)) }
    let scheduler = try ManualScheduler(at: noon, jobs: jobs)
    try scheduler.advance(by: .hours(2))
    #expect(Set(try scheduler.history().compactMap { $0.run?.startedAt }).count > 15)
  }

  @Test func `the deadline counts from the instant and its delay`() throws {
    let job = try hourly { $0.deadline = .seconds(1) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.advance(by: .minutes(70))
    #expect(scheduler.started.count == 1)
  }

  @Test func `whether it overlaps is decided when the delay is over`() throws {
    let job = try hourly(jitter: .minutes(50))
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(taking: .minutes(30))
    }
    try scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    try scheduler.advance(to: noon + .hours(1))
    try scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    let start = try #require(try scheduler.history().compactMap { $0.run?.startAt }.first)
    try scheduler.advance(to: start)
    let isBusy = start < noon + .minutes(90)
    let run = try scheduler.history().compactMap(\.run).first { $0.trigger == .schedule }
    #expect(run?.state == (isBusy ? .skipped : .running))
    #expect(run?.reason == (isBusy ? .overlap : nil))
  }

  @Test func `a job that is removed takes its waiting run with it`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [hourly()])
    try scheduler.advance(to: noon + .hours(1))
    try scheduler.load(JobSet(jobs: []))
    try scheduler.advance(by: .hours(1))
    #expect(scheduler.started.isEmpty)
    #expect(try onlyRun(scheduler).reason == .removed)
  }
}
