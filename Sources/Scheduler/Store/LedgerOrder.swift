// SPDX-License-Identifier: Apache-2.0

extension LedgerRow {
  /// The row's state.
  var state: RunState {
    switch self {
    case .run(let run): run.state
    case .stretch(let stretch): stretch.state
    }
  }

  private var number: Int64 {
    switch self {
    case .run(let run): run.id.rawValue
    case .stretch(let stretch): stretch.id
    }
  }

  private var isRun: Bool {
    if case .run = self { true } else { false }
  }

  /// The order of the ledger: newest instant first, then runs before stretches, then newest number.
  func isListedBefore(_ other: LedgerRow) -> Bool {
    if instant != other.instant { return instant > other.instant }
    if isRun != other.isRun { return isRun }
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
