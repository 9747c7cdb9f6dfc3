// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A job of the kill loop: what its file says of it, as far as the checker has to know.
struct KillJob: Sendable {
  enum CatchUp: String, CaseIterable { case latest, all, skip }
  enum Overlap: String, CaseIterable {
    case skip, queue, allow, replace
    case queueAll = "queue-all"
  }
  enum OnLost: String, CaseIterable { case retry, fail }

  var name: String
  var period = TimeSpan.seconds(1)
  var catchUp = CatchUp.latest
  var overlap = Overlap.skip
  var onLost = OnLost.fail
  var retries = 0
  /// How long each attempt takes.
  var milliseconds = 20
  /// Attempts up to this one fail.
  var failing = 0

  /// What the schedule names.
  var times: FireTimes { FireTimes(.every(IntervalSchedule(period: period)), in: .utc) }

  /// Its table in a job file; `ends` is the last instant that counts.
  func definition(log: String, ends: Instant? = nil) -> String {
    var lines = [
      "[jobs.\(name)]", "every = \"\(period.text)\"", "catch-up = \"\(catchUp.rawValue)\"",
      "overlap = \"\(overlap.rawValue)\"", "on-lost = \"\(onLost.rawValue)\"",
      "retries = { max = \(retries), base = \"50ms\", backoff = \"constant\", jitter = \"none\" }",
      "exec = [\"\(Beat.programs)/beat-witness\", \"\(log)\", \"\(milliseconds)\", \"1\", "
        + "\"\(failing)\"]",
    ]
    if let ends { lines.append("ends = \"\(ends.rfc3339)\"") }
    return lines.joined(separator: "\n") + "\n\n"
  }

  /// `count` jobs that between them have every combination of policies, and in turn each length
  /// below, at and above the period.
  static func all(_ count: Int) -> [KillJob] {
    var jobs: [KillJob] = []
    while jobs.count < count {
      for overlap in Overlap.allCases {
        for catchUp in CatchUp.allCases {
          for onLost in OnLost.allCases {
            jobs.append(one(jobs.count, catchUp, overlap, onLost))
          }
        }
      }
    }
    return Array(jobs.prefix(count))
  }

  private static func one(
    _ index: Int, _ catchUp: CatchUp, _ overlap: Overlap, _ onLost: OnLost
  ) -> KillJob {
    var job = KillJob(
      name: "j\(index)-\(catchUp.rawValue)-\(overlap.rawValue)-\(onLost.rawValue)",
      catchUp: catchUp, overlap: overlap, onLost: onLost)
    job.period = .seconds([1, 1, 1, 2, 3][index % 5])
    let period = Int(job.period.milliseconds)
    // A line that grows without bound would never be at its end.
    let longest = overlap == .queueAll ? period + 20 : period * 3 / 2
    job.milliseconds = [0, 20, 300, period, longest, 5, 100][index % 7]
    if index % 4 == 1 {
      job.retries = 2
      job.failing = index % 8 == 1 ? 1 : 9
      job.milliseconds = min(job.milliseconds, 100)
    }
    return job
  }
}
