// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

@Suite struct OperatorTests {
  @Test func `a trigger runs now, and the schedule goes on as before`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    try scheduler.advance(by: .minutes(10))
    try scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    try scheduler.advance(by: .minutes(60))
    #expect(
      try scheduler.lines() == ["12:10:00 completed manual a1", "13:00:00 completed a1"])
  }

  @Test func `a trigger that overlap refuses is recorded as skipped`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")]) { _ in
      SimulatedWork(taking: .minutes(30))
    }
    try scheduler.advance(by: .minutes(61))
    try scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    #expect(
      try scheduler.lines() == ["13:00:00 running a1", "13:01:00 skipped overlap manual a0"])
  }

  @Test func `a forced trigger starts beside what runs`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")]) { _ in
      SimulatedWork(taking: .minutes(30))
    }
    try scheduler.advance(by: .minutes(61))
    try scheduler.perform(.trigger(named("j"), payload: nil, force: true))
    #expect(
      try scheduler.lines() == ["13:00:00 running a1", "13:01:00 running manual a1"])
  }

  @Test func `an unknown job is said to be unknown`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    #expect(
      try scheduler.perform(.trigger(named("k"), payload: nil, force: false))
        == .unknownJob(named("k")))
    #expect(
      try scheduler.perform(.pause(named("k"), until: nil, note: nil)) == .unknownJob(named("k")))
    #expect(try scheduler.perform(.resume(named("k"))) == .unknownJob(named("k")))
  }

  @Test func `a disabled job runs only when a trigger is forced`() throws {
    let job = try Job.cron("j", "0 * * * *") { $0.enabled = false }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    guard case .refused = try scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    else {
      Issue.record("a disabled job was triggered")
      return
    }
    try scheduler.perform(.trigger(named("j"), payload: nil, force: true))
    try scheduler.advance(by: .seconds(1))
    #expect(try scheduler.lines() == ["12:00:00 completed manual a1"])
  }

  @Test func `while a job is paused its instants pass as missed, and resume catches nothing up`()
    throws
  {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "*/10 * * * *")])
    try scheduler.perform(.pause(named("j"), until: nil, note: "maintenance"))
    try scheduler.advance(by: .minutes(35))
    #expect(scheduler.core?.jobView(named("j"))?.next == nil)
    try scheduler.perform(.resume(named("j")))
    try scheduler.advance(by: .minutes(5))
    #expect(
      try scheduler.lines() == ["12:10:00-12:30:00 missed paused ×3", "12:40:00 completed a1"])
  }

  @Test func `a pause that has an end ends by itself`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "*/10 * * * *")])
    try scheduler.perform(.pause(named("j"), until: noon + .minutes(30), note: nil))
    #expect(scheduler.core?.jobView(named("j"))?.next == noon + .minutes(30))
    try scheduler.advance(by: .minutes(30))
    #expect(
      try scheduler.lines() == ["12:10:00-12:20:00 missed paused ×2", "12:30:00 completed a1"])
  }

  @Test func `a pause survives a restart, and what passed meanwhile was paused`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "*/10 * * * *")])
    try scheduler.perform(.pause(named("j"), until: nil, note: nil))
    scheduler.kill()
    scheduler.pass(.minutes(25))
    try scheduler.restart()
    try scheduler.advance(by: .minutes(5))
    #expect(try scheduler.lines() == ["12:10:00-12:30:00 missed paused ×3"])
  }

  @Test
  func `instants after the end of a pause that ended while the daemon was down are caught up`()
    throws
  {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "*/10 * * * *")])
    try scheduler.perform(.pause(named("j"), until: noon + .minutes(15), note: nil))
    scheduler.kill()
    scheduler.pass(.minutes(35))
    try scheduler.restart()
    try scheduler.advance(by: .seconds(1))
    #expect(
      try scheduler.lines() == [
        "12:10:00 missed paused ×1", "12:20:00 missed down ×1", "12:30:00 completed a1",
      ])
  }

  @Test func `a pause of everything holds every job, and a trigger runs all the same`() throws {
    let jobs = try [Job.cron("a", "*/10 * * * *"), .cron("b", "*/10 * * * *")]
    let scheduler = try ManualScheduler(at: noon, jobs: jobs)
    try scheduler.perform(.pause(nil, until: nil, note: nil))
    try scheduler.advance(by: .minutes(11))
    try scheduler.perform(.trigger(named("a"), payload: nil, force: false))
    try scheduler.advance(by: .seconds(1))
    #expect(
      try scheduler.lines().sorted() == [
        "12:10:00 missed paused ×1", "12:10:00 missed paused ×1", "12:11:00 completed manual a1",
      ])
    try scheduler.perform(.resume(nil))
    try scheduler.advance(by: .minutes(10))
    #expect(scheduler.started.map(\.job.text) == ["a", "a", "b"])
  }

  @Test func `a retry waits while its job is paused and goes on at resume`() throws {
    let job = try Job.cron("j", "0 * * * *") { $0.retries = .every(.minutes(1), atMost: 3) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { order in
      SimulatedWork(.exited(order.attempt == 1 ? 1 : 0))
    }
    try scheduler.advance(by: .minutes(60))
    try scheduler.perform(.pause(named("j"), until: nil, note: nil))
    try scheduler.advance(by: .minutes(20))
    #expect(try scheduler.lines() == ["13:00:00 retrying a1"])
    try scheduler.perform(.resume(named("j")))
    try scheduler.advance(by: .seconds(1))
    #expect(try scheduler.lines() == ["13:00:00 completed a2"])
  }

  @Test func `after a drain nothing new starts, and what ends is recorded`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "* * * * *")]) { _ in
      SimulatedWork(taking: .seconds(90))
    }
    try scheduler.advance(by: .minutes(1))
    try scheduler.report(.drain)
    try scheduler.advance(by: .minutes(10))
    #expect(try scheduler.lines() == ["12:01:00 completed a1"])
    #expect(scheduler.core?.runningCount == 0)
  }

  @Test func `a run that a pause holds does not hold up one that a person asks for since`() throws {
    let jobs = try [
      Job.of("a", .at([noon + .minutes(1)])),
      Job.cron("b", "2 12 * * *") { $0.overlap = .queueAll },
    ]
    let scheduler = try ManualScheduler(at: noon, jobs: jobs, limits: .init(processes: 1)) {
      SimulatedWork(taking: $0.job == named("a") ? .minutes(10) : .zero)
    }
    try scheduler.advance(by: .minutes(3))
    try scheduler.perform(.pause(named("b"), until: nil, note: nil))
    try scheduler.perform(.trigger(named("b"), payload: nil, force: false))
    try scheduler.advance(by: .minutes(10))
    #expect(
      try scheduler.lines() == [
        "12:01:00 completed a1", "12:02:00 queued a0", "12:03:00 completed manual a1",
      ])
  }
}
