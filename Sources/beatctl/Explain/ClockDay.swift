// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A day on which a zone's clock changes, and what each of a schedule's times comes to on it.
struct ClockDay {
  /// What a local time comes to.
  enum Mark: String, Equatable {
    /// It is shown once, and the schedule fires.
    case once
    /// It is shown twice, and the schedule fires each time.
    case twice
    /// It is shown twice, and the schedule fires the first time.
    case firstTime = "first-time"
    /// It is shown twice, and the schedule fires the second time.
    case secondTime = "second-time"
    /// It is not shown; the schedule fires when the gap ends.
    case moved
    /// It is not shown, and the schedule does not fire for it.
    case skipped
  }

  /// One of the schedule's times.
  struct Fire: Equatable {
    /// Local seconds, counted as if the zone were UTC.
    let local: Instant
    let mark: Mark
    /// The instants that it stands for; none where it is skipped.
    let instants: [Instant]
  }

  /// The change.
  let change: ClockChange
  /// Midnight, local, of the day that the change falls on.
  let day: Instant
  /// Every time that the schedule names on that day, in order of the clock.
  let fires: [Fire]
  /// A gap that is so long that times in it name nothing, whatever the rule.
  let isHole: Bool

  /// From this length on a gap is a hole in the calendar.
  private static let holeSeconds = 3 * 3_600

  /// Whether the change does anything to the schedule: one that runs in every hour and follows real
  /// time keeps its pace.
  let isTouched: Bool
  /// Whether a time of the schedule is skipped, moved or comes twice.
  var isMarked: Bool { fires.contains { $0.mark != .once } }

  /// The changes to come, at most two, and the schedule on their days.
  static func coming(_ times: FireTimes, after instant: Instant) -> [ClockDay] {
    var days: [ClockDay] = []
    var from = instant
    while days.count < 2, let change = ClockChange.next(after: from, in: times.zone) {
      days.append(ClockDay(change, times))
      from = change.at
    }
    return days
  }

  init(_ change: ClockChange, _ times: FireTimes) {
    self.change = change
    isHole = change.shift >= Self.holeSeconds
    let first = change.at + .seconds(Int64(min(change.before, change.after)))
    let intoDay = (first.milliseconds % 86_400_000 + 86_400_000) % 86_400_000
    let day = first - TimeSpan(milliseconds: intoDay)
    self.day = day
    isTouched = !times.transitions(touching: change.at...change.at).isEmpty
    guard case .cron = times.schedule else {
      fires = []
      return
    }
    let actual = Set(Self.instants(of: times, change.at - .hours(60), change.at + .hours(60)))
    // By a clock that never changes, a schedule's instants are its local times.
    let named = FireTimes(times.schedule, in: .utc)
    let locals = Self.instants(of: named, day, day + .hours(24))
    let makesUp = !isHole && times.makesUpGaps
    fires = locals.compactMap { Self.fire($0, change, times.zone, actual, makesUp: makesUp) }
  }

  /// What a local time comes to; nil where the schedule's bounds leave it out.
  private static func fire(
    _ local: Instant, _ change: ClockChange, _ zone: Zone, _ actual: Set<Instant>, makesUp: Bool
  ) -> Fire? {
    let shown = [change.before, change.after].compactMap { offset -> Instant? in
      let instant = local - .seconds(Int64(offset))
      return zone.offset(at: instant) == offset ? instant : nil
    }.sorted()
    let fired = shown.filter(actual.contains)
    guard let first = shown.first, let last = shown.last else {
      return makesUp && actual.contains(change.at)
        ? Fire(local: local, mark: .moved, instants: [change.at])
        : Fire(local: local, mark: .skipped, instants: [])
    }
    guard first != last else {
      return fired.isEmpty ? nil : Fire(local: local, mark: .once, instants: fired)
    }
    switch (actual.contains(first), actual.contains(last)) {
    case (true, true): return Fire(local: local, mark: .twice, instants: fired)
    case (true, false): return Fire(local: local, mark: .firstTime, instants: fired)
    case (false, true): return Fire(local: local, mark: .secondTime, instants: fired)
    case (false, false): return nil
    }
  }

  private static func instants(of times: FireTimes, _ from: Instant, _ to: Instant) -> [Instant] {
    var found: [Instant] = []
    var last = from - TimeSpan(milliseconds: 1)
    while let instant = times.next(after: last), instant < to {
      found.append(instant)
      last = instant
    }
    return found
  }
}

extension FireTimes {
  /// Whether what a gap skips comes when the gap ends.
  fileprivate var makesUpGaps: Bool {
    if case .chosen(let gap?, _) = daylight { return gap == .run }
    guard case .cron(let expression) = schedule else { return false }
    return CronExplanation(expression, writtenAs: "").starredTimes.isEmpty
  }
}
