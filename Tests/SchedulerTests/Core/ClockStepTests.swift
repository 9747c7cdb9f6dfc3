// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

@Suite struct ClockStepTests {
  private func ran(_ scheduler: ManualScheduler) -> [Instant] {
    scheduler.started.map(\.scheduledFor)
  }

  @Test func `an edit after the clock was set back runs no instant twice`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "*/30 * * * *")])
    try scheduler.advance(by: .minutes(60))
    try scheduler.setWallClock(to: noon + .minutes(15))
    try scheduler.load(JobSet(jobs: [.cron("j", "0,30,45 * * * *")]))
    try scheduler.advance(to: noon + .minutes(95))
    #expect(ran(scheduler) == [30, 60, 45, 90].map { noon + .minutes($0) })
  }

  @Test func `a job that returns after the clock was set back runs no instant twice`() throws {
    let job = try Job.cron("j", "*/30 * * * *")
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.advance(by: .minutes(60))
    try scheduler.load(JobSet(jobs: []))
    try scheduler.setWallClock(to: noon + .minutes(15))
    try scheduler.load(JobSet(jobs: [job]))
    try scheduler.advance(to: noon + .minutes(95))
    #expect(ran(scheduler) == [30, 60, 90].map { noon + .minutes($0) })
  }

  @Test func `first now fires once where a job goes and returns within a millisecond`() throws {
    let job = Job.of("j", .every(IntervalSchedule(period: .minutes(60), firstNow: true)))
    let scheduler = try ManualScheduler(at: noon + .minutes(1), jobs: [job])
    try scheduler.advance(by: .zero)
    try scheduler.load(JobSet(jobs: []))
    try scheduler.load(JobSet(jobs: [job]))
    try scheduler.advance(by: .seconds(1))
    #expect(ran(scheduler) == [noon + .minutes(1)])
  }

  @Test func `a boot whose clock is behind the last boot's is a boot all the same`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "@reboot")])
    scheduler.kill()
    scheduler.pass(.hours(-1))
    try scheduler.restart(afterReboot: true)
    try scheduler.advance(by: .minutes(1))
    scheduler.kill()
    try scheduler.restart()
    try scheduler.advance(by: .minutes(1))
    #expect(ran(scheduler) == [noon - .hours(1)])
  }

  @Test func `a retry waits no longer than it was to, where the clock went back in an outage`()
    throws
  {
    let job = try Job.cron("j", "0 * * * *") { $0.retries = .every(.minutes(5), atMost: 1) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { order in
      SimulatedWork(.exited(order.attempt == 1 ? 1 : 0))
    }
    try scheduler.advance(by: .minutes(60))
    scheduler.kill()
    scheduler.pass(.hours(-24))
    try scheduler.restart()
    try scheduler.advance(by: .minutes(6))
    #expect(try scheduler.lines() == ["13:00:00 completed a2"])
  }
}
