// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A time on the command line: RFC 3339, `now`, or a duration.
enum TimeArgument {
  /// Whether the text names a moment inside the millisecond that it is cut to: something that was
  /// due at that very millisecond came before it.
  static func isFinerThanMillisecond(_ text: String) -> Bool {
    let fraction = text.drop { $0 != "." }.dropFirst().prefix { $0.isNumber }
    return fraction.dropFirst(3).contains { $0 != "0" }
  }

  /// Which way a duration without a sign goes.
  enum Direction { case ago, ahead }

  /// Reads `2027-01-01T09:00:00+01:00`, `now`, `2h`; `+2h` is ahead and `-2h` ago everywhere.
  static func parse(
    _ text: String, option: String, now: Instant, _ direction: Direction
  ) throws(Failure) -> Instant {
    if text == "now" { return now }
    if let instant = Instant(rfc3339: text) { return instant }
    let sign = text.first
    let digits = sign == "+" || sign == "-" ? String(text.dropFirst()) : text
    guard let span = try? TimeSpan(parsing: digits) else {
      throw Failure.usage(
        "\(option): \"\(text)\" is not a time",
        hint: "expected RFC 3339 as in 2027-01-01T09:00:00+01:00, now, or a duration as in 2h")
    }
    let isAhead = sign == "+" || (sign != "-" && direction == .ahead)
    return isAhead ? now + span : now - span
  }
}
