// SPDX-License-Identifier: Apache-2.0

/// When a job is due.
///
/// ``FireTimes`` works out the instants.
public enum Schedule: Hashable, Sendable {
  /// By the clock of a zone.
  case cron(CronExpression)
  /// At a fixed rate.
  case every(IntervalSchedule)
  /// With a fixed delay: counted from the end of the last run, so it names no instants of its own.
  case everyAfter(TimeSpan, firstNow: Bool)
  /// At the instants listed: in order, each once, at least one.
  case at([Instant])
  /// Once a boot; names no instants of its own.
  case reboot
  /// Only when triggered.
  case manual

  /// Parses what a crontab writes in front of a command: fields, or a macro in any letter case
  /// (`@daily`, `@every 90s`, `@reboot`).
  ///
  /// Without a seed `H` and `~` are errors. An expression that belongs to no job may stand in for
  /// a job's name itself: `SpreadSeed(unnamed:)`.
  ///
  /// - Throws: `CronSyntaxError` at the first fault; a misspelt macro with the nearest right one.
  public init(
    crontab text: String, spread: SpreadSeed? = nil
  ) throws(CronSyntaxError) {
    guard let start = text.utf8.firstIndex(where: { !$0.isBlank }),
      text.utf8[start] == UInt8(ascii: "@")
    else {
      self = .cron(try CronExpression(text, spread: spread))
      return
    }
    let offset = text.utf8.distance(from: text.utf8.startIndex, to: start)
    self = try CronMacro.parse(text[start...], at: offset)
  }

  /// A list of instants in any order; nil where it is empty.
  public static func at(unordered instants: some Sequence<Instant>) -> Schedule? {
    let sorted = Set(instants).sorted()
    return sorted.isEmpty ? nil : .at(sorted)
  }
}
