// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

/// Jobs that run because another one ended.
@Suite struct ChainTests {
  private func job(
    _ name: String, _ schedule: Schedule = .manual, enabled: Bool = true,
    _ change: (inout RareOptions) -> Void
  ) -> Job {
    .of(name, schedule) {
      var rare = RareOptions()
      change(&rare)
      $0.rare = Shared(rare)
      $0.enabled = enabled
    }
  }

  private func names(_ scheduler: ManualScheduler) -> [String] {
    scheduler.started.map(\.job.text)
  }

  private func runs(of name: String, _ scheduler: ManualScheduler) throws -> [Run] {
    let id = scheduler.core?.id(of: named(name))
    return try scheduler.history().compactMap(\.run).filter { $0.job == id }
  }

  @Test func `a chained run follows each completed one, with its instant and its name`() throws {
    let scheduler = try ManualScheduler(
      at: noon, jobs: [.cron("a", "0 * * * *"), job("b") { $0.after = named("a") }])
    try scheduler.advance(by: .minutes(61))
    #expect(names(scheduler) == ["a", "b"])
    let (parent, child) = (scheduler.started[0], scheduler.started[1])
    #expect(child.scheduledFor == parent.scheduledFor)
    #expect(child.trigger == .after)
    #expect(child.parentText == parent.runText)
    #expect(try runs(of: "b", scheduler).map(\.parent) == [parent.run])
  }

  @Test func `a run by hand is followed too, one that failed is not`() throws {
    let scheduler = try ManualScheduler(
      at: noon, jobs: [job("a") { _ in }, job("b") { $0.after = named("a") }]
    ) { order in
      SimulatedWork(.exited(order.run.rawValue == 1 ? 1 : 0))
    }
    try scheduler.perform(.trigger(named("a"), payload: nil, force: false))
    try scheduler.advance(by: .seconds(1))
    #expect(names(scheduler) == ["a"])
    try scheduler.perform(.trigger(named("a"), payload: nil, force: false))
    try scheduler.advance(by: .seconds(1))
    #expect(names(scheduler) == ["a", "a", "b"])
  }

  @Test func `the chained run is durable in the very commit of its parent's end`() throws {
    let scheduler = try ManualScheduler(
      at: noon, jobs: [job("a") { _ in }, job("b") { $0.after = named("a") }])
    try scheduler.perform(.trigger(named("a"), payload: nil, force: false))
    var core = try #require(scheduler.core)
    let step = core.handle(
      .attemptEnded(RunID(1), attempt: 1, .exited(0), nil), at: scheduler.now)
    let made = step.changes.contains {
      if case .runMade(let run) = $0 { run.parent == RunID(1) } else { false }
    }
    let ended = step.changes.contains {
      if case .runChanged(let run) = $0 { run.state == .completed } else { false }
    }
    #expect(made && ended)
  }

  @Test func `while the chained job is paused its run is missed, and stays so`() throws {
    let scheduler = try ManualScheduler(
      at: noon, jobs: [.cron("a", "0 * * * *"), job("b") { $0.after = named("a") }])
    try scheduler.perform(.pause(named("b"), until: nil, note: nil))
    try scheduler.advance(by: .minutes(61))
    try scheduler.perform(.resume(named("b")))
    try scheduler.advance(by: .minutes(1))
    #expect(names(scheduler) == ["a"])
    let run = try #require(try runs(of: "b", scheduler).first)
    #expect(run.state == .missed && run.reason == .paused)
  }

  @Test func `a disabled job follows nothing, and nothing is recorded`() throws {
    let scheduler = try ManualScheduler(
      at: noon,
      jobs: [.cron("a", "0 * * * *"), job("b", enabled: false) { $0.after = named("a") }])
    try scheduler.advance(by: .minutes(61))
    #expect(try runs(of: "b", scheduler).isEmpty)
  }

  @Test func `the first failure of a spell runs the job that is to be told, the end of it another`()
    throws
  {
    let watched = job("a") {
      $0.onFailure = [.job(named("alarm"))]
      $0.onRecovery = [.job(named("calm"))]
    }
    let scheduler = try ManualScheduler(
      at: noon, jobs: [watched, job("alarm") { _ in }, job("calm") { _ in }]
    ) { order in
      let fails = order.job == named("a") && order.scheduledFor < noon + .seconds(3)
      return SimulatedWork(.exited(fails ? 1 : 0))
    }
    for _ in 0..<5 {
      try scheduler.perform(.trigger(named("a"), payload: nil, force: false))
      try scheduler.advance(by: .seconds(1))
    }
    #expect(names(scheduler) == ["a", "alarm", "a", "a", "a", "calm", "a"])
  }

  @Test func `two jobs that name each other come to an end`() throws {
    let jobs = [
      job("a") { $0.onSuccess = [.job(named("b"))] },
      job("b") { $0.onSuccess = [.job(named("a"))] },
    ]
    let scheduler = try ManualScheduler(at: noon, jobs: jobs)
    try scheduler.perform(.trigger(named("a"), payload: nil, force: false))
    try scheduler.advance(by: .hours(1))
    #expect(names(scheduler) == ["a", "b"])
  }

  @Test func `a spell of failures is remembered over a restart`() throws {
    let watched = job("a") { $0.onFailure = [.job(named("alarm"))] }
    let scheduler = try ManualScheduler(at: noon, jobs: [watched, job("alarm") { _ in }]) {
      SimulatedWork(.exited($0.job == named("a") ? 1 : 0))
    }
    try scheduler.perform(.trigger(named("a"), payload: nil, force: false))
    try scheduler.advance(by: .seconds(1))
    scheduler.kill()
    try scheduler.restart()
    try scheduler.perform(.trigger(named("a"), payload: nil, force: false))
    try scheduler.advance(by: .seconds(1))
    #expect(names(scheduler) == ["a", "alarm", "a"])
  }

  @Test func `a job pauses itself after so many dead letters in a row`() throws {
    let failing = job("a", try Schedule(crontab: "* * * * *")) { $0.pauseAfter = 3 }
    let scheduler = try ManualScheduler(at: noon, jobs: [failing]) { _ in
      SimulatedWork(.exited(1))
    }
    try scheduler.advance(by: .minutes(10))
    #expect(scheduler.started.count == 3)
    let view = try #require(scheduler.core?.jobView(named("a")))
    #expect(view.pause?.note == "paused itself after 3 dead letters in a row")
  }

  @Test func `a pause tells nobody, and a job that is paused is told nothing`() throws {
    let watched = job("a", try Schedule(crontab: "* * * * *")) {
      $0.onMissed = [.job(named("alarm"))]
      $0.onSuccess = [.job(named("alarm"))]
    }
    let scheduler = try ManualScheduler(at: noon, jobs: [watched, job("alarm") { _ in }])
    try scheduler.perform(.pause(named("a"), until: nil, note: nil))
    try scheduler.advance(by: .minutes(5))
    #expect(scheduler.started.isEmpty)
    try scheduler.perform(.resume(named("a")))
    try scheduler.perform(.pause(named("alarm"), until: nil, note: nil))
    try scheduler.advance(by: .seconds(61))
    #expect(names(scheduler) == ["a"])
    #expect(try runs(of: "alarm", scheduler).map(\.reason) == [.paused])
  }

  @Test func `a run is expected from when the option was read, also over a restart`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("a", "@yearly")])
    try scheduler.advance(by: .hours(24 * 30))
    let expected = job("a", try Schedule(crontab: "@yearly")) { $0.expectWithin = .hours(2) }
    scheduler.kill()
    try scheduler.load(JobSet(jobs: [expected]))
    try scheduler.restart()
    try scheduler.advance(by: .hours(1))
    scheduler.kill()
    try scheduler.restart()
    try scheduler.advance(by: .minutes(59))
    #expect(!scheduler.notices.contains { if case .overdue = $0 { true } else { false } })
    try scheduler.advance(by: .minutes(2))
    #expect(scheduler.notices.contains { if case .overdue = $0 { true } else { false } })
  }

  @Test func `an expected run that does not come is told once, and again after the next`() throws {
    let expected = job("a") {
      $0.expectWithin = .hours(2)
      $0.onMissed = [.job(named("alarm"))]
    }
    let scheduler = try ManualScheduler(at: noon, jobs: [expected, job("alarm") { _ in }])
    try scheduler.advance(by: .hours(10))
    #expect(names(scheduler) == ["alarm"])
    try scheduler.perform(.trigger(named("a"), payload: nil, force: false))
    try scheduler.advance(by: .hours(1))
    scheduler.kill()
    try scheduler.restart()
    try scheduler.advance(by: .minutes(59))
    #expect(names(scheduler) == ["alarm", "a"])
    try scheduler.advance(by: .minutes(2))
    #expect(names(scheduler) == ["alarm", "a", "alarm"])
    #expect(scheduler.notices.contains(.overdue(named("a"), since: noon + .hours(10))))
  }
}
