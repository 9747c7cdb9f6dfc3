// SPDX-License-Identifier: Apache-2.0

/// A day of the calendar that knows its neighbours and nothing else: found by counting through the
/// years from 1970.
struct OracleDate {
  private(set) var number: Int64
  private(set) var year: Int
  private(set) var month: Int
  private(set) var day: Int
  /// Sunday is 0; the epoch was a Thursday.
  private(set) var weekday: Int

  init(number: Int64) {
    self.number = number
    year = 1_970
    month = 1
    weekday = Int(modulo(number + 4, 7))
    var rest = Int(number)
    while rest < 0 {
      year -= 1
      rest += Self.days(inYear: year)
    }
    while rest >= Self.days(inYear: year) {
      rest -= Self.days(inYear: year)
      year += 1
    }
    day = rest + 1
    while day > length {
      day -= length
      month += 1
    }
  }

  /// How many days the month has.
  var length: Int {
    switch month {
    case 2: Self.isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  mutating func advance() {
    number += 1
    weekday = weekday == 6 ? 0 : weekday + 1
    if day < length {
      day += 1
    } else if month < 12 {
      (month, day) = (month + 1, 1)
    } else {
      (year, month, day) = (year + 1, 1, 1)
    }
  }

  mutating func retreat() {
    number -= 1
    weekday = weekday == 0 ? 6 : weekday - 1
    if day > 1 {
      day -= 1
    } else {
      (year, month) = month > 1 ? (year, month - 1) : (year - 1, 12)
      day = length
    }
  }

  private static func isLeap(_ year: Int) -> Bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
  }

  private static func days(inYear year: Int) -> Int { isLeap(year) ? 366 : 365 }
}

/// The remainder that is never negative.
func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
  ((value % divisor) + divisor) % divisor
}
