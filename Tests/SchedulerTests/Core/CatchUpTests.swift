// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

@Suite struct CatchUpTests {
  private func afterOutage(
    _ policy: CatchUpPolicy, of outage: TimeSpan = .minutes(23), limit: Int = 1_000,
    overlap: OverlapPolicy = .skip
  ) throws -> ManualScheduler {
    let job = try Job.cron("j", "*/5 * * * *") {
      $0.catchUp = policy
      $0.catchUpLimit = limit
      $0.overlap = overlap
    }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(taking: .seconds(1))
    }
    try scheduler.advance(by: .minutes(6))
    scheduler.kill()
    scheduler.pass(outage)
    try scheduler.restart()
    try scheduler.advance(by: .minutes(2))
    return scheduler
  }

  @Test func `latest runs the newest missed instant once and records the rest`() throws {
    let scheduler = try afterOutage(.latest)
    #expect(
      try scheduler.lines() == [
        "12:05:00 completed a1", "12:10:00-12:20:00 missed down ×3", "12:25:00 completed a1",
        "12:30:00 completed a1",
      ])
    let run = scheduler.started.first { $0.scheduledFor == at("2026-03-10T12:25:00Z") }
    #expect(run?.trigger == .schedule)
  }

  @Test func `a catch-up run says how many instants it stands for, and the first of them`() throws {
    let scheduler = try afterOutage(.latest)
    let rows = try scheduler.history()
    let missed = rows.compactMap { row -> MissedBefore? in
      if case .run(let run) = row { run.missed } else { nil }
    }
    #expect(missed == [MissedBefore(count: 3, first: at("2026-03-10T12:10:00Z"))])
  }

  @Test func `all runs each missed instant, oldest first, one after another`() throws {
    let scheduler = try afterOutage(.all)
    #expect(
      try scheduler.lines() == [
        "12:05:00 completed a1", "12:10:00 completed a1", "12:15:00 completed a1",
        "12:20:00 completed a1", "12:25:00 completed a1", "12:30:00 completed a1",
      ])
    let starts = scheduler.started.map(\.scheduledFor)
    #expect(starts == starts.sorted())
    let runs = try scheduler.history().compactMap { row -> Run? in
      if case .run(let run) = row { run } else { nil }
    }
    let spans = runs.compactMap { run in run.startedAt.map { ($0, run.finishedAt ?? $0) } }
      .sorted { $0.0 < $1.0 }
    for (earlier, later) in zip(spans, spans.dropFirst()) { #expect(earlier.1 <= later.0) }
  }

  @Test func `all runs no more than its limit, the newest, and records the others`() throws {
    let scheduler = try afterOutage(.all, limit: 2)
    #expect(
      try scheduler.lines() == [
        "12:05:00 completed a1", "12:10:00-12:15:00 missed down ×2", "12:20:00 completed a1",
        "12:25:00 completed a1", "12:30:00 completed a1",
      ])
  }

  @Test func `skip records what was missed and runs nothing of it`() throws {
    let scheduler = try afterOutage(.skip)
    #expect(
      try scheduler.lines() == [
        "12:05:00 completed a1", "12:10:00-12:25:00 missed down ×4", "12:30:00 completed a1",
      ])
  }

  @Test func `an outage of years is one row, and the job goes on`() throws {
    let scheduler = try afterOutage(.latest, of: .hours(24 * 365))
    let rows = try scheduler.history()
    let counts = rows.compactMap { row -> Int? in
      if case .stretch(let stretch) = row { stretch.count } else { nil }
    }
    #expect(counts == [100_000])
    #expect(rows.count == 3 || rows.count == 4)
  }

  @Test func `an outage in which nothing was due leaves no trace`() throws {
    let scheduler = try afterOutage(.latest, of: .minutes(1))
    #expect(try scheduler.lines() == ["12:05:00 completed a1"])
  }

  @Test func `what is past its deadline is recorded and not run`() throws {
    let job = try Job.cron("j", "0 * * * *") { $0.deadline = .minutes(10) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    scheduler.kill()
    scheduler.pass(.minutes(75))
    try scheduler.restart()
    #expect(try scheduler.lines() == ["13:00:00 missed deadline ×1"])
  }

  @Test func `a fixed delay has at most one missed instant`() throws {
    let job = Job.of("j", .everyAfter(.minutes(10), firstNow: false)) { $0.catchUp = .skip }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    scheduler.kill()
    scheduler.pass(.hours(5))
    try scheduler.restart()
    try scheduler.advance(by: .minutes(11))
    #expect(
      try scheduler.lines() == ["12:10:00 missed down ×1", "17:10:00 completed a1"])
  }

  @Test func `in a running daemon only the newest of several due instants runs, if it is not old`()
    throws
  {
    let job = try Job.cron("j", "* * * * *") { $0.catchUp = .skip }
    var core = SchedulerCore(
      StoreSnapshot(tag: "abc123"), limits: .init(processes: 4),
      boot: .init(key: "b", isRecent: false), at: moment(noon))
    _ = core.handle(.load(JobSet(jobs: [job])), at: moment(noon))
    let step = core.handle(.tick, at: moment(noon + .minutes(5) + .seconds(30)))
    #expect(step.starts.map(\.scheduledFor) == [noon + .minutes(5)])
    #expect(
      step.notices.contains {
        if case .leftOut(_, let row) = $0 { row.count == 4 && row.reason == .late } else { false }
      })
  }

  @Test func `a forward step of the clock is the reason of what it passes over`() throws {
    let job = try Job.cron("j", "0 * * * *") { $0.catchUp = .skip }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.setWallClock(to: noon + .minutes(200))
    #expect(try scheduler.lines() == ["13:00:00-15:00:00 missed clock-jump ×3"])
  }

  @Test func `after a backward step no instant runs twice`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", "0 * * * *")])
    try scheduler.advance(by: .hours(3))
    try scheduler.setWallClock(to: noon + .minutes(30))
    try scheduler.advance(by: .hours(4))
    #expect(
      try scheduler.lines() == [
        "13:00:00 completed a1", "14:00:00 completed a1", "15:00:00 completed a1",
        "16:00:00 completed a1",
      ])
  }
}
