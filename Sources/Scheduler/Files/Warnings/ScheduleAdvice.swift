// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Something in a cron expression that is allowed and probably not what was meant, or that other
/// crons do not take.
///
/// Pure: of the text alone, which is an expression that was parsed.
struct ScheduleAdvice: Hashable, Sendable {
  let message: String
  /// Where in the text, in bytes.
  let offset: Int
  let length: Int
  var expected: String?
  var suggestion: String?
  var category = CronSyntaxError.Category.range

  /// Whose rules the text is held against.
  enum Dialect: Sendable {
    /// Other crons may read the same file.
    case crontab
    case jobFile
    /// No file: it may be meant for any.
    case anyFile
  }

  /// All advice on an expression, by field.
  static func on(_ text: String, _ dialect: Dialect) -> [ScheduleAdvice] {
    let fields = CronFieldText.fields(of: text)
    guard !fields.isEmpty else { return dialect == .jobFile ? [] : onMacro(text) }
    var advice: [ScheduleAdvice] = []
    for field in fields {
      for item in field.items {
        if dialect != .jobFile, let portable = portability(of: item, in: field) {
          advice.append(portable)
        }
        if let step = step(of: item, in: field) { advice.append(step) }
      }
    }
    if dialect == .anyFile, let extra = extraField(fields) { advice.append(extra) }
    if let forgotten = forgottenField(fields, text) { advice.append(forgotten) }
    if let either = eitherDay(fields, text) { advice.append(either) }
    return advice.sorted { $0.offset < $1.offset }
  }

  // MARK: What other crons take

  private static func onMacro(_ text: String) -> [ScheduleAdvice] {
    let word = text.prefix { $0 != " " }
    let portable = [
      "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@reboot",
    ]
    guard !portable.contains(String(word)) else { return [] }
    let isSpelling = portable.contains(word.lowercased())
    return [
      ScheduleAdvice(
        message: "`\(word)` is not portable: other crons refuse it", offset: 0,
        length: word.utf8.count, suggestion: isSpelling ? word.lowercased() : nil,
        category: .syntax)
    ]
  }

  private static func portability(
    of item: CronFieldText.Item, in field: CronFieldText
  ) -> ScheduleAdvice? {
    if let ends = item.ends(in: field), ends.first > ends.last {
      return ScheduleAdvice(
        message: "`\(item.text)` goes round the end; other crons never fire it",
        offset: item.offset, length: item.text.utf8.count)
    }
    guard let why = item.whyNotPortable(in: field) else { return nil }
    return ScheduleAdvice(
      message: "`\(item.text)` is not portable: \(why)", offset: item.offset,
      length: item.text.utf8.count, category: .syntax)
  }

  // MARK: Steps

  private static func step(
    of item: CronFieldText.Item, in field: CronFieldText
  ) -> ScheduleAdvice? {
    guard let step = item.step, item.base == "*" || item.ends(in: field) != nil else { return nil }
    if step > field.bounds.upperBound - field.bounds.lowerBound {
      return ScheduleAdvice(
        message:
          "the step of `\(item.text)` is longer than the field: only its first value is left",
        offset: item.offset, length: item.text.utf8.count)
    }
    guard item.base == "*", field.kind != .year, field.period.map({ $0 % step != 0 }) ?? (step > 1)
    else { return nil }
    let restart =
      switch field.kind {
      case .dayOfMonth: "the count starts again on the 1st of each month"
      case .dayOfWeek: "the count starts again on each Sunday"
      case .month: "the count starts again each January"
      case .hour: "the last step of each day is only \(rest(field, step, "hour"))"
      case .minute: "the last step of each hour is only \(rest(field, step, "minute"))"
      default: "the last step of each minute is only \(rest(field, step, "second"))"
      }
    let what = field.period.map { "\($0)" } ?? "a \(field.kind == .dayOfWeek ? "week" : "month")"
    return ScheduleAdvice(
      message: "`\(item.text)` does not divide \(what): \(restart)",
      offset: item.offset, length: item.text.utf8.count, expected: even(field, step))
  }

  private static func rest(_ field: CronFieldText, _ step: Int, _ unit: String) -> String {
    let rest = (field.period ?? 0) % step
    return "\(rest) \(unit)\(rest == 1 ? "" : "s")"
  }

  /// How to get an even beat.
  private static func even(_ field: CronFieldText, _ step: Int) -> String? {
    let unit: String? =
      switch field.kind {
      case .second: "s"
      case .minute: "m"
      case .hour: "h"
      case .dayOfMonth: "d"
      default: nil
      }
    let divisors = field.period.map { period in
      (1...period / 2).filter { period % $0 == 0 }.map(String.init).joined(separator: ", ")
    }
    let steps = divisors.map { "a step of \($0)" }
    let every = unit.map { "`@every \(step)\($0)` for an even beat" }
    let ways = [steps, every].compactMap(\.self)
    return ways.isEmpty ? nil : ways.joined(separator: "; or ")
  }

  // MARK: Whole expressions

  /// Six fields where a crontab would have five and a command.
  private static func extraField(_ fields: [CronFieldText]) -> ScheduleAdvice? {
    guard fields.count > 5, let first = fields.first else { return nil }
    let year = fields.count == 7 ? ", the last one the year" : ""
    return ScheduleAdvice(
      message:
        "\(fields.count) fields: the first one is the second\(year); a crontab has five, and "
        + "takes the sixth for its command",
      offset: first.offset, length: first.text.utf8.count,
      expected: "five fields, if it is for a crontab", category: .syntax)
  }

  /// A `*` in the field before one that names a time: `* 5 * * *` runs sixty times.
  private static func forgottenField(_ fields: [CronFieldText], _ text: String) -> ScheduleAdvice? {
    for (finer, coarser) in [(CronFieldText.Kind.second, .minute), (.minute, .hour)]
      as [(CronFieldText.Kind, CronFieldText.Kind)]
    {
      guard let star = fields.first(where: { $0.kind == finer }), star.text == "*",
        let named = fields.first(where: { $0.kind == coarser }), named.text != "*",
        !named.items.allSatisfy({ $0.step == nil && $0.base.contains("-") })
      else { continue }
      var better = Array(text.utf8)
      better[star.offset] = UInt8(ascii: "0")
      return ScheduleAdvice(
        message: "the \(finer.rawValue) is `*`: this runs 60 times in each \(coarser.rawValue) of "
          + "`\(named.text)`",
        offset: star.offset, length: 1,
        suggestion: String(decoding: better, as: UTF8.self))
    }
    return nil
  }

  /// Both day fields restricted: a day matches that matches either.
  private static func eitherDay(_ fields: [CronFieldText], _ text: String) -> ScheduleAdvice? {
    guard let day = fields.first(where: { $0.kind == .dayOfMonth }),
      let weekday = fields.first(where: { $0.kind == .dayOfWeek }),
      ![day, weekday].contains(where: { "*?".contains($0.text.first ?? "*") })
    else { return nil }
    let weeks = ["1-7", "8-14", "15-21", "22-28"]
    var suggestion: String?
    if let week = weeks.firstIndex(of: day.text),
      weekday.text.allSatisfy({ $0.isLetter || $0.isNumber })
    {
      suggestion = fields.map { field in
        switch field.kind {
        case .dayOfMonth: "*"
        case .dayOfWeek: "\(field.text)#\(week + 1)"
        default: field.text
        }
      }.joined(separator: " ")
    }
    return ScheduleAdvice(
      message: "day of month and day of week are both restricted: a day runs that matches either",
      offset: day.offset, length: weekday.offset + weekday.text.utf8.count - day.offset,
      expected: "`*` in one of the two, unless either is meant", suggestion: suggestion)
  }
}
