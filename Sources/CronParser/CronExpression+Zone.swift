// SPDX-License-Identifier: Apache-2.0

/// A cron expression's instants in a zone.
///
/// In each segment of the zone the clock runs straight, so a local match is an instant. What a
/// change of offset does is the ``ClockRule``'s choice; by default Vixie cron's promise, exact:
/// - an expression with a star in its minute or hour field follows real time: all passes of a fold,
///   nothing of a gap;
/// - any other follows the clock's high-water mark: a time of day comes once, the first time, and
///   what a gap skips comes, once, at the instant the gap ends;
/// - gaps of three hours or more are holes, folds of over three hours are real time for all.
///
/// Where a time of day comes once, a gap that passes it counts as a coming.
/// ``ZoneTable/Segment/skip`` holds what each change does.
extension CronExpression {
  /// The first instant strictly after, or nil.
  func next(after instant: Instant, in table: ZoneTable, by rule: ClockRule) -> Instant? {
    let second = firstSecond(atOrAfter: instant.secondsRoundedDown &+ 1, in: table, by: rule)
    guard second <= Instant.latest.secondsRoundedDown else { return nil }
    return Instant(milliseconds: second &* 1_000)
  }

  /// The last instant strictly before, or nil.
  func previous(before instant: Instant, in table: ZoneTable, by rule: ClockRule) -> Instant? {
    let ceiling = (instant.milliseconds &+ 999).flooringDivision(by: 1_000)
    let second = lastSecond(atOrBefore: ceiling &- 1, in: table, by: rule)
    guard second >= Instant.earliest.secondsRoundedDown else { return nil }
    return Instant(milliseconds: second &* 1_000)
  }

  /// `.max` where there is none.
  private func firstSecond(
    atOrAfter second: Int64, in table: ZoneTable, by rule: ClockRule
  ) -> Int64 {
    var second = second
    var matches = LocalMatches(expression: self)
    // What does not come within a whole cycle does not come; named years end by themselves.
    let repeats = table.cycleStart != .max && extras?.years == nil
    let horizon = repeats ? max(second, table.cycleStart) &+ ZoneTable.cycle &+ 86_400 : .max
    while second <= horizon {
      let segment = table.segment(at: second)
      if second <= segment.start, rule.contains(.makesUp) {
        let missed = table.missed(before: segment, by: rule)
        if !missed.isEmpty, matches.first(atOrAfter: missed.lowerBound) < missed.upperBound {
          return segment.start
        }
      }
      let local = max(second &+ segment.offset, table.domainStart(of: segment, by: rule))
      let found = matches.first(atOrAfter: local)
      if found != .max, found &- segment.offset < table.domainEnd(of: segment, by: rule) {
        return found &- segment.offset
      }
      guard segment.end != .max else { return .max }
      // Later clocks all show `local` or more, so nothing matches before they show `found`.
      let straight = segment.end &+ table.offsets.lowerBound >= local
      if straight, found == .max { return .max }
      second = straight ? max(segment.end, found &- table.offsets.upperBound) : segment.end
    }
    return .max
  }

  /// `.min` where there is none.
  private func lastSecond(
    atOrBefore second: Int64, in table: ZoneTable, by rule: ClockRule
  ) -> Int64 {
    var second = second
    let horizon = extras?.years == nil ? second &- ZoneTable.cycle &- 86_400 : .min
    while true {
      // What did not come within a whole cycle comes only before the cycles began, if at all.
      if second < horizon, second > table.cycleStart { second = table.cycleStart &- 1 }
      let segment = table.segment(at: second)
      let end = table.domainEnd(of: segment, by: rule)
      let local = min(second, end &- 1) &+ segment.offset
      let found = lastLocal(atOrBefore: local)
      let start = table.domainStart(of: segment, by: rule)
      if found != .min, found >= start { return found &- segment.offset }
      guard segment.start != .min else { return .min }
      if rule.contains(.makesUp), found != .min {
        // What is missed ends where the segment's times begin, so `found` is the last of it, too.
        let missed = table.missed(before: segment, by: rule)
        if !missed.isEmpty, found >= missed.lowerBound { return segment.start }
      }
      // Earlier clocks all show `local` or less, so nothing matches after they show `found`.
      let straight = segment.start &- 1 &+ table.offsets.upperBound <= local
      if straight, found == .min { return .min }
      second =
        straight
        ? min(segment.start &- 1, found &- table.offsets.lowerBound) : segment.start &- 1
    }
  }
}

/// The matches of an expression from some local second on; remembers the last answer, which often
/// holds for the next segment too.
private struct LocalMatches {
  let expression: CronExpression
  private var searched = Int64.max
  private var found = Int64.min

  init(expression: CronExpression) { self.expression = expression }

  @inline(__always)
  mutating func first(atOrAfter local: Int64) -> Int64 {
    if searched <= local, local <= found { return found }
    searched = local
    found = expression.firstLocal(atOrAfter: local)
    return found
  }
}
