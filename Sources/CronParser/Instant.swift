// SPDX-License-Identifier: Apache-2.0

/// A point in time: UTC, whole milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Arithmetic saturates at ``earliest`` and ``latest``, so no sum of times can trap.
public struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since the epoch, within `earliest...latest`.
  public let milliseconds: Int64

  /// An instant; values beyond the years 1 to 9999 are moved to the nearest bound.
  public init(milliseconds: Int64) {
    self.milliseconds = Swift.min(
      Swift.max(milliseconds, Self.earliestMilliseconds), Self.latestMilliseconds)
  }

  /// 0001-01-01T00:00:00.000Z.
  public static let earliest = Instant(milliseconds: earliestMilliseconds)
  /// 9999-12-31T23:59:59.999Z.
  public static let latest = Instant(milliseconds: latestMilliseconds)
  /// 1970-01-01T00:00:00Z.
  public static let epoch = Instant(milliseconds: 0)

  private static let earliestMilliseconds: Int64 = -62_135_596_800_000
  private static let latestMilliseconds: Int64 = 253_402_300_799_999

  /// Orders by time.
  public static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The instant `span` later, saturating.
  public static func + (left: Instant, span: TimeSpan) -> Instant {
    let (sum, overflow) = left.milliseconds.addingReportingOverflow(span.milliseconds)
    guard !overflow else { return span.milliseconds > 0 ? latest : earliest }
    return Instant(milliseconds: sum)
  }

  /// The instant `span` earlier, saturating.
  public static func - (left: Instant, span: TimeSpan) -> Instant {
    let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(span.milliseconds)
    guard !overflow else { return span.milliseconds > 0 ? earliest : latest }
    return Instant(milliseconds: difference)
  }

  /// How long after `right` this instant is; negative when it is before it.
  public static func - (left: Instant, right: Instant) -> TimeSpan {
    TimeSpan(milliseconds: left.milliseconds - right.milliseconds)
  }
}
