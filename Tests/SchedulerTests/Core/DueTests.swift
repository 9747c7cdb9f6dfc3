// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

@Suite struct DueTests {
  @Test func `each instant that a schedule names becomes one run`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "*/5 * * * *")])
    try scheduler.advance(by: .minutes(15))
    #expect(
      try scheduler.lines() == [
        "12:05:00 completed a1", "12:10:00 completed a1", "12:15:00 completed a1",
      ])
  }

  @Test func `a run starts at its instant, to the millisecond, and never before`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "*/5 * * * *")])
    try scheduler.advance(to: at("2026-03-10T12:04:59.999Z"))
    #expect(scheduler.started.isEmpty)
    try scheduler.advance(to: at("2026-03-10T12:05:00Z"))
    #expect(scheduler.started.map(\.scheduledFor) == [at("2026-03-10T12:05:00Z")])
  }

  @Test func `a job that is seen for the first time has missed nothing`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    try scheduler.advance(by: .minutes(59))
    #expect(try scheduler.lines().isEmpty)
  }

  @Test func `a start and what records it come in one step`() throws {
    var core = SchedulerCore(
      StoreSnapshot(tag: "abc123"), limits: .init(processes: 4),
      boot: .init(key: "b", isRecent: false), at: moment(noon))
    _ = core.handle(.load(JobSet(jobs: [try .cron("j", "* * * * *")])), at: moment(noon))
    let due = noon + .minutes(1)
    let step = core.handle(.tick, at: moment(due))
    #expect(step.starts.count == 1)
    let made = step.changes.compactMap { change in
      if case .runMade(let run) = change { run } else { nil }
    }
    #expect(made.map(\.state) == [.running])
    #expect(made.first?.startedAt == due)
    #expect(step.changes.contains(.cursor(JobID(1), due)))
  }

  @Test func `the same events at the same moments give the same steps`() throws {
    let jobs = try [Job.cron("a", "* * * * *"), .cron("b", "*/2 * * * *")]
    let steps = (0..<2).map { _ in
      var core = SchedulerCore(
        StoreSnapshot(tag: "abc123"), limits: .init(processes: 4),
        boot: .init(key: "b", isRecent: false), at: moment(noon))
      var steps = [core.handle(.load(JobSet(jobs: jobs)), at: moment(noon)).changes]
      for minute in 1...10 {
        steps.append(core.handle(.tick, at: moment(noon + .minutes(Int64(minute)))).changes)
      }
      return steps
    }
    #expect(steps[0] == steps[1])
  }

  @Test func `an interval keeps to its anchor whenever it was first read`() throws {
    let job = Job.of("j", .every(IntervalSchedule(period: .seconds(90))))
    let scheduler = try ManualScheduler(at: noon + .seconds(7), jobs: [job])
    try scheduler.advance(by: .minutes(4))
    #expect(
      try scheduler.lines() == [
        "12:01:30 completed a1", "12:03:00 completed a1",
      ])
  }

  @Test func `an interval with first now fires when it is first read, and not again at a restart`()
    throws
  {
    let interval = IntervalSchedule(period: .minutes(10), firstNow: true)
    let scheduler = try ManualScheduler(at: noon + .seconds(7), jobs: [.of("j", .every(interval))])
    try scheduler.advance(by: .minutes(1))
    scheduler.kill()
    try scheduler.restart()
    try scheduler.advance(by: .minutes(1))
    #expect(try scheduler.lines() == ["12:00:07 completed a1"])
  }

  @Test func `a fixed delay counts from the end of the last scheduled run`() throws {
    let job = Job.of("j", .everyAfter(.minutes(10), firstNow: false))
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(taking: .minutes(3))
    }
    try scheduler.advance(by: .minutes(30))
    #expect(try scheduler.lines() == ["12:10:00 completed a1", "12:23:00 completed a1"])
  }

  @Test func `a fixed delay with first now fires at once`() throws {
    let job = Job.of("j", .everyAfter(.minutes(10), firstNow: true))
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.advance(by: .minutes(11))
    #expect(try scheduler.lines() == ["12:00:00 completed a1", "12:10:00 completed a1"])
  }

  @Test func `a manual run does not move a fixed delay`() throws {
    let job = Job.of("j", .everyAfter(.minutes(10), firstNow: false))
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.advance(by: .minutes(5))
    try scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    try scheduler.advance(by: .minutes(6))
    #expect(
      try scheduler.lines() == ["12:05:00 completed manual a1", "12:10:00 completed a1"])
  }

  @Test func `a list of instants fires at each, and then the job has ended`() throws {
    let job = Job.of("j", .at([noon + .minutes(1), noon + .minutes(2)]))
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.advance(by: .minutes(5))
    #expect(try scheduler.lines() == ["12:01:00 completed a1", "12:02:00 completed a1"])
    #expect(scheduler.core?.jobView(named("j"))?.state == .ended)
  }

  @Test func `reboot fires once a boot, not once a start of the daemon`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "@reboot")])
    try scheduler.advance(by: .minutes(1))
    #expect(try scheduler.lines().isEmpty, "the daemon's first load in an old boot is no boot")
    scheduler.kill()
    try scheduler.restart()
    try scheduler.advance(by: .minutes(1))
    #expect(try scheduler.lines().isEmpty)
    scheduler.kill()
    try scheduler.restart(afterReboot: true)
    try scheduler.advance(by: .minutes(1))
    scheduler.kill()
    try scheduler.restart()
    try scheduler.advance(by: .minutes(1))
    #expect(try scheduler.lines() == ["12:02:00 completed a1"])
  }

  @Test func `a job that only a trigger runs is never due`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.of("j", .manual)])
    try scheduler.advance(by: .hours(1_000))
    #expect(try scheduler.lines().isEmpty)
    #expect(scheduler.core?.nextWallDeadline == nil)
  }

  @Test func `a disabled job is listed and never due`() throws {
    let job = try Job.cron("j", "* * * * *") { $0.enabled = false }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.advance(by: .hours(1))
    #expect(try scheduler.lines().isEmpty)
    #expect(scheduler.core?.jobView(named("j"))?.state == .disabled)
    #expect(scheduler.core?.jobView(named("j"))?.next == nil)
  }
}

func moment(_ instant: Instant) -> Moment {
  Moment(
    wall: instant, elapsed: ElapsedTime(milliseconds: instant.milliseconds - noon.milliseconds))
}
