// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// How often a run was tried.
extension KillChecker {
  /// So many attempts lost in a row make a dead letter.
  private static let lostLimit = 3

  mutating func checkAttempts(of job: KillJob, _ rows: [RunSummary]) {
    for row in rows where row.runID != nil {
      let most = job.onLost == .retry ? (job.retries + 1) * Self.lostLimit : job.retries + 1
      if row.attempt > most {
        find(
          .attemptsExceeded, job, row.scheduledFor, "\(row.attempt) attempts, at most \(most)")
      }
      if row.state == "completed", row.exitCode != 0 {
        find(.falseClaim, job, row.scheduledFor, "completed, and not with exit code 0")
      }
      if row.state == "failed" { checkDeadLetter(job, row) }
    }
  }

  private mutating func checkDeadLetter(_ job: KillJob, _ row: RunSummary) {
    guard row.exitCode == nil, row.signal == nil else {
      if row.attempt < job.retries + 1 {
        find(.retryMissing, job, row.scheduledFor, "failed after \(row.attempt) attempts")
      }
      return
    }
    // Without a word of how it ended: it was lost with the daemon.
    if job.onLost == .retry, row.attempt < Self.lostLimit {
      find(.retryMissing, job, row.scheduledFor, "lost after \(row.attempt) attempts")
    }
    guard let startedAt = row.startedAt, let finishedAt = row.finishedAt,
      evidence.spells.dropLast().contains(where: {
        startedAt <= $0.endedAt && $0.endedAt <= finishedAt
      })
    else {
      find(
        .falseClaim, job, row.scheduledFor,
        "\(row.runID ?? "-") was lost while the daemon lived: \(row.error ?? "")")
      return
    }
  }
}
