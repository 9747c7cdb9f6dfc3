// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

/// The ledger when the wall clock is set back, and when the store fails.
@Suite struct SetBackTests {
  private func ran(_ scheduler: ManualScheduler) -> [Instant] {
    scheduler.started.map(\.scheduledFor)
  }

  private func hours(_ numbers: Int64...) -> [Instant] { numbers.map { noon + .hours($0) } }

  @Test func `what ran is not run again, and the next new instant is on time`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    try scheduler.advance(by: .minutes(190))
    try scheduler.setWallClock(to: noon + .minutes(30))
    try scheduler.advance(to: noon + .minutes(250))
    #expect(ran(scheduler) == hours(1, 2, 3, 4))
  }

  @Test func `what was only recorded as missed is struck out, and due again`() throws {
    let job = try Job.cron("j", "0 * * * *")
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.perform(.pause(named("j"), until: nil, note: nil))
    try scheduler.advance(by: .minutes(310))
    try scheduler.perform(.resume(named("j")))
    #expect(try scheduler.history().compactMap(\.stretch).map(\.count) == [5])
    try scheduler.setWallClock(to: noon + .minutes(150))
    let cut = try #require(try scheduler.history().compactMap(\.stretch).first)
    #expect(cut.count == 2 && cut.last == noon + .hours(2))
    try scheduler.advance(to: noon + .minutes(370))
    #expect(ran(scheduler) == hours(3, 4, 5, 6))
  }

  @Test func `what ran among what was missed is stepped over, the rest is due`() throws {
    let job = try Job.cron("j", "0 * * * *")
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    scheduler.kill()
    scheduler.pass(.minutes(200))
    try scheduler.restart()
    try scheduler.advance(by: .minutes(1))
    #expect(ran(scheduler) == hours(3))
    try scheduler.setWallClock(to: noon + .minutes(10))
    #expect(try scheduler.history().compactMap(\.stretch).isEmpty)
    try scheduler.advance(to: noon + .minutes(250))
    #expect(ran(scheduler) == hours(3, 1, 2, 4))
  }

  @Test func `it is remembered over a restart what lies ahead`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    try scheduler.advance(by: .minutes(190))
    try scheduler.setWallClock(to: noon + .minutes(30))
    scheduler.kill()
    scheduler.pass(.minutes(60))
    try scheduler.restart()
    try scheduler.advance(to: noon + .minutes(250))
    #expect(ran(scheduler) == hours(1, 2, 3, 4))
    scheduler.kill()
    try scheduler.restart()
    #expect(try scheduler.store.load().claimedAhead == nil)
    try scheduler.advance(to: noon + .minutes(310))
    #expect(ran(scheduler) == hours(1, 2, 3, 4, 5))
  }

  @Test func `a clock that went back while the daemon was down is seen at the start`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    try scheduler.advance(by: .minutes(190))
    scheduler.kill()
    scheduler.pass(.minutes(-160))
    try scheduler.restart()
    try scheduler.advance(to: noon + .minutes(250))
    #expect(ran(scheduler) == hours(1, 2, 3, 4))
    #expect(try scheduler.store.clockSteps(since: nil, limit: 9).count == 1)
  }

  @Test func `set back to 1970 and forward again, nothing is run twice and no storm comes`() throws
  {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "* * * * *")])
    try scheduler.advance(by: .minutes(10))
    try scheduler.setWallClock(to: Instant(milliseconds: 5_000))
    try scheduler.advance(by: .minutes(3))
    #expect(scheduler.started.count == 13)
    try scheduler.setWallClock(to: noon + .minutes(20))
    try scheduler.advance(by: .minutes(2))
    #expect(scheduler.started.count == 16)
    #expect(Set(ran(scheduler)).count == 16)
  }

  @Test func `an edit before the ledger has answered waits for the answer`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    try scheduler.advance(by: .minutes(190))
    var core = try #require(scheduler.core)
    let back = Moment(wall: noon + .minutes(30), elapsed: scheduler.now.elapsed)
    let asked = core.handle(.tick, at: back)
    #expect(asked.ledgerWanted == noon + .minutes(30))
    try scheduler.store.commit(asked.changes, batch: 1_000)
    let edited = core.handle(.load(JobSet(jobs: [try .cron("j", "30 * * * *")])), at: back)
    #expect(edited.isEmpty)
    let tail = try scheduler.store.ledgerTail(after: noon + .minutes(30))
    _ = core.handle(.ledgerTail(tail, after: noon + .minutes(30)), at: back)
    #expect(core.definitions.map(\.scheduleText) == ["30 * * * *"])
    #expect(core.nextWallDeadline == noon + .minutes(90))
  }

  @Test(arguments: [-90, 90])
  func `a retry's delay is elapsed time, over a step and a restart`(minutes: Int64) throws {
    let job = try Job.cron("j", "0 * * * *") { $0.retries = .every(.minutes(30), atMost: 1) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in SimulatedWork(.exited(1)) }
    try scheduler.advance(to: noon + .minutes(60))
    try scheduler.advance(by: .minutes(10))
    try scheduler.setWallClock(to: scheduler.now.wall + .minutes(minutes))
    try scheduler.perform(.pause(nil, until: nil, note: nil))
    scheduler.kill()
    try scheduler.restart()
    try scheduler.perform(.resume(nil))
    let before = scheduler.started.filter { $0.attempt == 2 }.count
    try scheduler.advance(by: .seconds(19 * 60))
    #expect(scheduler.started.filter { $0.attempt == 2 }.count == before)
    try scheduler.advance(by: .seconds(61))
    #expect(scheduler.started.filter { $0.attempt == 2 }.count == before + 1)
  }

  @Test func `each step of the clock has a row`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [])
    try scheduler.setWallClock(to: noon + .hours(2))
    try scheduler.setWallClock(to: noon - .hours(1))
    let steps = try scheduler.store.clockSteps(since: nil, limit: 9)
    #expect(steps.map(\.by) == [.hours(-3), .hours(2)])
    #expect(steps.map(\.at) == [noon - .hours(1), noon + .hours(2)])
  }

  @Test func `while the store is down nothing becomes due, and afterwards the reason is said`()
    throws
  {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "* * * * *")])
    try scheduler.report(.storeFailed)
    #expect(scheduler.core?.nextWallDeadline == nil)
    try scheduler.advance(by: .seconds(330))
    #expect(scheduler.started.isEmpty)
    let reply = try scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    #expect(
      reply == .refused("the state file can't be written at present: `beatctl status` says why"))
    try scheduler.report(.storeRecovered)
    try scheduler.advance(by: .seconds(1))
    #expect(ran(scheduler) == [noon + .minutes(5)])
    let row = try #require(try scheduler.history().compactMap(\.stretch).first)
    #expect(row.reason == .store && row.count == 4)
  }

  @Test func `instants that passed in a suspension say so`() throws {
    var core = try #require(
      try ManualScheduler(at: noon, jobs: [.cron("j", "* * * * *")]).core)
    let later = Moment(
      wall: noon + .minutes(90), elapsed: ElapsedTime(milliseconds: 1_000_000) + .minutes(90),
      suspended: .minutes(89))
    let step = core.handle(.tick, at: later)
    let reasons = step.changes.compactMap { change in
      if case .stretch(let row) = change { row.reason } else { nil }
    }
    #expect(reasons == [.suspend])
  }

  @Test func `what an edited job's old schedule named while the daemon was down is its old one's`()
    throws
  {
    let old = try Job.cron("j", "0 * * * *")
    let scheduler = try ManualScheduler(at: noon, jobs: [old])
    scheduler.kill()
    scheduler.pass(.minutes(190))
    var set = JobSet(jobs: [try .cron("j", "30 * * * *")])
    set.former = [old.name: old]
    try scheduler.load(set)
    try scheduler.restart()
    try scheduler.advance(to: noon + .minutes(215))
    #expect(ran(scheduler) == [noon + .hours(3), noon + .minutes(210)])
    #expect(try scheduler.history().compactMap(\.stretch).map(\.count) == [2])
  }

  @Test func `a renamed job keeps its number, its history and its count`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("old", "0 * * * *")])
    try scheduler.advance(by: .minutes(61))
    let renamed = try Job.cron("new", "0 * * * *") {
      var rare = RareOptions()
      rare.was = named("old")
      $0.rare = Shared(rare)
    }
    try scheduler.load(JobSet(jobs: [renamed]))
    try scheduler.advance(by: .minutes(60))
    #expect(scheduler.started.map(\.job.text) == ["old", "new"])
    #expect(Set(try scheduler.history().map(\.job)).count == 1)
    #expect(try scheduler.store.load().jobs.map(\.name.text) == ["new"])
    scheduler.kill()
    try scheduler.restart()
    try scheduler.advance(by: .minutes(60))
    #expect(scheduler.started.count == 3)
  }
}
