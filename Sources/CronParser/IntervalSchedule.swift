// SPDX-License-Identifier: Apache-2.0

/// A fixed rate: the instants `anchor + k × period` for every whole k, before the anchor too.
public struct IntervalSchedule: Hashable, Sendable {
  /// The distance of two instants; at least a millisecond.
  public let period: TimeSpan
  /// One of the instants.
  public let anchor: Instant
  /// Whether a job that is read for the first time also fires at once.
  public let firstNow: Bool

  /// A fixed rate; a period below a millisecond becomes one.
  public init(period: TimeSpan, anchor: Instant = .epoch, firstNow: Bool = false) {
    self.period = max(period, TimeSpan(milliseconds: 1))
    self.anchor = anchor
    self.firstNow = firstNow
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
