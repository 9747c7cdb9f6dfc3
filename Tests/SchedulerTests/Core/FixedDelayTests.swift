// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

@Suite struct FixedDelayTests {
  private let job = Job.of("j", .everyAfter(.minutes(10), firstNow: false))

  @Test func `what passed in an outage under a pause is one missed instant, and nothing runs`()
    throws
  {
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.perform(.pause(named("j"), until: nil, note: nil))
    scheduler.kill()
    scheduler.pass(.minutes(45))
    try scheduler.restart()
    try scheduler.perform(.resume(named("j")))
    try scheduler.advance(by: .minutes(11))
    #expect(try scheduler.lines() == ["12:10:00 missed paused ×1", "12:55:00 completed a1"])
  }

  @Test func `behind a manual run that lives on, an outage is one instant`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(taking: .minutes(50))
    }
    try scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    let run = try #require(try scheduler.newestRun())
    try scheduler.report(
      .attemptStarted(run.id, attempt: 1, ProcessIdentity(pid: 7, startTicks: 1, boot: "b")))
    scheduler.kill(processesLive: true)
    scheduler.pass(.minutes(45))
    try scheduler.restart()
    try scheduler.advance(by: .minutes(1))
    #expect(
      try scheduler.lines() == ["12:00:00 running manual a1", "12:10:00 skipped overlap ×1"])
  }

  @Test func `a clock that is set back does not hold it up`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.advance(by: .minutes(10))
    try scheduler.setWallClock(to: noon - .hours(24))
    try scheduler.advance(by: .minutes(11))
    #expect(
      scheduler.started.map(\.scheduledFor)
        == [noon + .minutes(10), noon - .hours(24) + .minutes(10)])
  }

  @Test func `once its definition is gone, no timer of it is left`() throws {
    let job = Job.of("j", .everyAfter(.minutes(10), firstNow: false)) {
      $0.retries = .every(.hours(1), atMost: 1)
    }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in SimulatedWork(.exited(1)) }
    try scheduler.advance(by: .minutes(11))
    try scheduler.load(JobSet(jobs: []))
    #expect(scheduler.core?.nextWallDeadline == nil)
  }
}
