// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// Whether what was left out was the policies' to leave out, and what ran theirs to run.
extension KillChecker {
  mutating func checkPolicies(of job: KillJob, _ rows: [RunSummary]) {
    for row in rows {
      switch (row.state, row.reason) {
      case ("missed", "down"): checkMissed(job, row)
      case ("missed", "late"):
        if job.catchUp == .all { find(.lost, job, row.scheduledFor, "late, but all are to run") }
      case ("skipped", "overlap"): checkSkipped(job, row, rows)
      case ("cancelled", "overlap"): checkReplaced(job, row, rows)
      case ("missed", _), ("skipped", _), ("cancelled", _):
        find(.lost, job, row.scheduledFor, "\(row.state) (\(row.reason ?? "no reason"))")
      default: break
      }
    }
    checkGaps(of: job, rows)
  }

  /// Missed while the daemon was down: `latest` still runs the newest of them.
  private mutating func checkMissed(_ job: KillJob, _ row: RunSummary) {
    let last = row.lastScheduledFor ?? row.scheduledFor
    var instant: Instant? = row.scheduledFor
    while let missed = instant, missed <= last {
      let newer = job.times.next(after: missed) ?? .latest
      if job.catchUp == .all || !wasDown(at: missed, through: missed) {
        find(.lost, job, missed, "missed (down) under \(job.catchUp.rawValue)")
      } else if job.catchUp == .latest, !wasDown(at: missed, through: newer) {
        find(.lost, job, missed, "the newest that was missed did not run")
      }
      instant = newer
    }
  }

  /// Whether the two instants passed before one load of the daemon and after it had last lived.
  private func wasDown(at first: Instant, through last: Instant) -> Bool {
    var livedUntil: Instant?
    for spell in evidence.spells {
      if let livedUntil, first >= livedUntil - evidence.patience, first <= spell.loadedBy,
        last <= spell.loadedBy
      {
        return true
      }
      if spell.readyAt != nil { livedUntil = spell.endedAt }
    }
    return false
  }

  private mutating func checkSkipped(_ job: KillJob, _ row: RunSummary, _ rows: [RunSummary]) {
    let last = row.lastScheduledFor ?? row.scheduledFor
    let others = rows.filter { $0.runID != nil && $0.runID != row.runID }
    switch job.overlap {
    case .skip:
      var instant: Instant? = row.scheduledFor
      while let skipped = instant, skipped <= last {
        let isBusy = others.contains {
          $0.scheduledFor < skipped && ($0.finishedAt ?? .latest) >= skipped
        }
        if !isBusy { find(.lost, job, skipped, "skipped (overlap), but none was under way") }
        instant = job.times.next(after: skipped)
      }
    case .queue:
      // A newer one took its place.
      if !others.contains(where: { $0.scheduledFor > last }) {
        find(.lost, job, row.scheduledFor, "skipped (overlap) for none that came later")
      }
    case .allow, .queueAll, .replace:
      find(.lost, job, row.scheduledFor, "skipped under \(job.overlap.rawValue)")
    }
  }

  private mutating func checkReplaced(_ job: KillJob, _ row: RunSummary, _ rows: [RunSummary]) {
    let isReplaced = rows.contains {
      $0.runID != nil && $0.scheduledFor > row.scheduledFor
    }
    if job.overlap != .replace || !isReplaced {
      find(.lost, job, row.scheduledFor, "cancelled (overlap) and nothing took its place")
    }
  }

  /// No storm after an outage: `latest` runs one of what passed in it, `skip` none.
  private mutating func checkGaps(of job: KillJob, _ rows: [RunSummary]) {
    guard job.catchUp != .all else { return }
    let most = job.catchUp == .latest ? 1 : 0
    let instants = rows.filter { $0.runID != nil }.map(\.scheduledFor).sorted()
    for (before, after) in zip(evidence.spells, evidence.spells.dropFirst()) {
      let caughtUp = instants.filter { $0 > before.endedAt && $0 < after.launchedAt }
      if caughtUp.count > most {
        find(
          .spurious, job, caughtUp[0],
          "\(caughtUp.count) of an outage ran under \(job.catchUp.rawValue)")
      }
    }
  }
}
