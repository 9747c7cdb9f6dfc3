// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// The ledger against the schedules and against what the jobs saw.
extension KillChecker {
  /// Every instant that the schedule named has one row.
  mutating func checkInstants(of job: KillJob, _ rows: [RunSummary]) {
    var recorded: Set<Instant> = []
    for row in rows where row.trigger == "schedule" || row.runID == nil {
      for instant in instants(of: row, job) {
        if !isNamed(instant, by: job) {
          find(.phantom, job, instant, "a row of an instant that the schedule does not name")
        }
        if !recorded.insert(instant).inserted {
          find(.doubleRecorded, job, instant, "more than one row")
        }
      }
    }
    guard let loaded = evidence.spells.lazy.compactMap(\.readyAt).first else { return }
    var instant = job.times.next(after: loaded)
    while let expected = instant, expected <= evidence.ends {
      if !recorded.contains(expected) { find(.unrecorded, job, expected, "no row") }
      instant = job.times.next(after: expected)
    }
  }

  /// The instants of a row; those of a stretch are what the schedule names between its ends.
  private mutating func instants(of row: RunSummary, _ job: KillJob) -> [Instant] {
    guard let last = row.lastScheduledFor else { return [row.scheduledFor] }
    var instants = [row.scheduledFor]
    while let next = job.times.next(after: instants[instants.count - 1]), next <= last {
      instants.append(next)
    }
    if instants.last != last || row.count != instants.count {
      find(.phantom, job, row.scheduledFor, "a stretch that counts \(row.count ?? 0)")
    }
    return instants
  }

  /// Every attempt has its row, and every row says what the job saw.
  mutating func checkClaims(
    of job: KillJob, _ rows: [RunSummary], _ executions: [Execution]
  ) {
    let seen = Dictionary(grouping: executions, by: \.runID)
    var known: Set<String> = []
    for row in rows {
      checkState(of: job, row)
      guard let id = row.runID else { continue }
      known.insert(id)
      checkClaim(of: job, row, seen[id] ?? [])
    }
    for execution in executions where !known.contains(execution.runID) {
      find(
        .unclaimedRun, job, execution.scheduledFor, "run \(execution.runID) is in no row")
    }
  }

  private mutating func checkState(of job: KillJob, _ row: RunSummary) {
    if !row.isFinal {
      find(.unsettled, job, row.scheduledFor, "\(row.runID ?? "-") is still \(row.state)")
    }
    if ["missed", "skipped", "cancelled"].contains(row.state), row.reason == nil {
      find(.noReason, job, row.scheduledFor, "\(row.state), and not why")
    }
  }

  private mutating func checkClaim(
    of job: KillJob, _ row: RunSummary, _ executions: [Execution]
  ) {
    for execution in executions {
      if execution.scheduledFor != row.scheduledFor {
        find(
          .falseClaim, job, row.scheduledFor,
          "\(execution.runID) ran for \(execution.scheduledFor.rfc3339)")
      }
      if execution.attempt > row.attempt {
        find(
          .unclaimedRun, job, row.scheduledFor,
          "attempt \(execution.attempt) of \(execution.runID), of \(row.attempt) in the row")
      }
    }
    if ["missed", "skipped"].contains(row.state), !executions.isEmpty {
      find(.falseClaim, job, row.scheduledFor, "\(row.state), but it ran")
    }
    guard let code = row.exitCode else { return }
    let latest = executions.first { $0.attempt == row.attempt }
    if latest?.exit != code {
      find(
        .falseClaim, job, row.scheduledFor,
        "\(row.runID ?? "-") ended with \(code), the job says "
          + (latest?.exit.map { "\($0)" } ?? "nothing"))
    }
  }
}
