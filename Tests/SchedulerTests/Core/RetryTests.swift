// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

@Suite struct RetryTests {
  private func hourly(_ change: (inout JobOptions) -> Void) throws -> Job {
    try .cron("j", "0 * * * *", change)
  }

  @Test func `a job that fails twice and then works is completed at its third attempt`() throws {
    let job = try hourly { $0.retries = .every(.seconds(10), atMost: 5) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { order in
      SimulatedWork(.exited(order.attempt < 3 ? 7 : 0))
    }
    try scheduler.advance(by: .minutes(61))
    #expect(try scheduler.lines() == ["13:00:00 completed a3"])
    let run = try #require(try scheduler.newestRun())
    let earlier = try scheduler.store.earlierAttempts(of: run.id)
    #expect(earlier.map(\.exitCode) == [7, 7])
    #expect(earlier.map(\.number) == [1, 2])
    #expect(run.startedAt == at("2026-03-10T13:00:20Z"))
  }

  @Test func `a run that has used up its attempts is a dead letter`() throws {
    let job = try hourly { $0.retries = .every(.seconds(10), atMost: 2) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in SimulatedWork(.exited(1)) }
    try scheduler.advance(by: .minutes(61))
    #expect(try scheduler.lines() == ["13:00:00 failed a3"])
    #expect(try scheduler.store.deadLetterCount() == 1)
    #expect(try scheduler.newestRun()?.error == "exit code 1")
  }

  @Test func `a replay is a new run, linked to the dead letter, with its scheduled instant`() throws
  {
    var code: Int32 = 1
    let scheduler = try ManualScheduler(at: noon, jobs: [try hourly { _ in }]) { _ in
      SimulatedWork(.exited(code))
    }
    try scheduler.advance(by: .minutes(61))
    let dead = try #require(try scheduler.newestRun())
    code = 0
    try scheduler.perform(.replay(dead))
    try scheduler.advance(by: .seconds(1))
    let replay = try #require(try scheduler.store.run(RunID(dead.id.rawValue + 1)))
    #expect(replay.state == .completed)
    #expect(replay.replayOf == dead.id)
    #expect(replay.scheduledFor == dead.scheduledFor)
    #expect(replay.trigger == .replay)
    #expect(try scheduler.store.deadLetterCount() == 0)
  }

  @Test func `only a dead letter can be replayed`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [try hourly { _ in }])
    try scheduler.advance(by: .minutes(61))
    let run = try #require(try scheduler.newestRun())
    guard case .refused = try scheduler.perform(.replay(run)) else {
      Issue.record("a completed run was replayed")
      return
    }
  }

  @Test func `exit codes that count as success do`() throws {
    let job = try hourly { $0.success = [0, 3] }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in SimulatedWork(.exited(3)) }
    try scheduler.advance(by: .minutes(61))
    #expect(try scheduler.lines() == ["13:00:00 completed a1"])
  }

  @Test func `only failures that the policy names are retried`() throws {
    for (code, line) in [(Int32(75), "13:00:00 failed a3"), (1, "13:00:00 failed a1")] {
      let job = try hourly {
        $0.retries = .every(.seconds(10), atMost: 2)
        $0.retries.causes = [.exitCode(75), .timeout]
      }
      let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
        SimulatedWork(.exited(code))
      }
      try scheduler.advance(by: .minutes(61))
      #expect(try scheduler.lines() == [line])
    }
  }

  @Test func `a permanent error is a dead letter at once`() throws {
    let job = try hourly { $0.retries = .every(.seconds(1), atMost: 5) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(.threwPermanently("no such table"))
    }
    try scheduler.advance(by: .minutes(61))
    #expect(try scheduler.lines() == ["13:00:00 failed a1"])
  }

  @Test func `a handler's own delay is obeyed up to the cap`() throws {
    var policy = RetryPolicy.every(.seconds(1), atMost: 1)
    policy.cap = .minutes(5)
    let job = try hourly { $0.retries = policy }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(.retryAfter(.hours(9), "busy"))
    }
    try scheduler.advance(by: .minutes(61))
    #expect(try scheduler.newestRun()?.retryAt == at("2026-03-10T13:05:00Z"))
  }

  @Test func `a snooze uses no attempt of the retries`() throws {
    var snoozes = 0
    let scheduler = try ManualScheduler(at: noon, jobs: [try hourly { _ in }]) { _ in
      snoozes += 1
      return SimulatedWork(snoozes <= 3 ? .snoozed(.seconds(10)) : .exited(0))
    }
    try scheduler.advance(by: .minutes(62))
    #expect(try scheduler.lines() == ["13:00:00 completed a4"])
  }

  @Test func `more than a hundred snoozes are a dead letter`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [try hourly { _ in }]) { _ in
      SimulatedWork(.snoozed(.zero))
    }
    try scheduler.advance(by: .minutes(61))
    #expect(try scheduler.lines() == ["13:00:00 failed a101"])
  }

  @Test func `a waiting retry survives a restart and comes when it was due`() throws {
    let job = try hourly { $0.retries = .every(.minutes(10), atMost: 1) }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { order in
      SimulatedWork(.exited(order.attempt == 1 ? 1 : 0))
    }
    try scheduler.advance(by: .minutes(61))
    scheduler.kill()
    scheduler.pass(.minutes(2))
    try scheduler.restart()
    try scheduler.advance(to: at("2026-03-10T13:09:59Z"))
    #expect(scheduler.started.count == 1)
    try scheduler.advance(to: at("2026-03-10T13:10:00Z"))
    #expect(try scheduler.lines() == ["13:00:00 completed a2"])
  }

  @Test func `a handler lost with the daemon is tried again where on-lost says so`() throws {
    let job = Job.of(
      "j", try Schedule(crontab: "0 * * * *"), work: .task(name: "t", payload: "{}")
    ) {
      $0.onLost = .retry
      $0.retries = .every(.seconds(5), atMost: 0)
    }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { order in
      SimulatedWork(.returned(nil), taking: order.attempt == 1 ? .minutes(30) : .zero)
    }
    try scheduler.advance(by: .minutes(61))
    scheduler.kill()
    try scheduler.restart()
    try scheduler.advance(by: .minutes(1))
    #expect(try scheduler.lines() == ["13:00:00 completed a2"])
  }

  @Test func `a lost attempt is a dead letter where on-lost says so`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [try hourly { _ in }]) { _ in
      SimulatedWork(taking: .minutes(30))
    }
    try scheduler.advance(by: .minutes(61))
    scheduler.kill()
    try scheduler.restart()
    #expect(try scheduler.lines() == ["13:00:00 failed a1"])
    #expect(scheduler.started.count == 1)
  }

  @Test func `the third attempt lost in a row is a dead letter whatever on-lost says`() throws {
    let job = try hourly {
      $0.onLost = .retry
      $0.retries = .every(.seconds(5), atMost: 0)
    }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(taking: .minutes(30))
    }
    try scheduler.advance(by: .minutes(61))
    for _ in 0..<4 {
      scheduler.kill()
      try scheduler.restart()
      try scheduler.advance(by: .seconds(6))
    }
    #expect(try scheduler.lines() == ["13:00:00 failed a3"])
  }

  @Test func `a process that outlived the daemon is awaited and holds its job`() throws {
    let job = try Job.cron("j", "*/10 * * * *")
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(taking: .minutes(25))
    }
    try scheduler.advance(by: .minutes(10))
    let run = try #require(try scheduler.newestRun())
    try scheduler.report(
      .attemptStarted(
        run.id, attempt: 1, ProcessIdentity(pid: 77, startTicks: 5, boot: "boot 1")))
    scheduler.kill(processesLive: true)
    scheduler.pass(.minutes(1))
    try scheduler.restart()
    try scheduler.advance(by: .minutes(10))
    #expect(
      try scheduler.lines() == ["12:10:00 running a1", "12:20:00 skipped overlap ×1"])
    try scheduler.advance(by: .minutes(15))
    #expect(
      try scheduler.lines() == [
        "12:10:00 failed a1", "12:20:00-12:30:00 skipped overlap ×2",
      ])
  }

  @Test func `delays grow as the policy says and never beyond the cap`() {
    var policy = RetryPolicy(maximum: 100)
    policy.jitter = .none
    let exponential = (1...10).map { policy.delay(afterAttempt: $0, of: RunID(1)).seconds }
    #expect(exponential == [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600])
    policy.backoff = .linear
    #expect(policy.delay(afterAttempt: 3, of: RunID(1)) == .seconds(30))
    policy.backoff = .constant
    #expect(policy.delay(afterAttempt: 90, of: RunID(1)) == .seconds(10))
    policy.backoff = .exponential
    policy.base = TimeSpan(milliseconds: .max)
    policy.cap = TimeSpan(milliseconds: .max)
    #expect(policy.delay(afterAttempt: 1_000_000_000, of: RunID(1)).milliseconds == .max)
  }

  @Test func `jitter draws within its bounds, the same for the same run and attempt`() {
    var policy = RetryPolicy(maximum: 3)
    for run in 1...1_000 {
      policy.jitter = .full
      let full = policy.delay(afterAttempt: 2, of: RunID(Int64(run)))
      #expect(full >= .zero && full <= .seconds(20))
      #expect(full == policy.delay(afterAttempt: 2, of: RunID(Int64(run))))
      policy.jitter = .equal
      let equal = policy.delay(afterAttempt: 2, of: RunID(Int64(run)))
      #expect(equal >= .seconds(10) && equal <= .seconds(20))
    }
    policy.jitter = .full
    let draws = Set((1...1_000).map { policy.delay(afterAttempt: 1, of: RunID(Int64($0))) })
    #expect(draws.count > 900)
  }
}
