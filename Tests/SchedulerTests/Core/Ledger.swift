// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support

/// A row of the ledger in one line, so that a test can show a whole ledger.
extension LedgerRow {
  var line: String {
    switch self {
    case .run(let run):
      let reason = run.reason.map { " \($0.word)" } ?? ""
      let trigger = run.trigger == .schedule ? "" : " \(run.trigger.word)"
      return "\(Self.time(run.scheduledFor)) \(run.state.word)\(reason)\(trigger) a\(run.attempt)"
    case .stretch(let row):
      let times =
        row.count == 1 ? Self.time(row.first) : "\(Self.time(row.first))-\(Self.time(row.last))"
      return "\(times) \(row.state.word) \(row.reason.word) ×\(row.count)"
    case .folded(let fold): return "\(fold.key.state.word) ×\(fold.count), pruned"
    }
  }

  private static func time(_ instant: Instant) -> String {
    String(instant.rfc3339.dropFirst(11).prefix(8))
  }
}

extension ManualScheduler {
  /// The ledger, oldest first, a line a row.
  func lines() throws -> [String] { try history().reversed().map(\.line) }

  /// The newest row's run.
  func newestRun() throws -> Run? {
    for row in try history() { if case .run(let run) = row { return run } }
    return nil
  }
}

let noon = at("2026-03-10T12:00:00Z")

extension LedgerRow {
  /// The stretch, where it is one.
  var stretch: Stretch? {
    if case .stretch(let stretch) = self { stretch } else { nil }
  }
}
