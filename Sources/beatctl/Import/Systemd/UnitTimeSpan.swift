// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Lengths of time as units write them (systemd.time(7), TIME SPANS): `90`, `5min 20s`, `1.5h`.
enum UnitTimeSpan {
  private static let units: [(names: [String], milliseconds: Double)] = [
    (["usec", "us", "µs", "μs"], 0.001), (["msec", "ms"], 1),
    (["seconds", "second", "sec", "s", ""], 1_000),
    (["minutes", "minute", "min", "m"], 60_000), (["hours", "hour", "hr", "h"], 3_600_000),
    (["days", "day", "d"], 86_400_000), (["weeks", "week", "w"], 604_800_000),
    (["months", "month", "M"], 2_629_800_000), (["years", "year", "y"], 31_557_600_000),
  ]

  /// The length, to the millisecond; nil where the text is none.
  static func parse(_ text: String) -> TimeSpan? {
    var rest = text.trimmed
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let number = Double(digits), number.isFinite else { return nil }
      rest = rest.dropFirst(digits.count).trimmed
      let word = String(rest.prefix { $0.isLetter })
      guard let unit = units.first(where: { $0.names.contains(word) }) else { return nil }
      rest = rest.dropFirst(word.count).trimmed
      total += number * unit.milliseconds
    }
    guard total < 1e15 else { return nil }
    return TimeSpan(milliseconds: Int64(total.rounded()))
  }

  /// Whether the text says that there is no limit.
  static func isInfinite(_ text: String) -> Bool { text == "infinity" || text == "0" }
}
