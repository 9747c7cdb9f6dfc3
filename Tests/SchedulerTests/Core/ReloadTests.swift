// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

@Suite struct ReloadTests {
  @Test func `a changed schedule counts from the edit, never back`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    try scheduler.advance(by: .minutes(30))
    try scheduler.load(JobSet(jobs: [.cron("j", "*/20 * * * *")]))
    try scheduler.advance(by: .minutes(31))
    #expect(try scheduler.lines() == ["12:40:00 completed a1", "13:00:00 completed a1"])
  }

  @Test func `a reload that changes nothing moves nothing`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    try scheduler.advance(by: .minutes(30))
    let told = scheduler.notices.count
    try scheduler.load(JobSet(jobs: [.cron("j", "0 * * * *")]))
    #expect(scheduler.notices.count == told)
    try scheduler.advance(by: .minutes(31))
    #expect(try scheduler.lines() == ["13:00:00 completed a1"])
  }

  @Test
  func `a job that vanished is not due, its waiting runs are called off, running ones finish`()
    throws
  {
    let job = try Job.cron("j", "* * * * *") { $0.overlap = .queueAll }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(taking: .minutes(5))
    }
    try scheduler.advance(by: .minutes(2))
    try scheduler.load(JobSet(jobs: []))
    try scheduler.advance(by: .minutes(10))
    #expect(
      try scheduler.lines() == ["12:01:00 completed a1", "12:02:00 cancelled removed a0"])
    #expect(scheduler.core?.jobView(named("j")) == nil)
  }

  @Test func `a job that comes back takes its history up again, counting from its return`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "*/10 * * * *")])
    try scheduler.advance(by: .minutes(10))
    try scheduler.load(JobSet(jobs: []))
    scheduler.kill()
    scheduler.pass(.hours(1))
    try scheduler.restart()
    try scheduler.load(JobSet(jobs: [.cron("j", "*/10 * * * *")]))
    try scheduler.advance(by: .minutes(10))
    #expect(try scheduler.lines() == ["12:10:00 completed a1", "13:20:00 completed a1"])
    let rows = try scheduler.history()
    #expect(Set(rows.map(\.job)).count == 1)
  }

  @Test func `a retry uses the policies and the work that stand when it starts`() throws {
    let first = try Job.cron("j", "0 * * * *") { $0.retries = .every(.minutes(1), atMost: 1) }
    let scheduler = try ManualScheduler(at: noon, jobs: [first]) { order in
      SimulatedWork(.exited(order.work == .exec(["mended"], input: nil) ? 0 : 1))
    }
    try scheduler.advance(by: .minutes(60))
    let mended = Job.of(
      "j", try Schedule(crontab: "0 * * * *"), work: .exec(["mended"], input: nil))
    try scheduler.load(JobSet(jobs: [mended]))
    try scheduler.advance(by: .minutes(2))
    #expect(try scheduler.lines() == ["13:00:00 completed a2"])
  }

  @Test func `a job that is switched off has its waiting runs called off`() throws {
    let job = try Job.cron("j", "0 * * * *") { $0.retries = .every(.hours(5), atMost: 1) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in SimulatedWork(.exited(1)) }
    try scheduler.advance(by: .minutes(61))
    let off = try Job.cron("j", "0 * * * *") { $0.enabled = false }
    try scheduler.load(JobSet(jobs: [off]))
    #expect(try scheduler.lines() == ["13:00:00 cancelled disabled a1"])
    try scheduler.load(JobSet(jobs: [job]))
    try scheduler.advance(to: at("2026-03-10T14:59:00Z"))
    #expect(
      try scheduler.lines() == ["13:00:00 cancelled disabled a1", "14:00:00 retrying a1"])
  }

  @Test func `a broken job whose last good definition stands says so`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    try scheduler.load(JobSet(jobs: [.cron("j", "0 * * * *")], broken: [named("j")]))
    #expect(scheduler.core?.jobView(named("j"))?.state == .broken)
    try scheduler.advance(by: .minutes(61))
    #expect(try scheduler.lines() == ["13:00:00 completed a1"])
  }

  @Test func `a job whose file can't be read at a start is not taken for removed`() throws {
    let job = try Job.cron("j", "*/10 * * * *") { $0.retries = .every(.hours(1), atMost: 1) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { order in
      SimulatedWork(.exited(order.attempt == 1 ? 1 : 0))
    }
    try scheduler.advance(by: .minutes(10))
    scheduler.kill()
    scheduler.pass(.minutes(20))
    try scheduler.load(JobSet(jobs: [], isWhole: false))
    try scheduler.restart()
    try scheduler.advance(by: .minutes(15))
    #expect(try scheduler.lines() == ["12:10:00 retrying a1"])
    try scheduler.load(JobSet(jobs: [job]))
    try scheduler.advance(by: .minutes(30))
    #expect(
      try scheduler.lines() == [
        "12:10:00 completed a2", "12:20:00-12:30:00 missed late ×2",
        "12:40:00-13:10:00 skipped overlap ×4",
      ])
  }

  @Test func `a row of instants left out ends where the schedule changes`() throws {
    let hourly = try Job.cron("j", "0 * * * *")
    let off = try Job.cron("j", "0 * * * *") { $0.enabled = false }
    let scheduler = try ManualScheduler(at: noon, jobs: [hourly])
    try scheduler.perform(.pause(named("j"), until: nil, note: nil))
    try scheduler.advance(by: .minutes(90))
    try scheduler.load(JobSet(jobs: [off]))
    try scheduler.advance(by: .minutes(60))
    try scheduler.load(JobSet(jobs: [hourly]))
    try scheduler.advance(by: .minutes(60))
    #expect(
      try scheduler.lines() == ["13:00:00 missed paused ×1", "15:00:00 missed paused ×1"])
  }
}
