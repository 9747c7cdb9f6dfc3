// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What the ledger holds of one job's scheduled instants, in 8 bytes a run.
public struct JobLedger: Sendable {
  /// A row that stands for several instants.
  struct Row: Sendable {
    let first: Instant
    let last: Instant
    /// How many instants it stands for.
    let count: Int
    /// The UTC day of what was pruned; nil for a stretch.
    let day: Int64?
  }

  /// The instants of runs, ascending once ``finish()`` was called.
  private(set) var claimed: [Instant] = []
  /// Stretches and folded rows, by their first instants once ``finish()`` was called.
  private(set) var rows: [Row] = []

  /// An empty one.
  public init() {}

  /// Takes rows in, in any order; those that no schedule brought about are passed over.
  public mutating func take(_ taken: some Sequence<LedgerRow>) {
    for row in taken {
      switch row {
      case .run(let run): if run.trigger == .schedule { claimed.append(run.scheduledFor) }
      case .stretch(let stretch):
        rows.append(
          Row(first: stretch.first, last: stretch.last, count: stretch.count, day: nil))
      case .folded(let fold):
        guard fold.key.isScheduled else { continue }
        rows.append(
          Row(first: fold.first, last: fold.last, count: fold.count, day: fold.key.day))
      }
    }
  }

  /// Puts all in order.
  mutating func finish() {
    claimed.sort()
    rows.sort { ($0.first, $0.last) < ($1.first, $1.last) }
  }
}
