// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler

/// Works out what jobs will be due at, within a bound that keeps the answer small.
struct UpcomingFires {
  /// The longest stretch.
  static let longest = TimeSpan.hours(24 * 31)
  /// How many instants are given at most, of all jobs.
  private static let limit = 100_000
  /// Into how many parts the rest is cut, where a job has more.
  private static let parts: Int64 = 500

  private let from: Instant
  private let to: Instant

  /// The stretch from `from` to `to`, both without.
  ///
  /// - Throws: a `Problem` where it ends before it begins, or is too long.
  init(_ query: [String: String], now: Instant) throws(Problem) {
    from = try Parameter.instant(query["from"], named: "from") ?? now
    to = try Parameter.instant(query["to"], named: "to") ?? from + .hours(24)
    guard from < to, to - from <= Self.longest else {
      throw Problem(400, .range, "`to` must be later than `from`, by 31 days at most")
    }
  }

  /// The jobs that will be due.
  func reply(_ views: [JobView]) -> UpcomingReply {
    let due = views.filter { $0.next.map { $0 < to } ?? false }
    let most = min(10_000, max(50, Self.limit / max(1, due.count)))
    return UpcomingReply(jobs: due.compactMap { fires(of: $0, most) })
  }

  private func fires(of view: JobView, _ most: Int) -> UpcomingReply.JobFires? {
    // A pause may hold back what the schedule names before; a fixed delay knows one instant only.
    guard let first = view.next else { return nil }
    let times = view.job.times
    var fires = UpcomingReply.JobFires(name: view.job.name.text, at: first > from ? [first] : [])
    if case .everyAfter = times.schedule { return fires.at.isEmpty ? nil : fires }
    var last = max(first, from)
    while let instant = times.next(after: last), instant < to {
      guard fires.at.count < most else {
        fires.later = later(times, from: last)
        break
      }
      fires.at.append(instant)
      last = instant
    }
    return fires.at.isEmpty ? nil : fires
  }

  private func later(_ times: FireTimes, from last: Instant) -> [Instant] {
    let part = max(1, (to - last).milliseconds / Self.parts)
    var later: [Instant] = []
    var after = last
    while let instant = times.next(after: after), instant < to {
      later.append(instant)
      after = max(instant, after + TimeSpan(milliseconds: part))
    }
    return later
  }
}
