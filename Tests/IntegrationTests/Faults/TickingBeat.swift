// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Testing

/// A beatd with a job, four times a second, that writes down for which instants it ran.
struct TickingBeat {
  static let period: Int64 = 250
  let beat: Beat

  init(options: String = "overlap = \"allow\"") throws {
    beat = try Beat()
    try beat.write(
      "tick.toml",
      """
      [jobs.tick]
      every = "\(Self.period)ms"
      command = "echo $BEAT_SCHEDULED_FOR >> \(beat.folder)/ran"
      \(options)

      """)
  }

  /// The instants for which the job ran, in the order of the runs.
  var ran: [Instant] {
    contents(of: beat.folder + "/ran").split(separator: "\n").compactMap {
      Instant(rfc3339: String($0))
    }
  }

  /// Waits until the job has run so many times more.
  func waitForRuns(_ count: Int, seconds: Int = 15) throws {
    let before = ran.count
    try eventually("\(count) runs more; the log:\n\(beat.log)", seconds: seconds) {
      ran.count >= before + count
    }
  }

  /// Holds what ran against the ledger: nothing twice, nothing that is not recorded, and a row for
  /// every instant.
  func checkLedger(isWhole: Bool = true) throws {
    let ran = ran
    #expect(Set(ran).count == ran.count, "an instant ran twice: \(ran)")
    let rows = try beat.history("tick", limit: 100_000)
    let started = Set(rows.filter { $0.attempt > 0 }.map(\.scheduledFor))
    #expect(Set(ran).isSubset(of: started), "\(Set(ran).subtracting(started)) ran unrecorded")
    guard isWhole, let first = rows.map(\.scheduledFor).min(),
      let last = rows.map({ $0.lastScheduledFor ?? $0.scheduledFor }).max()
    else { return }
    let count = rows.map { $0.count ?? 1 }.reduce(0, +)
    let expected = Int((last - first).milliseconds / Self.period) + 1
    #expect(count == expected, "\(count) rows for \(expected) instants")
  }
}
