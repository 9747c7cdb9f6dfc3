// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

/// Instants of the past that somebody asks for, and runs that somebody calls off.
@Suite struct BackfillTests {
  private func backfill(
    _ minutes: Int64, _ scheduler: ManualScheduler, force: Bool = false
  ) throws -> CoreReply {
    let id = try #require(scheduler.core?.id(of: named("j")))
    let instant = noon + .minutes(minutes)
    return try scheduler.perform(
      .backfill(
        named("j"), instant, earlier: scheduler.store.scheduledRun(of: id, at: instant),
        force: force))
  }

  private func refusal(_ reply: CoreReply) -> String? {
    if case .refused(let why) = reply { why } else { nil }
  }

  @Test func `an instant that was missed is run, and its row stays`() throws {
    let job = try Job.cron("j", "0 * * * *") { $0.catchUp = .skip }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    scheduler.kill()
    scheduler.pass(.minutes(190))
    try scheduler.restart()
    #expect(try backfill(60, scheduler) == .run(RunID(1)))
    try scheduler.advance(by: .seconds(1))
    let order = try #require(scheduler.started.first)
    #expect(order.scheduledFor == noon + .hours(1))
    #expect(order.trigger == .backfill)
    #expect(try scheduler.history().compactMap(\.stretch).map(\.count) == [3])
    try scheduler.advance(to: noon + .hours(4))
    #expect(scheduler.started.count == 2)
  }

  @Test func `an instant that ran is refused, unless it is forced`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    try scheduler.advance(by: .minutes(61))
    let why = try #require(refusal(try backfill(60, scheduler)))
    #expect(why.contains("memory-1") && why.contains("--force"))
    #expect(try backfill(60, scheduler, force: true) == .run(RunID(2)))
  }

  @Test func `an instant that the schedule does not name, or of the future, is refused`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    let unnamed = try #require(refusal(try backfill(-30, scheduler)))
    #expect(unnamed.contains("does not name 2026-03-10T11:30:00.000Z"))
    let future = try #require(refusal(try backfill(60, scheduler)))
    #expect(future.contains("has not come yet"))
  }

  @Test(arguments: [(CatchUpPolicy.latest, [3]), (.all, [1, 2, 3]), (.skip, [])])
  func `a resume that catches up goes by the job's policy`(
    policy: CatchUpPolicy, hours: [Int64]
  ) throws {
    let job = try Job.cron("j", "0 * * * *") { $0.catchUp = policy }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.perform(.pause(named("j"), until: nil, note: nil))
    try scheduler.advance(by: .minutes(200))
    try scheduler.perform(.resume(named("j"), catchUp: true))
    try scheduler.advance(by: .seconds(1))
    #expect(scheduler.started.map(\.scheduledFor) == hours.map { noon + .hours($0) })
    #expect(scheduler.started.allSatisfy { $0.trigger == .backfill })
    #expect(try scheduler.history().compactMap(\.stretch).map(\.count) == [3])
  }

  @Test func `a run that waits is called off, one that runs is stopped`() throws {
    let job = try Job.cron("j", "0 * * * *") { $0.overlap = .queue }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(taking: .hours(3))
    }
    try scheduler.advance(by: .minutes(121))
    #expect(try scheduler.perform(.cancel(RunID(2))) == .run(RunID(2)))
    #expect(try scheduler.store.run(RunID(2))?.reason == .operator)
    #expect(try scheduler.perform(.cancel(RunID(1))) == .run(RunID(1)))
    try scheduler.advance(by: .seconds(1))
    let stopped = try #require(try scheduler.store.run(RunID(1)))
    #expect(stopped.state == .cancelled && stopped.reason == .operator)
    #expect(refusal(try scheduler.perform(.cancel(RunID(1))))?.contains("is over") == true)
  }

  @Test func `a run that was called off stays so where beatd dies within its grace`() throws {
    let job = try Job.cron("j", "0 * * * *") { $0.onLost = .retry }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(taking: .hours(3), stopsAfter: .seconds(5))
    }
    try scheduler.advance(by: .minutes(61))
    try scheduler.perform(.cancel(RunID(1)))
    #expect(try scheduler.store.run(RunID(1))?.state == .running)
    scheduler.kill()
    try scheduler.restart()
    try scheduler.advance(by: .seconds(1))
    let run = try #require(try scheduler.store.run(RunID(1)))
    #expect(run.state == .cancelled && run.reason == .operator)
    #expect(scheduler.started.count == 1)
  }

  @Test func `a dead letter is not replayed while a replay of it is under way`() throws {
    let job = try Job.cron("j", "0 * * * *")
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) {
      SimulatedWork(.exited(1), taking: $0.trigger == .replay ? .minutes(5) : .zero)
    }
    try scheduler.advance(by: .minutes(61))
    let dead = try #require(try scheduler.store.run(RunID(1)))
    #expect(try scheduler.perform(.replay(dead)) == .run(RunID(2)))
    #expect(refusal(try scheduler.perform(.replay(dead)))?.contains("memory-2") == true)
  }
}
