// SPDX-License-Identifier: Apache-2.0

/// A change of a zone's clock that touches a job, and what becomes of the job there.
public struct DaylightTouch: Hashable, Sendable {
  /// The first instant with the new offset.
  public let instant: Instant
  /// What the clock does.
  public let kind: Kind
  /// What becomes of the job's local times there.
  public let effect: Effect
  /// The job's local times that are skipped or come twice, in order; the first 60.
  public let times: [CivilDateTime]
  /// Whether there are more than ``times`` holds.
  public let hasMore: Bool

  /// What a clock does at a change of offset.
  public enum Kind: Hashable, Sendable {
    /// It jumps from one local time to a later one.
    case gap(from: CivilDateTime, to: CivilDateTime)
    /// It goes back: the local times from `from` to `to` come again.
    case fold(from: CivilDateTime, to: CivilDateTime)
    /// It jumps over three hours or more: the local times between name no instant.
    case hole(from: CivilDateTime, to: CivilDateTime)
  }

  /// What becomes of the local times concerned.
  public enum Effect: Hashable, Sendable {
    /// They make one run, at the instant the gap ends.
    case runsAtEnd
    /// They do not run.
    case skipped
    /// Each runs once, the first time.
    case first
    /// Each runs once, the last time.
    case last
    /// Each runs both times.
    case both
  }
}

extension FireTimes {
  /// The changes of the zone's clock within the span that touch the job, in order; the first
  /// `limit`.
  ///
  /// A change touches a job if one of its local times is skipped or comes twice there. A job that
  /// runs in every hour and follows real time through both (as `*/5 * * * *` does) keeps its pace
  /// and is not touched; neither are intervals and instants.
  ///
  /// - Complexity: about a microsecond for each change of the zone in the span.
  public func transitions(
    touching span: ClosedRange<Instant>, limit: Int = .max
  ) -> [DaylightTouch] {
    guard case .cron(let expression) = schedule, limit > 0 else { return [] }
    guard !(expression.hours == 0xFF_FFFF && clock.isEmpty) else { return [] }
    let first = max(span.lowerBound, starts ?? .earliest).secondsRoundedDown
    let last = min(span.upperBound, ends ?? .latest).secondsRoundedDown
    var touches: [DaylightTouch] = []
    var before = zone.table.segment(at: first &- 1)
    while before.end <= last, touches.count < limit {
      let after = zone.table.segment(at: before.end)
      if let touch = touch(of: expression, from: before, to: after) { touches.append(touch) }
      before = after
    }
    return touches
  }

  private func touch(
    of expression: CronExpression, from before: ZoneTable.Segment, to after: ZoneTable.Segment
  ) -> DaylightTouch? {
    let old = after.start &+ before.offset
    let new = after.start &+ after.offset
    guard old != new else { return nil }
    let (times, hasMore) = expression.localTimes(in: min(old, new)..<max(old, new))
    guard !times.isEmpty else { return nil }
    let (kind, effect) = kindAndEffect(of: expression, from: before, to: after)
    return DaylightTouch(
      instant: Instant(milliseconds: after.start &* 1_000), kind: kind, effect: effect,
      times: times.map(CivilDateTime.init(localSecond:)), hasMore: hasMore)
  }

  private func kindAndEffect(
    of expression: CronExpression, from before: ZoneTable.Segment, to after: ZoneTable.Segment
  ) -> (DaylightTouch.Kind, DaylightTouch.Effect) {
    let old = CivilDateTime(localSecond: after.start &+ before.offset)
    let new = CivilDateTime(localSecond: after.start &+ after.offset)
    let bridged = ZoneTable.isBridged(from: before.offset, to: after.offset)
    guard after.offset > before.offset else {
      let kind = DaylightTouch.Kind.fold(from: new, to: old)
      guard bridged else { return (kind, .both) }
      switch clock.fold {
      case .first: return (kind, .first)
      case .last: return (kind, .last)
      case .both: return (kind, .both)
      }
    }
    guard bridged else { return (.hole(from: old, to: new), .skipped) }
    let missed = zone.table.missed(before: after, by: clock)
    let runs = clock.contains(.makesUp) && !expression.localTimes(in: missed).times.isEmpty
    return (.gap(from: old, to: new), runs ? .runsAtEnd : .skipped)
  }
}

extension CronExpression {
  /// The first 60 local seconds of a range that match, and whether there are more.
  fileprivate func localTimes(in range: Range<Int64>) -> (times: [Int64], hasMore: Bool) {
    var times: [Int64] = []
    var local = range.lowerBound
    while local < range.upperBound {
      let found = firstLocal(atOrAfter: local)
      guard found < range.upperBound else { break }
      guard times.count < 60 else { return (times, true) }
      times.append(found)
      local = found &+ 1
    }
    return (times, false)
  }
}
