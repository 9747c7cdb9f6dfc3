// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

/// Named limits on concurrency, and one-off tasks.
@Suite struct QueueTests {
  private let limits = SchedulerCore.Limits(processes: 10, queues: ["slow": 2, "mail": nil])

  private func job(_ name: String, queue: String?, priority: Int = 5) -> Job {
    .of(name, .manual) {
      var rare = RareOptions()
      rare.queue = queue
      $0.rare = Shared(rare)
      $0.priority = priority
    }
  }

  private func names(_ scheduler: ManualScheduler) -> [String] {
    scheduler.started.map(\.job.text)
  }

  private func trigger(_ names: [String], _ scheduler: ManualScheduler) throws {
    for name in names {
      try scheduler.perform(.trigger(named(name), payload: nil, force: false))
    }
  }

  private func enqueue(
    _ name: String, _ scheduler: ManualScheduler, priority: Int = 5, retries: Int = 3,
    queue: String? = nil, key: String? = nil, at start: Instant? = nil, earlier: RunID? = nil
  ) throws -> CoreReply {
    let task = TaskRequest(
      name: name, priority: priority, retries: retries, queue: queue, key: key)
    return try scheduler.perform(
      .enqueue(task, payload: #"{"to":"ann"}"#, startAt: start, earlier: earlier))
  }

  @Test func `no more attempts of a queue run at once than its limit`() throws {
    let jobs = ["a", "b", "c"].map { job($0, queue: "slow") } + [job("d", queue: nil)]
    let scheduler = try ManualScheduler(at: noon, jobs: jobs, limits: limits) { _ in
      SimulatedWork(taking: .minutes(10))
    }
    try trigger(["a", "b", "c", "d"], scheduler)
    #expect(names(scheduler) == ["a", "b", "d"])
    try scheduler.advance(by: .minutes(10))
    #expect(names(scheduler) == ["a", "b", "d", "c"])
  }

  @Test func `in a queue the higher priority goes first, then the earlier instant`() throws {
    let jobs =
      ["a", "b", "c"].map { job($0, queue: "slow") } + [job("urgent", queue: "slow", priority: 9)]
    let scheduler = try ManualScheduler(at: noon, jobs: jobs, limits: limits) { _ in
      SimulatedWork(taking: .minutes(10))
    }
    try trigger(["a", "b", "c", "urgent"], scheduler)
    try scheduler.advance(by: .minutes(10))
    #expect(names(scheduler) == ["a", "b", "urgent", "c"])
  }

  @Test func `a job that waits and gets other work to do waits for the place it needs`() throws {
    let process = Job.of("b", .manual)
    let handler = Job.of("b", .manual, work: .task(name: "t", payload: "{}"))
    let scheduler = try ManualScheduler(
      at: noon, jobs: [.of("a", .manual), handler], limits: .init(processes: 1)
    ) { _ in SimulatedWork(taking: .minutes(10)) }
    try trigger(["a"], scheduler)
    try scheduler.load(JobSet(jobs: [.of("a", .manual), process]))
    try trigger(["b"], scheduler)
    #expect(names(scheduler) == ["a"])
    try scheduler.load(JobSet(jobs: [.of("a", .manual), handler]))
    #expect(names(scheduler) == ["a", "b"])
  }

  @Test func `a paused queue holds its jobs and tasks, and lets go of them`() throws {
    let scheduler = try ManualScheduler(
      at: noon, jobs: [try queued("a", "0 * * * *"), job("b", queue: nil)], limits: limits)
    try scheduler.perform(.pauseQueue("slow", until: nil, note: "database down"))
    _ = try enqueue("send", scheduler, queue: "slow")
    try scheduler.advance(by: .minutes(61))
    try trigger(["b"], scheduler)
    #expect(names(scheduler) == ["b"])
    scheduler.kill()
    try scheduler.restart()
    #expect(names(scheduler) == ["b"])
    #expect(scheduler.core?.jobView(named("a"))?.pause?.note == "database down")
    try scheduler.perform(.resumeQueue("slow"))
    try scheduler.advance(by: .minutes(60))
    #expect(names(scheduler) == ["b", "send", "a"])
    let row = try scheduler.history().compactMap(\.stretch).first
    #expect(row?.reason == .paused && row?.count == 1)
  }

  @Test func `a queue's jobs make up for what passed in its pause, if that is asked for`() throws {
    let scheduler = try ManualScheduler(
      at: noon, jobs: [try queued("a", "0 * * * *"), try .cron("b", "0 * * * *")], limits: limits)
    try scheduler.perform(.pauseQueue("slow", until: nil, note: nil))
    try scheduler.advance(by: .minutes(130))
    #expect(names(scheduler) == ["b", "b"])
    try scheduler.perform(.resumeQueue("slow", catchUp: true))
    try scheduler.advance(by: .seconds(1))
    #expect(names(scheduler) == ["b", "b", "a"])
    #expect(scheduler.started.last?.trigger == .backfill)
    #expect(scheduler.started.last?.scheduledFor == noon + .hours(2))
    try scheduler.perform(.resumeQueue("slow", catchUp: true))
    #expect(scheduler.started.count == 3)
  }

  private func queued(_ name: String, _ expression: String) throws -> Job {
    try .cron(name, expression) {
      var rare = RareOptions()
      rare.queue = "slow"
      $0.rare = Shared(rare)
    }
  }

  @Test func `an unknown queue is answered with those that there are`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [], limits: limits)
    let reply = try scheduler.perform(.pauseQueue("slwo", until: nil, note: nil))
    #expect(reply == .unknownQueue("slwo", known: ["default", "mail", "slow"]))
    #expect(
      try enqueue("send", scheduler, queue: "slwo")
        == .unknownQueue("slwo", known: ["default", "mail", "slow"]))
  }

  @Test func `a task runs once, with its payload, whatever jobs there are`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [])
    #expect(try enqueue("send", scheduler) == .run(RunID(1)))
    try scheduler.advance(by: .seconds(1))
    let order = try #require(scheduler.started.first)
    #expect(order.work == .task(name: "send", payload: #"{"to":"ann"}"#))
    #expect(order.trigger == .enqueue)
    #expect(try scheduler.store.run(RunID(1))?.state == .completed)
  }

  @Test func `a task waits for its time, over a restart too`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [])
    _ = try enqueue("send", scheduler, at: noon + .hours(2))
    #expect(try scheduler.store.run(RunID(1))?.state == .pending)
    try scheduler.advance(by: .hours(1))
    scheduler.kill()
    try scheduler.restart()
    try scheduler.advance(by: .minutes(59))
    #expect(scheduler.started.isEmpty)
    try scheduler.advance(by: .minutes(1))
    #expect(scheduler.started.map(\.scheduledFor) == [noon + .hours(2)])
  }

  @Test func `tasks start by priority, then by age`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: [], limits: limits) { _ in
      SimulatedWork(taking: .minutes(1))
    }
    for number in 0..<12 {
      _ = try enqueue("t\(number)", scheduler, priority: number % 3, queue: "slow")
    }
    try scheduler.advance(by: .hours(1))
    #expect(
      names(scheduler)
        == ["t0", "t1", "t2", "t5", "t8", "t11", "t4", "t7", "t10", "t3", "t6", "t9"])
  }

  @Test func `a second request with the key of an open task is answered with its run`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: []) { _ in
      SimulatedWork(taking: .minutes(5))
    }
    #expect(try enqueue("send", scheduler, key: "welcome ann") == .run(RunID(1)))
    #expect(try enqueue("send", scheduler, key: "welcome ann") == .run(RunID(1)))
    scheduler.kill(processesLive: true)
    try scheduler.restart()
    #expect(try enqueue("send", scheduler, key: "welcome ann") == .run(RunID(1)))
    #expect(try scheduler.store.run(withKey: "welcome ann")?.id == RunID(1))
    try scheduler.advance(by: .minutes(10))
    #expect(try enqueue("send", scheduler, key: "welcome ann", earlier: RunID(1)) == .run(RunID(1)))
    #expect(try enqueue("send", scheduler, key: "welcome ann") == .run(RunID(2)))
  }

  @Test func `a task that fails is tried again so often, then is a dead letter to replay`() throws {
    let scheduler = try ManualScheduler(at: noon, jobs: []) { order in
      SimulatedWork(order.trigger == .replay ? .returned(nil) : .threw("no mail server"))
    }
    _ = try enqueue("send", scheduler, retries: 2)
    try scheduler.advance(by: .hours(24))
    #expect(scheduler.started.map(\.attempt) == [1, 2, 3])
    let dead = try #require(try scheduler.store.run(RunID(1)))
    #expect(dead.state == .failed)
    #expect(try scheduler.perform(.replay(dead)) == .run(RunID(2)))
    try scheduler.advance(by: .seconds(1))
    #expect(scheduler.started.last?.work == .task(name: "send", payload: #"{"to":"ann"}"#))
    #expect(try scheduler.store.run(RunID(2))?.state == .completed)
  }

  @Test func `a hundred thousand tasks are taken and ended in the order of their priority`() throws
  {
    let scheduler = try ManualScheduler(at: noon, jobs: [], limits: .init(processes: 1))
    var core = try #require(scheduler.core)
    var starts: [Int] = []
    _ = core.handle(.command(.pause(nil, until: nil, note: nil)), at: scheduler.now)
    for number in 0..<100_000 {
      let task = TaskRequest(name: "t", priority: number % 10)
      _ = core.handle(
        .command(.enqueue(task, payload: nil, startAt: nil, earlier: nil)), at: scheduler.now)
    }
    let step = core.handle(.command(.resume(nil)), at: scheduler.now)
    starts = step.starts.map(\.options.value.priority)
    #expect(starts.count == 100_000)
    #expect(starts == starts.sorted(by: >))
    for order in step.starts {
      _ = core.handle(.attemptEnded(order.run, attempt: 1, .returned(nil), nil), at: scheduler.now)
    }
    #expect(core.runningCount == 0)
  }
}
