// SPDX-License-Identifier: Apache-2.0

import CronParser

extension MemoryState {
  /// What `prune` takes of a job, oldest first.
  func prunable(_ job: JobID, keeping keep: KeepPolicy, at now: Instant) -> [LedgerRow] {
    let oldest = now - keep.age
    let newestFirst = runs.values.filter { $0.job == job }.sorted {
      ($0.scheduledFor, $0.id) > ($1.scheduledFor, $1.id)
    }
    let kept = lastOnes(newestFirst)
    let old = newestFirst.dropFirst(keep.runs).reversed().filter {
      $0.createdAt < oldest && mayGo($0) && !kept.contains($0.id)
    }
    let newestStretch = latestStretches()[job]?.id
    let short = stretches.values.filter {
      $0.job == job && $0.id != newestStretch && $0.last < oldest && $0.isOfOneDay
    }.sorted { ($0.last, $0.id) < ($1.last, $1.id) }
    return old.map(LedgerRow.run) + short.map(LedgerRow.stretch)
  }

  /// What `pruneOldest` takes, oldest first.
  func oldestPrunable() -> [LedgerRow] {
    var kept: Set<RunID> = []
    for runs in Dictionary(grouping: runs.values, by: \.job).values {
      kept.formUnion(lastOnes(runs))
    }
    return runs.values.filter { mayGo($0) && !kept.contains($0.id) }.sorted { $0.id < $1.id }
      .map(LedgerRow.run)
  }

  /// A job's newest completed run, its newest failed one and its newest attempt.
  private func lastOnes(_ runs: [Run]) -> Set<RunID> {
    let completed = runs.filter { $0.state == .completed }.map(\.id).max()
    let failed = runs.filter { $0.state == .failed }.map(\.id).max()
    let attempted = runs.filter { $0.attempt > 0 }.map(\.id).max()
    return Set([completed, failed, attempted].compactMap(\.self))
  }

  private func mayGo(_ run: Run) -> Bool {
    guard run.state.isFinal else { return false }
    if run.state == .failed, !runs.values.contains(where: { $0.replayOf == run.id }) {
      return false
    }
    return run.replayOf.map { runs[$0] == nil } ?? true
  }

  /// Takes rows out and folds them.
  mutating func prune(_ rows: [LedgerRow]) {
    for row in rows {
      switch row {
      case .run(let run):
        take(FoldedRuns(run))
        forget(run)
      case .stretch(let stretch):
        take(FoldedRuns(stretch))
        forget(stretch)
      case .folded: continue
      }
    }
  }
}

extension Stretch {
  /// True where all its instants are of one UTC day.
  var isOfOneDay: Bool {
    let day = { (instant: Instant) in
      FoldedRuns.Key(
        job: job, instant: instant, isScheduled: true, state: state, reason: reason
      ).day
    }
    return day(first) == day(last)
  }
}
