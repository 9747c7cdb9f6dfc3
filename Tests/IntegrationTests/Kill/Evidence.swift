// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Support

/// A line of the log that jobs write themselves.
struct WitnessLine: Codable, Hashable {
  var event: String
  var job: String
  var runID: String
  var scheduledFor: Instant
  var attempt: Int
  var trigger: String
  /// Milliseconds since 1970.
  var at: Int64
  var exit: Int32

  enum CodingKeys: String, CodingKey {
    case event, job, attempt, trigger, at, exit
    case runID = "run_id"
    case scheduledFor = "scheduled_for"
  }
}

/// What a job said of one attempt.
struct Execution: Hashable {
  var job: String
  var runID: String
  var scheduledFor: Instant
  var attempt: Int
  var startedAt: Instant
  /// Nil where it never said so: it was killed.
  var finishedAt: Instant?
  var exit: Int32?
}

/// A life of the daemon, as whoever started and killed it knows.
struct Spell: Hashable {
  var launchedAt: Instant
  /// When it had said that it is ready; nil where it was killed before.
  var readyAt: Instant?
  /// When it was gone.
  var endedAt: Instant

  /// No later than this its first load was durable, or never.
  var loadedBy: Instant { readyAt ?? endedAt }
}

/// All that is known from outside after the daemon was killed again and again.
struct Evidence {
  var jobs: [KillJob]
  /// Every line of the jobs' own log, in the order in which they were written.
  var witness: [WitnessLine]
  /// The daemon's lives, oldest first; the last one ends when the ledger was read.
  var spells: [Spell]
  /// The ledger, by job, oldest first.
  var ledger: [String: [RunSummary]]
  /// The last instant that the schedules were to name.
  var ends: Instant
  /// How late the daemon may come to what is due.
  var patience = TimeSpan.seconds(5)
}

extension Evidence {
  /// Reads the jobs' log; a line that is not whole is passed over.
  static func lines(of text: String) -> [WitnessLine] {
    text.split(separator: "\n").compactMap { line in
      try? APICoder.decode(WitnessLine.self, from: Array(line.utf8))
    }
  }
}
