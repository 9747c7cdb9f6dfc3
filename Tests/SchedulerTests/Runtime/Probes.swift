// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Synchronization

/// A memory store whose commits fail when they are told to.
///
/// `@unchecked Sendable`: the memory is used under the lock alone.
final class ProbedStore: Store, @unchecked Sendable {
  private struct State {
    let memory = MemoryStore()
    var failures = 0
    var failure = StoreError(.failed, "")
    var failsDurably = false
    var attempts = 0
    var successes = 0
  }

  private let state = Mutex(State())
  /// Done once, in the midst of the next reading of a run.
  let whileReading = Mutex<(@Sendable () -> Void)?>(nil)

  var attempts: Int { state.withLock(\.attempts) }
  var successes: Int { state.withLock(\.successes) }

  func failNextCommits(_ count: Int, with error: StoreError, durable: Bool = false) {
    state.withLock {
      $0.failures = count
      $0.failure = error
      $0.failsDurably = durable
    }
  }

  func commit(_ changes: [Change], batch: Int64) throws {
    try state.withLock { state in
      state.attempts += 1
      guard state.failures > 0 else {
        try state.memory.commit(changes, batch: batch)
        state.successes += 1
        return
      }
      state.failures -= 1
      if state.failsDurably { try state.memory.commit(changes, batch: batch) }
      throw state.failure
    }
  }

  func load() throws -> StoreSnapshot { state.withLock { $0.memory.load() } }
  func newestBatch() throws -> Int64 { state.withLock { $0.memory.newestBatch() } }
  func history(_ query: HistoryQuery) throws -> [LedgerRow] {
    state.withLock { $0.memory.history(query) }
  }
  func run(_ id: RunID) throws -> Run? {
    let interruption = whileReading.withLock { whileReading in
      defer { whileReading = nil }
      return whileReading
    }
    let run = state.withLock { $0.memory.run(id) }
    interruption?()
    return run
  }
  func scheduledRun(of job: JobID, at instant: Instant) throws -> Run? {
    state.withLock { $0.memory.scheduledRun(of: job, at: instant) }
  }
  func earlierAttempts(of id: RunID) throws -> [Attempt] {
    state.withLock { $0.memory.earlierAttempts(of: id) }
  }
  func output(of id: RunID, attempt: Int) throws -> CapturedOutput? {
    state.withLock { $0.memory.output(of: id, attempt: attempt) }
  }
  func latestRuns() throws -> [JobID: Run] { state.withLock { $0.memory.latestRuns() } }
  func latestRun(of job: JobID) throws -> Run? { state.withLock { $0.memory.latestRun(of: job) } }
  func deadLetterCount() throws -> Int { state.withLock { $0.memory.deadLetterCount() } }
  func definitions(of job: JobID) throws -> [StoredDefinition] {
    state.withLock { $0.memory.definitions(of: job) }
  }
  func definitionsInForce(
    unlike known: [JobName: DefinitionFingerprint]
  ) throws -> [FormerDefinition] {
    state.withLock { $0.memory.definitionsInForce(unlike: known) }
  }
  func ledgerTail(after instant: Instant) throws -> LedgerTail {
    state.withLock { $0.memory.ledgerTail(after: instant) }
  }
  func prune(_ job: JobID, keeping keep: KeepPolicy, at now: Instant, limit: Int) throws -> Int {
    state.withLock { $0.memory.prune(job, keeping: keep, at: now, limit: limit) }
  }
  func pruneOldest(limit: Int) throws -> Int {
    state.withLock { $0.memory.pruneOldest(limit: limit) }
  }
  func usedBytes() throws -> Int64 { state.withLock { $0.memory.usedBytes() } }
  func run(withKey key: String) throws -> Run? { state.withLock { $0.memory.run(withKey: key) } }
  func clockSteps(since: Instant?, limit: Int) throws -> [ClockStep] {
    state.withLock { $0.memory.clockSteps(since: since, limit: limit) }
  }
}

/// An executor that starts nothing: it remembers what it was told, and ends attempts when told to.
final class ProbedExecutor: Executor {
  typealias Sink = @Sendable (ExecutionEvent) -> Void

  let sink = Mutex<Sink>({ _ in })
  let endsWhenStopped = Mutex(false)
  private let printed = Mutex<[UInt8]>([])
  private let orders = Mutex<[AttemptOrder]>([])
  private let stream: AsyncStream<AttemptOrder>
  private let continuation: AsyncStream<AttemptOrder>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  var started: [AttemptOrder] { orders.withLock { $0 } }

  /// The next attempt that is started.
  func nextStart() async -> AttemptOrder {
    for await order in stream { return order }
    preconditionFailure("the executor is gone")
  }

  func end(_ run: RunID, _ outcome: AttemptOutcome) {
    guard let order = started.last(where: { $0.run == run }) else { return }
    sink.withLock { $0 }(.ended(run, attempt: order.attempt, outcome, nil))
  }

  func start(_ attempts: [AttemptOrder]) {
    orders.withLock { $0.append(contentsOf: attempts) }
    for order in attempts { continuation.yield(order) }
  }

  func adopt(_ order: AttemptOrder, process: ProcessIdentity) { start([order]) }

  func stop(_ run: RunID) {
    guard endsWhenStopped.withLock({ $0 }) else { return }
    end(run, .stopped(exitCode: nil, signal: 15))
  }

  func print(_ text: String, by run: RunID) {
    printed.withLock { $0 += Array(text.utf8) }
    sink.withLock { $0 }(.printed(run))
  }

  func output(of run: RunID, from offset: Int) -> LiveOutput? {
    let bytes = printed.withLock { Array($0.dropFirst(offset)) }
    guard let order = started.last(where: { $0.run == run }) else { return nil }
    return LiveOutput(bytes: bytes, start: offset, attempt: order.attempt)
  }
}
