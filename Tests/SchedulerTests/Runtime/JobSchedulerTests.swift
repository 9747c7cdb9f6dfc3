// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support
import Synchronization
import Testing

/// The real scheduler, on the real clock, over a store and an executor that the test looks into.
@Suite(.timeLimit(.minutes(1))) struct JobSchedulerTests {
  private let bench = SchedulerBench()

  @Test func `nothing is started before the store has it, and it starts once the store can write`()
    async throws
  {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [.of("j", .manual)]))
    bench.store.failNextCommits(1, with: StoreError(.unwritable, "the disk is full"))
    await scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    #expect(bench.store.attempts == bench.store.successes + 1, "the commit failed and was repeated")
    #expect(bench.executor.started.map(\.attempt) == [1])
    #expect(bench.troubles.withLock(\.count) == 1)
    #expect(await scheduler.storeTrouble == nil)
  }

  @Test func `a commit that is unknown and was durable after all is not repeated`() async throws {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [.of("j", .manual)]))
    bench.store.failNextCommits(1, with: StoreError(.unknown, "disk I/O error"), durable: true)
    await scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    #expect(bench.executor.started.count == 1)
    #expect(bench.troubles.withLock(\.count) == 0)
    let history = try await scheduler.history(of: named("j"), HistoryQuery())
    #expect(history?.count == 1)
  }

  @Test
  func `a commit that is unknown and can't be looked up yet is looked up before it is repeated`()
    async throws
  {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [.of("j", .manual)]))
    bench.store.failNextCommits(1, with: StoreError(.unknown, "disk I/O error"), durable: true)
    bench.store.leaveUnanswered(1)
    await scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    #expect(bench.executor.started.count == 1)
    #expect(bench.troubles.withLock(\.count) == 1)
    let history = try await scheduler.history(of: named("j"), HistoryQuery())
    #expect(history?.count == 1)
  }

  @Test func `a commit that is unknown and was not durable is repeated`() async throws {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [.of("j", .manual)]))
    bench.store.failNextCommits(1, with: StoreError(.unknown, "disk I/O error"))
    await scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    #expect(bench.executor.started.count == 1)
    let history = try await scheduler.history(of: named("j"), HistoryQuery())
    #expect(history?.count == 1)
  }

  @Test func `a reply comes when what it says is durable, and an end wakes whoever waits for it`()
    async throws
  {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [.of("j", .manual)]))
    let reply = await scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    guard case .run(let id) = reply else {
      Issue.record("\(reply)")
      return
    }
    #expect(try await scheduler.run(id.text(tag: scheduler.tag))?.run.state == .running)
    async let end: Void = scheduler.waitForEnd(of: id, patience: .seconds(50))
    bench.executor.end(id, .exited(0))
    await end
    let run = try await scheduler.run("\(id.rawValue)")?.run
    #expect(run?.state == .completed)
    #expect(run?.exitCode == 0)
  }

  @Test func `what is printed while a follower looks wakes it`() async throws {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [.of("j", .manual)]))
    let reply = await scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    guard case .run(let id) = reply else {
      Issue.record("\(reply)")
      return
    }
    let executor = bench.executor
    bench.store.whileReading.withLock { $0 = { executor.print("line", by: id) } }
    let begun = SystemClock.read().elapsed
    let piece = try await scheduler.output(of: id, attempt: nil, from: 0, patience: .seconds(20))
    #expect(piece?.bytes == Array("line".utf8))
    #expect(SystemClock.read().elapsed < begun + .seconds(15))
  }

  @Test func `an instant of the real clock is met, not before it`() async throws {
    let scheduler = try bench.scheduler()
    let due = SystemClock.read().wall + TimeSpan(milliseconds: 150)
    try await scheduler.start(JobSet(jobs: [.of("j", .at([due]))]))
    let order = await bench.executor.nextStart()
    #expect(order.scheduledFor == due)
    #expect(SystemClock.read().wall >= due)
  }

  @Test func `ten thousand jobs due at one instant are claimed together`() async throws {
    let scheduler = try bench.scheduler()
    let work = Work.task(name: "t", payload: "{}")
    let now = Schedule.every(IntervalSchedule(period: .hours(10_000), firstNow: true))
    let jobs = (0..<10_000).map { Job.of("job-\($0)", now, work: work) }
    try await scheduler.start(JobSet(jobs: jobs))
    #expect(bench.executor.started.count == 10_000)
    #expect(bench.store.successes == 1)
  }

  @Test func `a shutdown waits for what runs, and stops it when patience ends`() async throws {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [.of("j", .manual)]))
    await scheduler.perform(.trigger(named("j"), payload: nil, force: false))
    bench.executor.endsWhenStopped.withLock { $0 = true }
    await scheduler.shutDown(patience: TimeSpan(milliseconds: 20))
    let rows = try await scheduler.history(of: named("j"), HistoryQuery())
    #expect(rows?.compactMap(\.row.run?.state) == [.failed])
    #expect(rows?.first?.row.run?.error == "stopped")
  }
}

/// A scheduler's surroundings.
final class SchedulerBench: Sendable {
  let store = ProbedStore()
  let executor = ProbedExecutor()
  let troubles = Mutex<[StoreError]>([])

  func scheduler() throws -> JobScheduler {
    try JobScheduler(
      store: store, limits: .init(processes: 10),
      boot: .init(key: "boot", isRecent: false),
      makeExecutor: {
        executor.sink.withLock { [sink = $0] in $0 = sink }
        return executor
      },
      observer: { _, _ in },
      reportTrouble: { trouble in self.troubles.withLock { $0.append(trouble) } })
  }
}
