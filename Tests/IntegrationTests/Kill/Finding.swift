// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Something that may not be so.
struct Finding: Hashable, CustomStringConvertible {
  enum Verdict: String, CaseIterable {
    /// An instant whose policy asked for a run, and that has none.
    case lost
    /// An attempt, or an instant, that was started twice.
    case duplicate
    /// Started before its instant.
    case early
    /// Two runs at once of a job that may not.
    case overlap
    /// A run that its policy did not ask for, or of an instant that the schedule does not name.
    case spurious
    /// Attempts of a run in another order than one after the other.
    case badOrder = "bad_order"
    /// A dead letter that had attempts left.
    case retryMissing = "retry_missing"
    /// More attempts than allowed.
    case attemptsExceeded = "attempts_exceeded"
    /// An instant without a row in the ledger.
    case unrecorded
    /// An instant with more than one row.
    case doubleRecorded = "double_recorded"
    /// A row that says other than what the job saw.
    case falseClaim = "false_claim"
    /// An attempt that the ledger does not know.
    case unclaimedRun = "unclaimed_run"
    /// A row of an instant that the schedule does not name, or that counts wrongly.
    case phantom
    /// A row that does not say why nothing ran.
    case noReason = "no_reason"
    /// A row that is not final although all had time to end.
    case unsettled
  }

  var verdict: Verdict
  var job: String
  var instant: Instant?
  var detail: String

  var description: String {
    "\(verdict.rawValue): \(job) \(instant?.rfc3339 ?? ""): \(detail)"
  }
}
