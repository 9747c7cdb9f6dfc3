// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Turns values into what options take, and gathers what is wrong with them.
///
/// Each function answers nil where it has reported a fault.
struct OptionDecoder {
  /// Where zones are found.
  let zones: ZoneDirectory
  /// The folder of the file that is read: where a relative directory begins.
  let folder: String
  let context: LoadContext
  private(set) var faults: [OptionFault] = []
  private(set) var warnings: [OptionFault] = []
  private(set) var links: [JobLink] = []
  private(set) var unobeyed: [UnobeyedOption] = []

  init(_ context: LoadContext, folder: String) {
    zones = context.zones
    self.context = context
    self.folder = folder
  }

  /// Reads an option's value by its row.
  mutating func read(_ row: OptionRow, _ value: TOMLValue, key: TOMLRange, _ draft: inout JobDraft)
  {
    let before = faults.count
    row.read(value, &draft, &self)
    guard faults.count == before else { return }
    draft.give(row.key, line: key.line)
    if !row.isObeyed { note(unobeyed: row.key, at: key) }
  }

  /// Notes an option that means another job.
  mutating func note(link: JobLink) { links.append(link) }

  /// Notes an option of which nothing comes.
  mutating func note(unobeyed name: String, at range: TOMLRange) {
    unobeyed.append(UnobeyedOption(name: name, range: range))
  }

  /// Reports a fault of a value.
  mutating func fail(
    _ category: CronSyntaxError.Category, _ message: String, at range: TOMLRange,
    expected: String? = nil, suggestion: String? = nil, inner: OptionFault.Inner? = nil
  ) {
    faults.append(
      OptionFault(
        category: category, message: message, expected: expected, suggestion: suggestion,
        range: range, inner: inner))
  }

  /// Warns of a value that is taken.
  mutating func warn(
    _ category: CronSyntaxError.Category, _ message: String, at range: TOMLRange,
    expected: String? = nil, suggestion: String? = nil
  ) {
    warnings.append(
      OptionFault(
        category: category, message: message, expected: expected, suggestion: suggestion,
        range: range))
  }

  /// Warns of what is odd in an expression.
  mutating func advise(_ advice: [ScheduleAdvice], on text: String, at range: TOMLRange) {
    warnings += advice.map { advice in
      OptionFault(
        category: advice.category, message: advice.message, expected: advice.expected,
        suggestion: advice.suggestion, range: range,
        inner: .init(text: text, offset: advice.offset, length: advice.length))
    }
  }

  /// Reports a value of the wrong type.
  mutating func wrongType(_ value: TOMLValue, _ key: String, takes: String) {
    fail(
      .key, "`\(key)` cannot be \(value.description)", at: value.range, expected: takes)
  }

  // MARK: Simple values

  mutating func string(_ value: TOMLValue, _ key: String, takes: String = "a string") -> String? {
    guard case .string(let text) = value.content else {
      wrongType(value, key, takes: takes)
      return nil
    }
    guard !text.utf8.contains(0) else {
      fail(.encoding, "`\(key)` holds a NUL character", at: value.range)
      return nil
    }
    return text
  }

  mutating func boolean(_ value: TOMLValue, _ key: String) -> Bool? {
    guard case .boolean(let flag) = value.content else {
      wrongType(value, key, takes: "true or false")
      return nil
    }
    return flag
  }

  mutating func integer(_ value: TOMLValue, _ key: String, in range: ClosedRange<Int64>) -> Int? {
    let takes = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    switch value.content {
    case .integer(let number) where range.contains(number): return Int(number)
    case .integer(let number):
      fail(.range, "\(number) is out of range for `\(key)`", at: value.range, expected: takes)
    case .float(let number):
      fail(.range, "\(number) is no whole number", at: value.range, expected: takes)
    default: wrongType(value, key, takes: takes)
    }
    return nil
  }

  /// One of an enumeration's words.
  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ value: TOMLValue, _ key: String, of type: Choice.Type
  ) -> Choice? {
    let words = Choice.allCases.map(\.rawValue)
    let takes = words.map { "\"\($0)\"" }.joined(separator: ", ")
    guard let text = string(value, key, takes: "one of \(takes)") else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    fail(
      .key, "`\(key)` cannot be \"\(Diagnostic.shown(text))\"", at: value.range,
      expected: "one of \(takes)", suggestion: nearestName(to: text, among: words))
    return nil
  }

  // MARK: Times

  /// What an interval is written with.
  mutating func period(_ value: TOMLValue, _ key: String) -> TimeSpan? {
    guard case .string(let text) = value.content else { return span(value, key) }
    return span(text, at: value.range, read: IntervalSchedule.period(parsing:))
  }

  /// A length of time, of at least `least`; where that is nil, longer than nothing.
  ///
  /// No option's is over 100 years.
  mutating func span(_ value: TOMLValue, _ key: String, atLeast least: TimeSpan? = nil)
    -> TimeSpan?
  {
    let takes = Self.durations
    switch value.content {
    case .integer(let number):
      fail(
        .key, "the duration \(number) has no unit", at: value.range, expected: takes,
        suggestion: number > 0 ? "\(number)s" : nil)
      return nil
    case .string(let text):
      guard let span = span(text, at: value.range, read: TimeSpan.init(parsing:)) else {
        return nil
      }
      guard span <= IntervalSchedule.longestPeriod else {
        fail(
          .range, "`\(key)` cannot be \"\(Diagnostic.shown(text))\", which is over 100 years",
          at: value.range, expected: "at most 36525d")
        return nil
      }
      if let least {
        if span >= least { return span }
      } else if span > .zero {
        return span
      }
      fail(
        .range, "`\(key)` cannot be \"\(Diagnostic.shown(text))\"", at: value.range,
        expected: least.map { "\($0.text) or more" } ?? "more than nothing")
      return nil
    default:
      wrongType(value, key, takes: takes)
      return nil
    }
  }

  private static let durations =
    "a duration with its unit, such as \"90s\", \"1h30m\" or \"PT90S\""

  private mutating func span(
    _ text: String, at range: TOMLRange, read: (String) throws(CronSyntaxError) -> TimeSpan
  ) -> TimeSpan? {
    do {
      return try read(text)
    } catch {
      fail(
        error.category, error.message, at: range, expected: error.expected ?? Self.durations,
        suggestion: error.suggestion,
        inner: .init(text: text, offset: error.offset, length: error.length))
      return nil
    }
  }

  mutating func instant(_ value: TOMLValue, _ key: String) -> Instant? {
    let takes = "a date and time with an offset, such as 2027-01-01T09:00:00+01:00"
    switch value.content {
    case .instant(let text), .string(let text):
      if let instant = Instant(rfc3339: text) { return instant }
      fail(
        .syntax, "`\(key)` cannot be \(value.description)", at: value.range, expected: takes)
    case .local(let text):
      fail(.key, "\(text) has no offset from UTC", at: value.range, expected: takes)
    default: wrongType(value, key, takes: takes)
    }
    return nil
  }

  mutating func zone(_ value: TOMLValue, _ key: String) -> Zone? {
    let takes = "the name of a time zone, such as \"Europe/Berlin\""
    guard let name = string(value, key, takes: takes) else { return nil }
    do {
      return try zones.zone(named: name)
    } catch {
      fail(.zone, error.message, at: value.range, suggestion: error.suggestion)
      return nil
    }
  }
}
