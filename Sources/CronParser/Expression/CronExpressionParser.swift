// SPDX-License-Identifier: Apache-2.0

/// Turns the bytes of a whole expression into bit sets.
struct CronExpressionParser {
  private var position = 0
  private var seconds: UInt64 = 1
  private var minutes: UInt64 = 0
  private var hours: UInt64 = 0
  private var days: UInt64 = 0
  private var months: UInt64 = 0
  private var weekdays: UInt64 = 0
  private var years: YearSet?
  private var context: CronFieldContext
  private var flags: CronExpression.Flags = []

  /// A parser that gives values to `H` and `~` if there is a seed.
  init(seed: SpreadSeed?) { context = CronFieldContext(seed: seed) }

  /// Parses the bytes whole.
  mutating func parse(_ bytes: Span<UInt8>) throws(CronSyntaxError) -> CronExpression {
    let words = Self.countWords(bytes)
    guard let layout = CronField.layout(words: words) else {
      throw Self.wrongCount(words, bytes)
    }
    for field in layout {
      skipBlanks(bytes)
      try parse(field, bytes)
    }
    let expression = makeExpression(words: words)
    guard expression.canFire else { throw Self.never(bytes, words: words, isDrawn: false) }
    guard firesWhateverIsDrawn(words: words) else {
      throw Self.never(bytes, words: words, isDrawn: true)
    }
    return expression
  }

  private mutating func parse(
    _ field: CronField, _ bytes: Span<UInt8>
  ) throws(CronSyntaxError) {
    switch field {
    case .second: seconds = try parseSet(field, bytes, star: [])
    case .minute: minutes = try parseSet(field, bytes, star: .minuteStar)
    case .hour: hours = try parseSet(field, bytes, star: .hourStar)
    case .dayOfMonth: days = try parseSet(field, bytes, star: .dayStar)
    case .month: months = try parseSet(field, bytes, star: [])
    case .dayOfWeek:
      weekdays = try parseSet(field, bytes, star: .weekdayStar)
    case .year: years = try CronFieldParser.parseYears(bytes, &position)
    }
  }

  private mutating func parseSet(
    _ field: CronField, _ bytes: Span<UInt8>, star: CronExpression.Flags
  ) throws(CronSyntaxError) -> UInt64 {
    let first = bytes[position]
    if first == UInt8(ascii: "*") || first == UInt8(ascii: "?") { flags.formUnion(star) }
    return try CronFieldParser.parse(field, bytes, &position, &context)
  }

  /// Whether it fires for every job, not only for the one whose name was drawn from.
  private func firesWhateverIsDrawn(words: Int) -> Bool {
    let draws = context.draws
    guard !draws.isEmpty else { return true }
    let months = draws.lists(of: .month, all: self.months)
    return draws.lists(of: .dayOfMonth, all: self.days).contains { days in
      months.contains { months in
        days.allSatisfy { day in months.allSatisfy { fires(day, $0, words: words) } }
      }
    }
  }

  private func fires(_ days: UInt64, _ months: UInt64, words: Int) -> Bool {
    var other = self
    (other.days, other.months) = (days, months)
    return other.makeExpression(words: words).canFire
  }

  private mutating func makeExpression(words: Int) -> CronExpression {
    let special = context.special.isEmpty ? nil : context.special
    if context.isHashed { flags.insert(.hashed) }
    if context.isDrawn { flags.insert(.drawn) }
    var extras: CronExtras?
    if words > 5 || special != nil {
      extras = CronExtras(seconds: seconds, years: years, special: special)
    }
    return CronExpression(
      minutes: minutes, hours: UInt32(truncatingIfNeeded: hours),
      days: UInt32(truncatingIfNeeded: days), months: UInt16(truncatingIfNeeded: months),
      weekdays: UInt8(truncatingIfNeeded: weekdays), flags: flags, extras: extras)
  }

  private mutating func skipBlanks(_ bytes: Span<UInt8>) {
    while position < bytes.count, bytes[position].isBlank { position += 1 }
  }

  private static func countWords(_ bytes: Span<UInt8>) -> Int {
    var count = 0
    var inWord = false
    for index in bytes.indices {
      let blank = bytes[index].isBlank
      if !blank, !inWord { count += 1 }
      inWord = !blank
    }
    return count
  }

  private static func wrongCount(_ words: Int, _ bytes: Span<UInt8>) -> CronSyntaxError {
    let expected = "five fields: minute, hour, day of month, month, day of week"
    guard words < 5 else {
      let extra = wordRange(7, bytes)
      return CronSyntaxError(
        offset: extra.lowerBound, length: bytes.count - extra.lowerBound,
        message: "\(words) fields are too many",
        expected: expected + " (six with seconds in front, seven with a year at the end)")
    }
    return CronSyntaxError(
      offset: bytes.count, length: 0,
      message: words == 0
        ? "the expression is empty"
        : "\(words) \(words == 1 ? "field is" : "fields are") too few",
      expected: expected)
  }

  private static func never(
    _ bytes: Span<UInt8>, words: Int, isDrawn: Bool
  ) -> CronSyntaxError {
    let first = words == 5 ? 2 : 3
    let days = wordRange(first, bytes)
    let months = wordRange(words == 7 ? 6 : first + 1, bytes)
    return CronSyntaxError(
      offset: days.lowerBound, length: months.upperBound - days.lowerBound,
      message: isDrawn
        ? "for some jobs it would never fire: not every day that may be drawn is in the months"
        : "it never fires: no month that it names has such a day",
      expected: isDrawn
        ? "days that each month has, as in H(1-28), or L for a month's last"
        : "a day that exists, or L for a month's last", category: .never)
  }

  /// Where the word with that number lies, counted from 0.
  private static func wordRange(_ number: Int, _ bytes: Span<UInt8>) -> Range<Int> {
    var position = 0
    var start = 0
    for _ in 0...number {
      while position < bytes.count, bytes[position].isBlank { position += 1 }
      start = position
      while position < bytes.count, !bytes[position].isBlank { position += 1 }
    }
    return start..<position
  }
}

extension UInt8 {
  /// Whether the byte separates fields.
  var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
  /// Whether the byte is an ASCII letter.
  var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
}
