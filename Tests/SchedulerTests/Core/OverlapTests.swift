// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

/// A job due each minute, whose runs take two and a half.
@Suite struct OverlapTests {
  private func scheduler(
    _ policy: OverlapPolicy, minutes: Int64 = 6, maximum: Int? = nil
  ) throws -> ManualScheduler {
    let job = try Job.cron("j", "* * * * *") {
      $0.overlap = policy
      $0.maximumOverlap = maximum
    }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(taking: .seconds(150))
    }
    try scheduler.advance(by: .minutes(minutes))
    return scheduler
  }

  @Test func `skip records what is due while a run is under way, in one row`() throws {
    #expect(
      try scheduler(.skip).lines() == [
        "12:01:00 completed a1", "12:02:00-12:03:00 skipped overlap ×2", "12:04:00 running a1",
        "12:05:00-12:06:00 skipped overlap ×2",
      ])
  }

  @Test func `queue lets one run wait, and a newer one takes its place`() throws {
    #expect(
      try scheduler(.queue).lines() == [
        "12:01:00 completed a1", "12:02:00 skipped overlap a0", "12:03:00 completed a1",
        "12:04:00 skipped overlap a0", "12:05:00 skipped overlap a0", "12:06:00 running a1",
      ])
  }

  @Test func `queue-all lets all wait, and they run one after another`() throws {
    #expect(
      try scheduler(.queueAll).lines() == [
        "12:01:00 completed a1", "12:02:00 completed a1", "12:03:00 running a1",
        "12:04:00 queued a0", "12:05:00 queued a0", "12:06:00 queued a0",
      ])
  }

  @Test func `allow starts runs beside each other`() throws {
    #expect(
      try scheduler(.allow).lines() == [
        "12:01:00 completed a1", "12:02:00 completed a1", "12:03:00 completed a1",
        "12:04:00 running a1", "12:05:00 running a1", "12:06:00 running a1",
      ])
  }

  @Test func `allow keeps to the maximum`() throws {
    #expect(
      try scheduler(.allow, maximum: 2).lines() == [
        "12:01:00 completed a1", "12:02:00 completed a1", "12:03:00 skipped limit ×1",
        "12:04:00 running a1", "12:05:00 running a1", "12:06:00 skipped limit ×1",
      ])
  }

  @Test func `replace stops the earlier run, which ends cancelled, not dead`() throws {
    #expect(
      try scheduler(.replace, minutes: 3).lines() == [
        "12:01:00 cancelled overlap a1", "12:02:00 cancelled overlap a1", "12:03:00 running a1",
      ])
  }

  @Test func `a run that waits for its retry keeps the job busy`() throws {
    let job = try Job.cron("j", "* * * * *") { $0.retries = .every(.seconds(90), atMost: 1) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { order in
      SimulatedWork(.exited(order.attempt == 1 ? 1 : 0))
    }
    try scheduler.advance(by: .minutes(3))
    #expect(
      try scheduler.lines() == [
        "12:01:00 completed a2", "12:02:00 skipped overlap ×1", "12:03:00 retrying a1",
      ])
  }

  @Test func `no more processes run at once than there are places, the highest priority first`()
    throws
  {
    let jobs = try [("low", 1), ("high", 9), ("middle", 5)].map { name, priority in
      try Job.cron(name, "* * * * *") { $0.priority = priority }
    }
    let scheduler = try ManualScheduler(
      at: noon, jobs: jobs, limits: .init(processes: 1)
    ) { _ in SimulatedWork(taking: .seconds(10)) }
    try scheduler.advance(by: .seconds(95))
    #expect(scheduler.started.map(\.job.text) == ["high", "middle", "low"])
  }

  @Test func `handlers do not wait for places of processes`() throws {
    let process = try Job.cron("process", "* * * * *")
    let handler = Job.of(
      "handler", try Schedule(crontab: "* * * * *"), work: .task(name: "t", payload: "{}"))
    let scheduler = try ManualScheduler(
      at: noon, jobs: [process, handler], limits: .init(processes: 1)
    ) { _ in SimulatedWork(taking: .minutes(10)) }
    try scheduler.advance(by: .minutes(1))
    #expect(Set(scheduler.started.map(\.job.text)) == ["process", "handler"])
  }
}
