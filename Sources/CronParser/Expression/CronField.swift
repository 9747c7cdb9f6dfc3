// SPDX-License-Identifier: Apache-2.0

/// One field of a cron expression: what it is called and which values it takes.
enum CronField: Hashable, Sendable, CaseIterable {
  case second, minute, hour, dayOfMonth, month, dayOfWeek, year

  /// The field's name in messages.
  var name: String {
    switch self {
    case .second: "second"
    case .minute: "minute"
    case .hour: "hour"
    case .dayOfMonth: "day-of-month"
    case .month: "month"
    case .dayOfWeek: "day-of-week"
    case .year: "year"
    }
  }

  /// The field's place among all, seconds 0 to years 6.
  var number: Int {
    switch self {
    case .second: 0
    case .minute: 1
    case .hour: 2
    case .dayOfMonth: 3
    case .month: 4
    case .dayOfWeek: 5
    case .year: 6
    }
  }

  /// The least value.
  var low: Int {
    switch self {
    case .second, .minute, .hour, .dayOfWeek: 0
    case .dayOfMonth, .month: 1
    case .year: 1_970
    }
  }

  /// The greatest value that `*` stands for.
  var high: Int {
    switch self {
    case .second, .minute: 59
    case .hour: 23
    case .dayOfMonth: 31
    case .month: 12
    case .dayOfWeek: 6
    case .year: 2_199
    }
  }

  /// The greatest number that may be written: Sunday is 7 as well as 0.
  var highestNumber: Int { self == .dayOfWeek ? 7 : high }

  /// Names of three letters, the first for the value `low`.
  var names: [String] {
    switch self {
    case .month:
      ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    case .dayOfWeek: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    default: []
    }
  }

  /// What the field takes, for messages.
  var expected: String {
    switch self {
    case .month: "1-12 or jan-dec"
    case .dayOfWeek: "0-7 or sun-sat"
    default: "\(low)-\(high)"
    }
  }

  /// The fields of an expression that has so many words, or nil.
  static func layout(words: Int) -> ArraySlice<CronField>? {
    switch words {
    case 5: allCases[1...5]
    case 6: allCases[0...5]
    case 7: allCases[0...6]
    default: nil
    }
  }
}
