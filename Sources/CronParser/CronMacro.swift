// SPDX-License-Identifier: Apache-2.0

/// The macros of crontabs.
///
/// Each stands for fields, with the star flags that those fields have.
enum CronMacro {
  private static let fields = [
    ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"), ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"), ("@every_minute", "* * * * *"),
  ]
  private static let names = fields.map(\.0) + ["@reboot", "@every"]

  /// Parses a macro that begins `offset` bytes into the text it is part of.
  static func parse(_ text: Substring, at offset: Int) throws(CronSyntaxError) -> Schedule {
    let word = text.utf8.prefix { !$0.isBlank }
    let rest = text.utf8[word.endIndex...]
    let argument = rest.drop { $0.isBlank }
    let name = String(Substring(word)).lowercased()
    if name == "@every" {
      let distance = word.count + rest.count - argument.count
      return try parseEvery(Substring(argument), at: offset + distance)
    }
    guard name == "@reboot" || fields.contains(where: { $0.0 == name }) else {
      throw CronSyntaxError(
        offset: offset, length: word.count, message: "there is no macro \(Substring(word))",
        expected: names.joined(separator: " "), suggestion: nearestName(to: name, among: names))
    }
    guard argument.isEmpty else {
      throw CronSyntaxError(
        offset: offset + word.count + rest.count - argument.count, length: argument.count,
        message: "\(name) takes nothing after it")
    }
    for (macro, text) in fields where macro == name { return .cron(try CronExpression(text)) }
    return .reboot
  }

  private static func parseEvery(
    _ argument: Substring, at offset: Int
  ) throws(CronSyntaxError) -> Schedule {
    let trimmed = argument.utf8.reversed().drop { $0.isBlank }.reversed()
    let text = String(decoding: Array(trimmed), as: UTF8.self)
    let period: TimeSpan
    do throws(CronSyntaxError) {
      period = try IntervalSchedule.period(parsing: text)
    } catch {
      throw error.moved(by: offset)
    }
    return .every(IntervalSchedule(period: period))
  }
}
