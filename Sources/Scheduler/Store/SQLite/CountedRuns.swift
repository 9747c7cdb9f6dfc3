// SPDX-License-Identifier: Apache-2.0

/// The open runs whose attempt is known to be reckoned in their job's `latest_run`, so that later
/// changes of them need not look again.
///
/// It is a shortcut: a run that is not in it is looked at.
struct CountedRuns {
  private var runs: Set<RunID> = []

  /// Whether the job has still to be told of this run's attempt.
  mutating func isNew(_ run: Run) -> Bool {
    guard run.attempt > 0 else { return false }
    if run.state.isFinal { return runs.remove(run.id) == nil }
    return runs.insert(run.id).inserted
  }

  /// All of them, moved out.
  mutating func takeAll() -> CountedRuns {
    defer { runs = [] }
    return self
  }
}
