// SPDX-License-Identifier: Apache-2.0

/// A day of the week, numbered as cron numbers it: Sunday is 0.
public enum Weekday: Int, CaseIterable, Hashable, Sendable {
  case sunday, monday, tuesday, wednesday, thursday, friday, saturday

  /// The weekday of a day counted from 1970-01-01, a Thursday.
  init(dayNumber: Int) {
    self = Self.allCases[Self.number(ofDay: dayNumber)]
  }

  /// 0 for Sunday to 6 for Saturday; `dayNumber` from the year -800 on.
  static func number(ofDay dayNumber: Int) -> Int {
    Int(UInt32(truncatingIfNeeded: dayNumber &+ 4 &+ 7 * 200_000) % 7)
  }
}
