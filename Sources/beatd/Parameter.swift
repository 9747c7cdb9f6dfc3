// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// Values in a request's query, read into types that can't be wrong.
enum Parameter {
  /// A whole number within bounds; nil where it is absent.
  static func number(
    _ text: String?, named name: String, in range: ClosedRange<Int>
  ) throws(Problem) -> Int? {
    guard let text else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw Problem(
        400, .range,
        "`\(name)` must be a whole number from \(range.lowerBound)"
          + (range.upperBound == .max ? " up" : " to \(range.upperBound)"))
    }
    return number
  }

  /// How many rows at most.
  static func limit(_ text: String?) throws(Problem) -> Int? {
    try number(text, named: "limit", in: 1...100_000)
  }

  /// An instant in RFC 3339; nil where it is absent.
  static func instant(_ text: String?, named name: String) throws(Problem) -> Instant? {
    guard let text else { return nil }
    guard let instant = Instant(rfc3339: text) else {
      throw Problem(
        400, .range, "`\(name)` must be an instant like 2027-01-01T09:00:00Z (RFC 3339)")
    }
    return instant
  }
}

/// `?count=N&from=INSTANT`.
struct InstantQuery {
  private let query: [String: String]
  private let now: Instant

  init(_ query: [String: String], now: Instant) {
    self.query = query
    self.now = now
  }

  func count() throws(Problem) -> Int {
    try Parameter.number(query["count"], named: "count", in: 1...10_000) ?? 1
  }

  func from() throws(Problem) -> Instant {
    try Parameter.instant(query["from"], named: "from") ?? now
  }
}

/// Patterns of names: `*` is any text, `?` any one character, all else itself.
enum Glob {
  /// Whether the whole text fits the pattern.
  ///
  /// O(text · pattern) at worst.
  static func matches(_ text: String, _ pattern: String) -> Bool {
    let text = Array(text.unicodeScalars)
    let pattern = Array(pattern.unicodeScalars)
    var (at, star) = ((text: 0, pattern: 0), (text: 0, pattern: -1))
    while at.text < text.count {
      if at.pattern < pattern.count, pattern[at.pattern] == "*" {
        star = (at.text, at.pattern)
        at.pattern += 1
      } else if at.pattern < pattern.count,
        pattern[at.pattern] == "?" || pattern[at.pattern] == text[at.text]
      {
        at = (at.text + 1, at.pattern + 1)
      } else if star.pattern >= 0 {
        star.text += 1
        at = (star.text, star.pattern + 1)
      } else {
        return false
      }
    }
    return pattern[at.pattern...].allSatisfy { $0 == "*" }
  }
}
