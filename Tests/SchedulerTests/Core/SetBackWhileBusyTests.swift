// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

/// What the simulation found where the wall clock is set back.
@Suite struct SetBackWhileBusyTests {
  @Test func `a restart after the clock was set back sees no further step`() throws {
    let jobs = try [Job.cron("j", "0 * * * *"), .of("k", .manual)]
    let scheduler = try ManualScheduler(at: noon, jobs: jobs)
    try scheduler.setWallClock(to: noon - .hours(5))
    scheduler.kill()
    try scheduler.restart()
    #expect(try scheduler.store.clockSteps(since: nil, limit: 9).count == 1)
  }

  @Test func `rows of a job that went away are struck out too`() throws {
    let job = try Job.cron("j", "*/30 * * * *") { $0.catchUp = .skip }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.setWallClock(to: noon + .hours(2))
    try scheduler.load(JobSet(jobs: []))
    try scheduler.setWallClock(to: noon + .minutes(45))
    try scheduler.load(JobSet(jobs: [job]))
    try scheduler.setWallClock(to: noon + .hours(2))
    let rows = try scheduler.history().compactMap { row in
      if case .stretch(let stretch) = row { stretch } else { nil }
    }
    #expect(rows.count == 2)
    #expect(rows.map(\.first).max() == noon + .hours(1))
    #expect(rows.map(\.last).min() == noon + .minutes(45))
  }

  @Test func `a row counts what the definition in force names, whatever ran before`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "*/10 * * * *")])
    try scheduler.advance(by: .minutes(60))
    try scheduler.load(JobSet(jobs: [.cron("j", "*/15 * * * *") { $0.catchUp = .skip }]))
    try scheduler.setWallClock(to: noon)
    try scheduler.setWallClock(to: noon + .minutes(59))
    // 12:30 has run; 12:15 and 12:45 have not.
    let rows = try scheduler.lines().filter { $0.contains("clock-jump") }
    #expect(rows == ["12:15:00-12:45:00 missed clock-jump ×2"])
  }
}
