// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support
import Synchronization
import Testing

/// What a stop waits for.
@Suite(.timeLimit(.minutes(1))) struct ShutdownTests {
  private let bench = SchedulerBench()

  private func job(_ name: String, _ policy: StopPolicy?) -> Job {
    .of(name, .manual) { options in
      var rare = RareOptions()
      rare.onStop = policy
      options.rare = Shared(rare)
    }
  }

  private func started(_ scheduler: JobScheduler, _ name: String) async -> RunID {
    await scheduler.perform(.trigger(named(name), payload: nil, force: false))
    let order = await bench.executor.nextStart()
    let process = ProcessIdentity(pid: 7, startTicks: 1, boot: "boot")
    bench.executor.sink.withLock { $0 }(.started(order.run, attempt: 1, process))
    return order.run
  }

  private func state(_ scheduler: JobScheduler, _ run: RunID) async throws -> Run? {
    try await scheduler.run("\(run.rawValue)")?.run
  }

  @Test func `a process that is to be left is not waited for and not stopped`() async throws {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [job("left", .leave)]))
    bench.executor.endsWhenStopped.withLock { $0 = true }
    let run = await started(scheduler, "left")
    await scheduler.shutDown(patience: .seconds(3_600))
    let left = try await state(scheduler, run)
    #expect(left?.state == .running)
    #expect(left?.process?.pid == 7)
  }

  @Test(arguments: [nil, StopPolicy.drain])
  func `others are waited for, then stopped`(policy: StopPolicy?) async throws {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [job("left", .leave), job("drained", policy)]))
    bench.executor.endsWhenStopped.withLock { $0 = true }
    let left = await started(scheduler, "left")
    let drained = await started(scheduler, "drained")
    await scheduler.shutDown(patience: TimeSpan(milliseconds: 20))
    #expect(try await state(scheduler, left)?.state == .running)
    #expect(try await state(scheduler, drained)?.error == "stopped")
  }

  @Test func `one that was told to end before is waited for`() async throws {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [job("left", .leave)]))
    let run = await started(scheduler, "left")
    await scheduler.perform(.cancel(run))
    async let end: Void = scheduler.shutDown(patience: .seconds(3_600))
    bench.executor.end(run, .stopped(exitCode: nil, signal: 15))
    await end
    #expect(try await state(scheduler, run)?.state == .cancelled)
  }

  @Test func `nothing is taken while it is shut down`() async throws {
    let scheduler = try bench.scheduler()
    try await scheduler.start(JobSet(jobs: [job("j", nil)]))
    await scheduler.shutDown(patience: .zero)
    let refused = CoreReply.refused("beatd is shutting down")
    #expect(
      await scheduler.perform(.trigger(named("j"), payload: nil, force: true)) == refused)
    #expect(try await scheduler.enqueue(TaskRequest(name: "t")) == refused)
  }
}
