// SPDX-License-Identifier: Apache-2.0

/// A cron expression taken apart for people: what each field admits, and which rules join them.
public struct CronExplanation: Hashable, Sendable {
  /// One field.
  public struct Field: Hashable, Sendable {
    /// `minute`, `day-of-month`.
    public let name: String
    /// The field as it is written; nil where a macro stands for it.
    public let text: String?
    /// The values that it admits, in words.
    public let values: String
  }

  /// How the two day fields make one.
  public enum DayRule: String, Hashable, Sendable {
    /// A day must match both: one of them starts with `*`, or is `?`.
    case both
    /// A day must match either: both are restricted.
    case either
  }

  /// The fields in the order in which they are written.
  public let fields: [Field]
  /// How the two day fields make one.
  public let dayRule: DayRule
  /// The day fields that start with `*` or are `?`.
  public let starredDays: [String]
  /// The time fields, of minute and hour, that start with `*`: where there are any, the schedule
  /// follows real time when clocks change.
  public let starredTimes: [String]

  /// Takes an expression apart.
  ///
  /// - Parameters:
  ///   - expression: the expression.
  ///   - text: how it is written, or the macro that stands for it.
  public init(_ expression: CronExpression, writtenAs text: String) {
    let words = text.utf8.split(whereSeparator: \.isBlank).map { String(Substring($0)) }
    let layout =
      words.first?.utf8.first == UInt8(ascii: "@")
      ? nil
      : CronField.layout(
        words: words.count)
    if let layout {
      fields = zip(layout, words).map { field, word in
        Field(name: field.name, text: word, values: expression.values(of: field))
      }
    } else {
      fields = CronField.allCases[1...5].map {
        Field(name: $0.name, text: nil, values: expression.values(of: $0))
      }
    }
    dayRule = expression.flags.contains(.bothDays) ? .both : .either
    let flags = expression.flags
    starredDays = [(CronExpression.Flags.dayStar, "day-of-month"), (.weekdayStar, "day-of-week")]
      .filter { flags.contains($0.0) }.map(\.1)
    starredTimes = [(CronExpression.Flags.minuteStar, "minute"), (.hourStar, "hour")]
      .filter { flags.contains($0.0) }.map(\.1)
  }
}

extension CronExpression {
  /// What a field admits, in words.
  fileprivate func values(of field: CronField) -> String {
    switch field {
    case .second: Self.words((extras?.seconds ?? 1).setBits, field)
    case .minute: Self.words(minutes.setBits, field)
    case .hour: Self.words(hours.setBits, field)
    case .dayOfMonth: dayOfMonthWords
    case .month: Self.words(months.setBits, field) { English.months[$0 - 1] }
    case .dayOfWeek: dayOfWeekWords
    case .year: Self.words(extras?.years?.members ?? [], field)
    }
  }

  private var dayOfMonthWords: String {
    let special = extras?.special?.monthPhrases.map { String($0.dropFirst(3)) } ?? []
    let list = days.setBits
    let plain = list.isEmpty ? [] : [Self.words(list, .dayOfMonth)]
    return English.list(plain + special)
  }

  private var dayOfWeekWords: String {
    let special = extras?.special?.weekPhrases(article: "the") ?? []
    // The week is told from Monday on, so that Friday to Sunday is one run.
    let list = weekdays.setBits.map { $0 == 0 ? 7 : $0 }.sorted()
    let plain =
      list.isEmpty ? [] : [Self.words(list, .dayOfWeek) { English.weekdays[$0 % 7] }]
    return English.list(plain + special)
  }

  /// All values as `every minute`; many at even steps as `0, 2, 4, … 58`; else each of them.
  private static func words(
    _ values: [Int], _ field: CronField, name: (Int) -> String = { String($0) }
  ) -> String {
    if values.isEmpty || values.count == field.high - field.low + 1 {
      return "every " + field.everyName
    }
    let step = values.count > 12 ? values[1] - values[0] : 1
    let isEven = zip(values, values.dropFirst()).allSatisfy { $1 - $0 == step }
    guard step > 1, isEven else { return English.runs(values, name: name) }
    let first = values.prefix(3).map(name).joined(separator: ", ")
    return "\(first), … \(name(values[values.count - 1]))"
  }
}

extension CronField {
  /// What one value of the field is, after "every".
  fileprivate var everyName: String {
    switch self {
    case .dayOfMonth: "day of the month"
    case .dayOfWeek: "day of the week"
    default: name
    }
  }
}
