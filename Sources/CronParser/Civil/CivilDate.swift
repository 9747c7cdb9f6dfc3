// SPDX-License-Identifier: Apache-2.0

/// A day of the proleptic Gregorian calendar, without a zone.
///
/// Days are counted from 1970-01-01. The conversions both ways are exact for every day of the
/// years -800 to 12000, and cost a few nanoseconds (Neri and Schneider, "Euclidean affine
/// functions and their application to calendar algorithms", 2022).
public struct CivilDate: Hashable, Comparable, Sendable {
  /// The year; 1 BC is 0.
  public let year: Int
  /// The month, 1 to 12.
  public let month: Int
  /// The day of the month, 1 to 31.
  public let day: Int

  /// A date that exists, or nil: 30 February has no date, and years must lie in -800...12000.
  public init?(year: Int, month: Int, day: Int) {
    guard (-800...12_000).contains(year), (1...12).contains(month) else { return nil }
    guard day >= 1, day <= Self.length(ofMonth: month, year: year) else { return nil }
    self.init(unchecked: year, month, day)
  }

  /// The date that many days after 1970-01-01; within the years -800 to 12000.
  init(dayNumber: Int) {
    let shifted = UInt32(truncatingIfNeeded: dayNumber &+ Self.bias)
    let n1 = 4 &* shifted &+ 3
    let century = n1 / 146_097
    let n2 = (n1 % 146_097) | 3
    let product = 2_939_745 &* UInt64(n2)
    let yearOfCentury = UInt32(truncatingIfNeeded: product >> 32)
    let dayOfYear = UInt32(truncatingIfNeeded: product) / 2_939_745 / 4
    let n3 = 2_141 &* dayOfYear &+ 197_913
    let afterDecember = dayOfYear >= 306
    year =
      Int(100 &* century &+ yearOfCentury) &- Self.biasYears &+ (afterDecember ? 1 : 0)
    month = Int(n3 >> 16) &- (afterDecember ? 12 : 0)
    day = Int((n3 & 0xFFFF) / 2_141) &+ 1
  }

  private init(unchecked year: Int, _ month: Int, _ day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Days since 1970-01-01.
  public var dayNumber: Int { Self.dayNumber(year: year, month: month, day: day) }

  /// The day of the week.
  public var weekday: Weekday { Weekday(dayNumber: dayNumber) }

  /// Orders by time.
  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  /// Whether the year has a 29 February.
  public static func isLeap(_ year: Int) -> Bool {
    year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// How many days the month has; `month` must be 1 to 12.
  public static func length(ofMonth month: Int, year: Int) -> Int {
    guard month == 2 else { return 30 | (month ^ (month >> 3)) }
    return isLeap(year) ? 29 : 28
  }

  /// Days since 1970-01-01 of a date in the years -800 to 12000;
  /// `day` may lie past the month's end.
  static func dayNumber(year: Int, month: Int, day: Int) -> Int {
    let early = month <= 2
    let y = UInt32(truncatingIfNeeded: year &+ biasYears &- (early ? 1 : 0))
    let m = UInt32(truncatingIfNeeded: early ? month &+ 12 : month)
    let century = y / 100
    let days = 1_461 &* y / 4 &- century &+ century / 4 &+ (979 &* m &- 2_919) / 32
    return Int(days) &+ day &- 1 &- bias
  }

  /// 0000-03-01 lies 719,468 days before the epoch; four cycles of 400 years keep all positive.
  private static let biasYears = 1_600
  private static let bias = 719_468 + 4 * 146_097
}
