// SPDX-License-Identifier: Apache-2.0

/// Which local times of a segment count, by the rule for changes of the clock.
extension ZoneTable {
  /// The local second of a segment from which on times count.
  @inline(__always)
  func domainStart(of segment: Segment, by rule: ClockRule) -> Int64 {
    guard segment.start != .min else { return .min }
    let repeated = rule.contains(.firstPass) ? max(0, 0 &- segment.skip) : 0
    return segment.start &+ segment.offset &+ repeated
  }

  /// The second, not a local one, before which times of a segment count.
  @inline(__always)
  func domainEnd(of segment: Segment, by rule: ClockRule) -> Int64 {
    guard rule.contains(.lastPass), segment.end != .max else { return segment.end }
    let again = shownAgain(after: segment)
    // Offsets may be negative, and `.max` has no more room.
    return again == .max ? segment.end : min(segment.end, again &- segment.offset)
  }

  /// The local seconds that the change at a segment's start skips and that come at it; empty for
  /// most changes.
  @inline(__always)
  func missed(before segment: Segment, by rule: ClockRule) -> Range<Int64> {
    guard segment.start != .min, segment.skip > 0 || rule.contains(.lastPass) else { return 0..<0 }
    let begins = segment.start &+ segment.offset
    guard rule.contains(.lastPass) else { return begins &- segment.skip..<begins }
    return missedForGood(before: segment)
  }

  /// What a gap skips and what no later fold shows.
  private func missedForGood(before segment: Segment) -> Range<Int64> {
    let before = self.segment(at: segment.start &- 1)
    let first = segment.start &+ before.offset
    let begins = segment.start &+ segment.offset
    guard begins > first, Self.isBridged(from: before.offset, to: segment.offset) else {
      return 0..<0
    }
    return first..<max(first, min(begins, shownAgain(after: segment)))
  }

  /// The local second from which on a segment's times come again after it; `.max` for none.
  private func shownAgain(after segment: Segment) -> Int64 {
    var earliest = Int64.max
    var before = segment
    while before.end != .max {
      let after = self.segment(at: before.end)
      guard Self.isBridged(from: before.offset, to: after.offset) else { break }
      earliest = min(earliest, after.start &+ after.offset)
      guard after.end != .max, after.end &- segment.end < Self.longestAnomaly else { break }
      before = after
    }
    return earliest
  }

  /// Whether a change is one that the rules for gaps and folds cover.
  static func isBridged(from before: Int64, to after: Int64) -> Bool {
    after &- before <= longestGap && before &- after <= longestFold
  }

  /// Changes further apart than this do not act together.
  private static let longestAnomaly: Int64 = 2 * 86_400
}
