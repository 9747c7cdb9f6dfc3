// SPDX-License-Identifier: Apache-2.0

/// What a calendar and a clock on the wall show: a date and a second of the day, without a zone.
public struct CivilDateTime: Hashable, Comparable, Sendable {
  /// The date.
  public let date: CivilDate
  /// Seconds since midnight, 0 to 86399.
  public let secondOfDay: Int

  /// A date with a time of day, or nil where the time does not exist (24:00, a leap second).
  public init?(date: CivilDate, hour: Int, minute: Int, second: Int) {
    guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second) else {
      return nil
    }
    self.date = date
    secondOfDay = hour * 3_600 + minute * 60 + second
  }

  /// What a clock shows that runs `offset` seconds east of UTC.
  public init(_ instant: Instant, offset: Int) {
    self.init(localSecond: instant.secondsRoundedDown + Int64(offset))
  }

  /// What a clock shows so many seconds after it showed 1970-01-01T00:00:00.
  init(localSecond local: Int64) {
    let day = local.flooringDivision(by: 86_400)
    date = CivilDate(dayNumber: Int(day))
    secondOfDay = Int(local - day * 86_400)
  }

  /// The hour, 0 to 23.
  public var hour: Int { secondOfDay / 3_600 }
  /// The minute, 0 to 59.
  public var minute: Int { secondOfDay / 60 % 60 }
  /// The second, 0 to 59.
  public var second: Int { secondOfDay % 60 }

  /// Orders by time.
  public static func < (left: CivilDateTime, right: CivilDateTime) -> Bool {
    (left.date, left.secondOfDay) < (right.date, right.secondOfDay)
  }

  /// Seconds from 1970-01-01T00:00:00 on the same clock.
  var seconds: Int64 { Int64(date.dayNumber) * 86_400 + Int64(secondOfDay) }
}

extension Int64 {
  /// The quotient rounded towards minus infinity; `divisor` must be positive.
  func flooringDivision(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self < 0 && quotient &* divisor != self ? quotient &- 1 : quotient
  }
}

extension Instant {
  /// Whole seconds since the epoch, rounded towards the past.
  var secondsRoundedDown: Int64 { milliseconds.flooringDivision(by: 1_000) }
}
