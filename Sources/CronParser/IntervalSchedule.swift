// SPDX-License-Identifier: Apache-2.0

/// A fixed rate: the instants `anchor + k × period` for every whole k, before the anchor too.
public struct IntervalSchedule: Hashable, Sendable {
  /// The distance of two instants; at least a millisecond.
  public let period: TimeSpan
  /// One of the instants.
  public let anchor: Instant
  /// Whether a job that is read for the first time also fires at once.
  public let firstNow: Bool

  /// The longest period that a schedule may be written with: 100 years.
  public static let longestPeriod = TimeSpan.hours(24 * 36_525)

  /// A fixed rate; a period below a millisecond becomes one.
  public init(period: TimeSpan, anchor: Instant = .epoch, firstNow: Bool = false) {
    self.period = max(period, TimeSpan(milliseconds: 1))
    self.anchor = anchor
    self.firstNow = firstNow
  }

  /// Reads a period as `TimeSpan(parsing:)` reads a duration.
  ///
  /// - Throws: `CronSyntaxError`, with category `.range` for no time at all and for more than
  ///   ``longestPeriod``.
  public static func period(parsing text: String) throws(CronSyntaxError) -> TimeSpan {
    let period = try TimeSpan(parsing: text)
    guard period > .zero else {
      throw CronSyntaxError(
        offset: 0, length: text.utf8.count, message: "a period of no time never advances",
        expected: "a duration such as 90s or 1h30m", category: .range)
    }
    guard period <= longestPeriod else {
      throw CronSyntaxError(
        offset: 0, length: text.utf8.count, message: "a period of over 100 years is too long",
        expected: "at most 36525d", category: .range)
    }
    return period
  }

  /// The first instant strictly after, or nil past the year 9999.
  func next(after instant: Instant) -> Instant? {
    let distance = period.milliseconds - phase(of: instant)
    guard distance <= (Instant.latest - instant).milliseconds else { return nil }
    return Instant(milliseconds: instant.milliseconds + distance)
  }

  /// The last instant strictly before, or nil before the year 1.
  func previous(before instant: Instant) -> Instant? {
    let phase = phase(of: instant)
    let distance = phase == 0 ? period.milliseconds : phase
    guard distance <= (instant - .earliest).milliseconds else { return nil }
    return Instant(milliseconds: instant.milliseconds - distance)
  }

  /// How many instants lie in (after, through].
  func count(after: Instant, through: Instant) -> Int64 {
    guard let first = next(after: after), first <= through else { return 0 }
    return (through - first).milliseconds / period.milliseconds + 1
  }

  /// Milliseconds since the last instant at or before; the bounds of `Instant` keep this in range.
  private func phase(of instant: Instant) -> Int64 {
    let distance = (instant - anchor).milliseconds
    return distance - distance.flooringDivision(by: period.milliseconds) * period.milliseconds
  }
}
