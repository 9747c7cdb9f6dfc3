// SPDX-License-Identifier: Apache-2.0

/// What an expression holds beyond the five fields of Vixie cron.
final class CronExtras: Hashable, Sendable {
  /// Bit n: second n of the minute.
  let seconds: UInt64
  /// The years, or nil for all.
  let years: YearSet?
  /// The days that depend on the month, or nil.
  let special: SpecialDays?

  init(seconds: UInt64, years: YearSet?, special: SpecialDays?) {
    self.seconds = seconds
    self.years = years
    self.special = special
  }

  static func == (left: CronExtras, right: CronExtras) -> Bool {
    left === right
      || (left.seconds == right.seconds && left.years == right.years
        && left.special == right.special)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(seconds)
    hasher.combine(years)
    hasher.combine(special)
  }
}

/// A set of years from 1970 to 2199.
struct YearSet: Hashable, Sendable {
  private var words: [UInt64] = [0, 0, 0, 0]

  /// Adds a year; others than 1970 to 2199 are no members of any set.
  mutating func insert(_ year: Int) {
    guard CronField.year.low...CronField.year.high ~= year else { return }
    let bit = year - CronField.year.low
    words[bit / 64] |= 1 << UInt64(bit % 64)
  }

  func contains(_ year: Int) -> Bool {
    guard CronField.year.low...CronField.year.high ~= year else { return false }
    let bit = year - CronField.year.low
    return words[bit / 64] >> UInt64(bit % 64) & 1 == 1
  }

  /// The members, in order.
  var members: [Int] { (CronField.year.low...CronField.year.high).filter(contains) }
}

/// Days whose number depends on the month: `L`, `L-3`, `LW`, `L-3W`, `15W`, `5L`,
/// `FRI#2`.
struct SpecialDays: Hashable, Sendable {
  /// Bit n: n days before the month's last (`L` is bit 0).
  var fromEnd: UInt32 = 0
  /// Bit n: the weekday (Monday to Friday) nearest to day n.
  var nearestWeekday: UInt32 = 0
  /// Bit n: the weekday (Monday to Friday) nearest to n days before the month's last.
  var nearestFromEnd: UInt32 = 0
  /// The last weekday (Monday to Friday) of the month.
  var lastWeekday = false
  /// Bit n: the last weekday n of the month.
  var lastOfWeekday: UInt8 = 0
  /// Bit 7(k-1)+n: the k-th weekday n of the month.
  var nth: UInt64 = 0

  var isEmpty: Bool { self == SpecialDays() }

  /// The days of the day-of-month field, bit n for day n, in a month of `length` days whose first
  /// is weekday `first`.
  func days(length: Int, first: Int) -> UInt32 {
    var result: UInt32 = 0
    for back in fromEnd.setBits where back < length { result |= 1 << UInt32(length - back) }
    for day in nearestWeekday.setBits where day <= length {
      result |= 1 << UInt32(Self.nearest(to: day, length: length, first: first))
    }
    for back in nearestFromEnd.setBits where back < length {
      result |= 1 << UInt32(Self.nearest(to: length - back, length: length, first: first))
    }
    if lastWeekday { result |= 1 << UInt32(Self.nearest(to: length, length: length, first: first)) }
    return result
  }

  /// The days of the day-of-week field, bit n for day n.
  func weekdays(length: Int, first: Int) -> UInt32 {
    var result: UInt32 = 0
    for weekday in 0..<7 {
      let firstDay = 1 + (weekday - first + 7) % 7
      let lastDay = firstDay + (length - firstDay) / 7 * 7
      if lastOfWeekday >> UInt8(weekday) & 1 == 1 { result |= 1 << UInt32(lastDay) }
      for week in 0..<5 where nth >> UInt64(week * 7 + weekday) & 1 == 1 {
        let day = firstDay + week * 7
        if day <= length { result |= 1 << UInt32(day) }
      }
    }
    return result
  }

  /// The weekday (Monday to Friday) nearest to a day, within its month.
  private static func nearest(to day: Int, length: Int, first: Int) -> Int {
    switch (first + day - 1) % 7 {
    case 6: day > 1 ? day - 1 : day + 2
    case 0: day < length ? day + 1 : day - 2
    default: day
    }
  }
}

extension FixedWidthInteger {
  /// The numbers of the bits that are set, from the lowest.
  var setBits: [Int] { (0..<Self.bitWidth).filter { self >> Self($0) & 1 == 1 } }
}
