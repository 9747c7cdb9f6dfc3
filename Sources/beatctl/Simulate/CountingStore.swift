// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// A store in memory that counts what is recorded in it, so that a simulation knows when to stop.
final class CountingStore: Store {
  /// Rows of the ledger.
  private(set) var rows = 0
  /// Transactions.
  private(set) var commits = 0
  private var newestStretch: Int64 = 0
  private let memory = MemoryStore()

  func load() -> StoreSnapshot { memory.load() }

  func commit(_ changes: [Change], batch: Int64) throws {
    try memory.commit(changes, batch: batch)
    commits += 1
    for change in changes {
      switch change {
      case .runMade: rows += 1
      case .stretch(let stretch) where stretch.id > newestStretch:
        newestStretch = stretch.id
        rows += 1
      default: continue
      }
    }
  }

  func newestBatch() -> Int64 { memory.newestBatch() }
  func history(_ query: HistoryQuery) -> [LedgerRow] { memory.history(query) }
  func run(_ id: RunID) -> Run? { memory.run(id) }
  func scheduledRun(of job: JobID, at instant: Instant) -> Run? {
    memory.scheduledRun(of: job, at: instant)
  }
  func earlierAttempts(of id: RunID) -> [Attempt] { memory.earlierAttempts(of: id) }
  func output(of id: RunID, attempt: Int) -> CapturedOutput? {
    memory.output(of: id, attempt: attempt)
  }
  func latestRuns() -> [JobID: Run] { memory.latestRuns() }
  func latestRun(of job: JobID) -> Run? { memory.latestRun(of: job) }
  func deadLetterCount() -> Int { memory.deadLetterCount() }
  func definitions(of job: JobID) -> [StoredDefinition] { memory.definitions(of: job) }
  func definitionsInForce(
    unlike known: [JobName: DefinitionFingerprint]
  ) -> [FormerDefinition] { memory.definitionsInForce(unlike: known) }
  func ledgerTail(after instant: Instant) -> LedgerTail { memory.ledgerTail(after: instant) }
  func prune(_ job: JobID, keeping keep: KeepPolicy, at now: Instant, limit: Int) -> Int {
    memory.prune(job, keeping: keep, at: now, limit: limit)
  }
  func pruneOldest(limit: Int) -> Int { memory.pruneOldest(limit: limit) }
  func usedBytes() -> Int64 { memory.usedBytes() }
  func run(withKey key: String) -> Run? { memory.run(withKey: key) }
  func clockSteps(since: Instant?, limit: Int) -> [ClockStep] {
    memory.clockSteps(since: since, limit: limit)
  }
}
