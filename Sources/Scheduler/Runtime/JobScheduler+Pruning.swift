// SPDX-License-Identifier: Apache-2.0

internal import CronParser
internal import Dispatch

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
    guard let keep = core.keepPolicy(of: job) else {
      pruning.finishNext()
      // Not by a call from here: there may be very many of them.
      loop.queue.async { [weak self] in self?.assumeIsolated { $0.pruneStep() } }
      return
    }
    let step = PruneSchedule.Step(job: job, keep: keep, now: SystemClock.read().wall)
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
