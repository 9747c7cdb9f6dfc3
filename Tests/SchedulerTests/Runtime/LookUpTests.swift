// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support
import Testing

/// Commands that look into the ledger first.
@Suite(.timeLimit(.minutes(1))) struct LookUpTests {
  private let bench = SchedulerBench()

  private func started() async throws -> JobScheduler {
    let scheduler = try bench.scheduler()
    let task = Job.of("j", .every(.init(period: .hours(1))), work: .task(name: "t", payload: "{}"))
    try await scheduler.start(JobSet(jobs: [task]))
    return scheduler
  }

  private func run(_ reply: CoreReply) throws -> RunID {
    guard case .run(let id) = reply else { throw Unexpected(reply: reply) }
    return id
  }

  private struct Unexpected: Error { let reply: CoreReply }

  private var lastHour: Instant {
    let hour: Int64 = 3_600_000
    return Instant(milliseconds: SystemClock.read().wall.milliseconds / hour * hour)
  }

  @Test func `an instant of the past is run once, and again when forced`() async throws {
    let scheduler = try await started()
    let first = try run(try await scheduler.backfill(named("j"), at: lastHour))
    let made = try await scheduler.run("\(first.rawValue)")?.run
    #expect(made?.trigger == .backfill)
    #expect(made?.scheduledFor == lastHour)
    bench.executor.end(first, .returned(nil))
    await scheduler.waitForEnd(of: first, patience: .seconds(20))
    let between = try await scheduler.backfill(named("j"), at: lastHour + .seconds(1))
    guard case .refused(let why) = between else { throw Unexpected(reply: between) }
    #expect(why.contains("does not name"))
    #expect(try await scheduler.backfill(named("x"), at: lastHour) == .unknownJob(named("x")))
  }

  @Test func `an instant that ran is not run again unless it is forced`() async throws {
    let scheduler = try bench.scheduler()
    let due = SystemClock.read().wall + TimeSpan(milliseconds: 100)
    try await scheduler.start(JobSet(jobs: [.of("j", .at([due]))]))
    let order = await bench.executor.nextStart()
    bench.executor.end(order.run, .exited(0))
    await scheduler.waitForEnd(of: order.run, patience: .seconds(20))
    let again = try await scheduler.backfill(named("j"), at: due)
    guard case .refused(let why) = again else { throw Unexpected(reply: again) }
    #expect(why.contains("--force"))
    let forced = try run(try await scheduler.backfill(named("j"), at: due, force: true))
    #expect(forced != order.run)
  }

  @Test func `a key stands for one run, also when it is over and when two ask at once`()
    async throws
  {
    let scheduler = try await started()
    let task = TaskRequest(name: "t", key: "k")
    async let one = scheduler.enqueue(task)
    async let two = scheduler.enqueue(task)
    let first = try run(try await one)
    #expect(try run(try await two) == first)
    bench.executor.end(first, .returned(nil))
    await scheduler.waitForEnd(of: first, patience: .seconds(20))
    #expect(try run(try await scheduler.enqueue(task)) == first)
    #expect(try run(try await scheduler.enqueue(TaskRequest(name: "t", key: "other"))) != first)
    #expect(try run(try await scheduler.enqueue(TaskRequest(name: "t"))) != first)
  }
}
