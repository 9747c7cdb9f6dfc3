// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// Keeping what is remembered within its bounds.
extension JobScheduler {
  /// Begins a pruning if one is due.
  func pruneIfDue() {
    let now = SystemClock.read()
    guard pruning.begin(at: now.elapsed, all: { core.jobNumbers }) else { return }
    pruneStep()
  }

  private func pruneStep() {
    guard let job = pruning.next else {
      pruneToSize()
      return
    }
    let step = PruneSchedule.Step(
      job: job, keep: core.keepPolicy(of: job), now: SystemClock.read().wall)
    stores.prune(step, then: onLoop { $0.pruned($1) })
  }

  /// A job of which nothing more is to be taken, or not at present, makes room for the next.
  private func pruned(_ count: Int?) {
    if (count ?? 0) < PruneSchedule.rowsInStep { pruning.finishNext() }
    pruneStep()
  }

  private func pruneToSize() {
    stores.prune(
      toBytes: stateLimit,
      then: onLoop { scheduler, count in
        if (count ?? 0) > 0 { scheduler.pruneToSize() } else { scheduler.pruning.end() }
      })
  }
}
