// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

/// What the simulation found, each as short as it could be made.
@Suite struct FoundBySimulationTests {
  private let half = "*/30 * * * *"

  private func rare(_ change: (inout RareOptions) -> Void) -> Shared<RareOptions> {
    var rare = RareOptions()
    change(&rare)
    return Shared(rare)
  }

  @Test func `what passed while the daemon was down is told of where the job was switched off`()
    throws
  {
    let job = try Job.cron("j", half)
    let off = try Job.cron("j", half) { $0.enabled = false }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    scheduler.kill()
    scheduler.pass(.minutes(70))
    var set = JobSet(jobs: [off])
    set.former = [named("j"): job]
    try scheduler.load(set)
    try scheduler.restart()
    #expect(
      try scheduler.lines() == ["12:30:00 missed down ×1", "13:00:00 cancelled disabled a0"])
  }

  @Test func `what passed while the daemon was down is told of where the job was removed`() throws {
    let job = try Job.cron("j", half)
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    scheduler.kill()
    scheduler.pass(.minutes(70))
    var set = JobSet(jobs: [])
    set.former = [named("j"): job]
    try scheduler.load(set)
    try scheduler.restart()
    #expect(
      try scheduler.lines() == ["12:30:00 missed down ×1", "13:00:00 cancelled removed a0"])
  }

  @Test func `an edit while the scheduler drains passes over nothing`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", half)])
    try scheduler.report(.drain)
    try scheduler.advance(by: .minutes(31))
    try scheduler.load(JobSet(jobs: [.cron("j", "0 * * * *")]))
    #expect(try scheduler.lines() == ["12:30:00 queued a0"])
  }

  @Test func `an edit while the store is down passes over nothing`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [.cron("j", half)])
    try scheduler.report(.storeFailed)
    try scheduler.advance(by: .minutes(31))
    try scheduler.load(JobSet(jobs: [.cron("j", "0 * * * *")]))
    try scheduler.report(.storeRecovered)
    try scheduler.advance(by: .seconds(1))
    #expect(try scheduler.lines() == ["12:30:00 completed a1"])
  }

  @Test func `runs of an earlier daemon count against their queue`() throws {
    let jobs = try ["j", "k"].map { name in
      try Job.cron(name, half) { $0.rare = rare { $0.queue = "narrow" } }
    }
    let scheduler = try ManualScheduler(
      at: noon, jobs: jobs, limits: .init(processes: 8, queues: ["narrow": 1])
    ) { _ in SimulatedWork(taking: .hours(1)) }
    try scheduler.perform(.pauseQueue("narrow", until: nil, note: nil))
    for job in jobs {
      try scheduler.perform(.trigger(job.name, payload: nil, force: false))
    }
    try scheduler.report(.drain)
    scheduler.kill()
    try scheduler.restart()
    try scheduler.perform(.resumeQueue("narrow"))
    try scheduler.advance(by: .seconds(1))
    #expect(scheduler.core?.runningCount == 1)
  }

  @Test func `a delayed run does not start beside one that was triggered meanwhile`() throws {
    let job = try Job.cron("j", half) {
      $0.overlap = .queue
      $0.rare = rare { $0.jitter = .minutes(20) }
    }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(taking: .minutes(25))
    }
    try scheduler.advance(by: .minutes(30))
    try scheduler.perform(.trigger(job.name, payload: nil, force: false))
    try scheduler.advance(by: .minutes(21))
    #expect(scheduler.core?.runningCount == 1)
    #expect(scheduler.started.map(\.trigger) == [.manual])
  }

  @Test func `a task's retry that comes due in a pause goes on with the resume`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: []) { order in
      SimulatedWork(order.attempt == 1 ? .threw("no") : .returned(nil))
    }
    try scheduler.perform(
      .enqueue(TaskRequest(name: "send"), payload: nil, startAt: nil, earlier: nil))
    try scheduler.advance(by: .zero)
    try scheduler.perform(.pause(nil, until: nil, note: nil))
    try scheduler.advance(by: .minutes(10))
    try scheduler.perform(.resume(nil))
    try scheduler.advance(by: .seconds(1))
    #expect(try scheduler.lines() == ["12:00:00 completed enqueue a2"])
  }

  @Test func `a handler that puts itself off after its job went away is called off`() throws {
    let job = Job.of("j", .manual, work: .task(name: "t", payload: "{}"))
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in
      SimulatedWork(.snoozed(.seconds(20)), taking: .minutes(1))
    }
    try scheduler.perform(.trigger(job.name, payload: nil, force: false))
    try scheduler.load(JobSet(jobs: []))
    try scheduler.advance(by: .minutes(5))
    #expect(try scheduler.lines() == ["12:00:00 cancelled removed manual a1"])
  }

  @Test func `a fixed delay that fires at once has missed nothing at its first load`() throws {
    let job = Job.of("j", .everyAfter(.hours(1), firstNow: true)) { $0.catchUp = .skip }
    let scheduler = try ManualScheduler(at: noon, jobs: [job])
    try scheduler.advance(by: .seconds(1))
    #expect(try scheduler.lines() == ["12:00:00 completed a1"])
  }

  @Test func `two boots at one instant have a run each`() throws {
    let scheduler = try ManualScheduler(at: noon - .hours(1), jobs: [.cron("j", "@reboot")])
    scheduler.kill()
    scheduler.pass(.hours(1))
    try scheduler.restart(afterReboot: true)
    scheduler.kill()
    try scheduler.restart(afterReboot: true)
    try scheduler.advance(by: .seconds(1))
    #expect(scheduler.started.count == 2)
  }
}
