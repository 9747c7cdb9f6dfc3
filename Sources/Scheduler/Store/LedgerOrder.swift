// SPDX-License-Identifier: Apache-2.0

extension LedgerRow {
  /// The row's state.
  var state: RunState {
    switch self {
    case .run(let run): run.state
    case .stretch(let stretch): stretch.state
    case .folded(let fold): fold.key.state
    }
  }

  private var number: Int64 {
    switch self {
    case .run(let run): run.id.rawValue
    case .stretch(let stretch): stretch.id
    case .folded(let fold): fold.number
    }
  }

  private var rank: Int {
    switch self {
    case .run: 0
    case .stretch: 1
    case .folded: 2
    }
  }

  /// The order of the ledger: newest instant first, then runs before stretches before what was
  /// pruned, then newest number.
  func isListedBefore(_ other: LedgerRow) -> Bool {
    if instant != other.instant { return instant > other.instant }
    if rank != other.rank { return rank < other.rank }
    return number > other.number
  }
}

extension Pause {
  /// The order of a snapshot's pauses: that of everything first, then jobs by number, then queues
  /// by name.
  static func isListedBefore(_ left: Pause, _ right: Pause) -> Bool {
    left.target.rank < right.target.rank
  }
}

extension Run {
  /// This run with the identity of `old`: what `runChanged` may not change.
  func keepingIdentity(of old: Run) -> Run {
    var run = Run(
      id: old.id, job: old.job, trigger: old.trigger, scheduledFor: old.scheduledFor,
      createdAt: old.createdAt, state: state, startAt: old.startAt, replayOf: old.replayOf,
      parent: old.parent, task: old.task, payload: old.payload, missed: old.missed)
    run.reason = reason
    run.attempt = attempt
    run.startedAt = startedAt
    run.finishedAt = finishedAt
    run.retryAt = retryAt
    run.exitCode = exitCode
    run.signal = signal
    run.error = error
    run.result = result
    run.process = process
    run.failures = failures
    run.lostInRow = lostInRow
    run.snoozes = snoozes
    return run
  }
}

extension PauseTarget {
  fileprivate var rank: (Int64, String) {
    switch self {
    case .everything: (0, "")
    case .job(let id): (id.rawValue, "")
    case .queue(let name): (.max, name)
    }
  }
}

extension FoldedRuns {
  /// Tells rows of one instant apart, the same in every store.
  fileprivate var number: Int64 {
    let reason = Int64(key.reason.map { Int($0.rawValue) + 1 } ?? 0)
    return (key.job.rawValue << 16) | (Int64(key.state.rawValue) << 8) | (reason << 1)
      | (key.isScheduled ? 1 : 0)
  }
}
