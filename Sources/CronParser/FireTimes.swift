// SPDX-License-Identifier: Apache-2.0

/// A schedule in a zone, within optional bounds: a question and its answer in instants.
///
/// 1. Answers depend on the question alone: no state, no clock.
/// 2. `next(after:)` and `previous(before:)` are inverse walks of one set of instants.
/// 3. No question costs more than a millisecond, whatever the schedule.
public struct FireTimes: Hashable, Sendable {
  /// What says when.
  public let schedule: Schedule
  /// What happens where the zone's clock changes; only cron schedules ask for it.
  public let daylight: DaylightRule
  /// What ``daylight`` comes to for this schedule.
  let clock: ClockRule
  /// By whose clock; intervals and instants need none.
  public let zone: Zone
  /// Apart, because few schedules have any.
  private let bounds: FireBounds?

  /// A schedule in a zone.
  ///
  /// Both bounds are inclusive.
  public init(
    _ schedule: Schedule, in zone: Zone, starts: Instant? = nil, ends: Instant? = nil,
    daylight: DaylightRule = .cron
  ) {
    self.schedule = schedule
    self.zone = zone
    self.daylight = daylight
    bounds = starts == nil && ends == nil ? nil : FireBounds(starts: starts, ends: ends)
    if case .cron(let expression) = schedule {
      clock = ClockRule(daylight, followsRealTime: expression.followsRealTime)
    } else {
      clock = []
    }
  }

  /// The first instant that counts, or nil for no bound.
  public var starts: Instant? { bounds?.starts }
  /// The last instant that counts, or nil for no bound.
  public var ends: Instant? { bounds?.ends }

  /// The first instant strictly after the one given, or nil.
  ///
  /// Nil too for schedules that name no instants (`everyAfter`, `reboot`, `manual`) and past the
  /// year 9999.
  public func next(after instant: Instant) -> Instant? {
    guard let bounds else { return unboundedNext(after: instant) }
    return next(after: instant, within: bounds)
  }

  private func next(after instant: Instant, within bounds: FireBounds) -> Instant? {
    var instant = instant
    if let starts = bounds.starts, instant < starts { instant = starts - TimeSpan(milliseconds: 1) }
    let found = unboundedNext(after: instant)
    guard let ends = bounds.ends, let found else { return found }
    return found <= ends ? found : nil
  }

  @inline(__always)
  private func unboundedNext(after instant: Instant) -> Instant? {
    switch schedule {
    case .cron(let expression): expression.next(after: instant, in: zone.table, by: clock)
    case .every(let interval): interval.next(after: instant)
    case .at(let instants): instants.first(after: instant)
    case .everyAfter, .reboot, .manual: nil
    }
  }

  /// The last instant strictly before the one given, or nil.
  public func previous(before instant: Instant) -> Instant? {
    var instant = instant
    if let ends, instant > ends { instant = ends + TimeSpan(milliseconds: 1) }
    let found: Instant? =
      switch schedule {
      case .cron(let expression): expression.previous(before: instant, in: zone.table, by: clock)
      case .every(let interval): interval.previous(before: instant)
      case .at(let instants): instants.last(before: instant)
      case .everyAfter, .reboot, .manual: nil
      }
    guard let starts, let found else { return found }
    return found >= starts ? found : nil
  }

  /// How many instants lie in (after, through]: exact up to `limit`, and `limit` where there are
  /// more.
  ///
  /// - Complexity: for a cron expression, the number counted (about 0.1 µs each); else constant or
  ///   logarithmic.
  public func count(after: Instant, through: Instant, limit: Int = 100_000) -> Int {
    if case .every(let interval) = schedule {
      let from = starts.map { max(after, $0 - TimeSpan(milliseconds: 1)) } ?? after
      let to = ends.map { min(through, $0) } ?? through
      return Int(min(interval.count(after: from, through: to), Int64(max(limit, 0))))
    }
    var count = 0
    var instant = after
    while count < limit, let found = next(after: instant), found <= through {
      count += 1
      instant = found
    }
    return count
  }
}

/// The bounds of a schedule that has any.
private final class FireBounds: Hashable, Sendable {
  let starts: Instant?
  let ends: Instant?

  init(starts: Instant?, ends: Instant?) {
    self.starts = starts
    self.ends = ends
  }

  static func == (left: FireBounds, right: FireBounds) -> Bool {
    left === right || (left.starts == right.starts && left.ends == right.ends)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(starts)
    hasher.combine(ends)
  }
}

extension [Instant] {
  /// The first element after an instant, of a list in order.
  fileprivate func first(after instant: Instant) -> Instant? {
    let index = firstPosition { $0 > instant }
    return index < count ? self[index] : nil
  }

  /// The last element before an instant, of a list in order.
  fileprivate func last(before instant: Instant) -> Instant? {
    let index = firstPosition { $0 >= instant }
    return index > 0 ? self[index - 1] : nil
  }

  /// Where a condition begins to hold that holds for all later elements; by halving.
  private func firstPosition(where holds: (Instant) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
