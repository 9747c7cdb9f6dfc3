// SPDX-License-Identifier: Apache-2.0

/// Words and lists of the descriptions.
enum English {
  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  /// `a`, `a and b`, `a, b and c`.
  static func list(_ words: [String], with conjunction: String = "and") -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }

  /// Values in order, three or more in a row as `first to last`.
  static func runs(_ values: [Int], name: (Int) -> String = { String($0) }) -> String {
    var words: [String] = []
    var index = 0
    while index < values.count {
      var end = index
      while end + 1 < values.count, values[end + 1] == values[end] + 1 { end += 1 }
      if end - index >= 2 {
        words.append(name(values[index]) + " to " + name(values[end]))
      } else {
        words += values[index...end].map(name)
      }
      index = end + 1
    }
    return list(words)
  }

  /// How far apart three values or more are, or two that halve an hour; nil where that differs.
  static func evenStep(_ values: [Int]) -> Int? {
    guard values.count > 1 else { return nil }
    let step = values[1] - values[0]
    if values.count == 2 { return step == 30 && values[0] == 0 ? step : nil }
    let isEven = values.indices.dropFirst().allSatisfy { values[$0] - values[$0 - 1] == step }
    return isEven ? step : nil
  }

  /// Where values from 0 to `size` - 1 begin and end if they lie in a row on a circle; nil for a
  /// whole circle.
  static func circularRun(_ values: [Int], size: Int) -> (first: Int, last: Int)? {
    let set = Set(values)
    let firsts = values.filter { !set.contains(($0 + size - 1) % size) }
    let lasts = values.filter { !set.contains(($0 + 1) % size) }
    guard firsts.count == 1, lasts.count == 1 else { return nil }
    return (firsts[0], lasts[0])
  }

  /// `1st`, `22nd`, `13th`.
  static func ordinal(_ number: Int) -> String {
    if (11...13).contains(number % 100) { return "\(number)th" }
    switch number % 10 {
    case 1: return "\(number)st"
    case 2: return "\(number)nd"
    case 3: return "\(number)rd"
    default: return "\(number)th"
    }
  }

  static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// `every 90 seconds`, `every day`, `every 1 hour 30 minutes`.
  static func every(_ span: TimeSpan) -> String {
    let words = duration(span)
    let single = words.hasPrefix("1 ") && words.split(separator: " ").count == 2
    return "every " + (single ? String(words.dropFirst(2)) : words)
  }

  /// `10 minutes`, `1 hour 30 minutes`.
  static func duration(_ span: TimeSpan) -> String {
    let units: [(String, Int64)] = [
      ("week", 604_800_000), ("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000),
      ("second", 1_000), ("millisecond", 1),
    ]
    var rest = span.milliseconds
    var words: [String] = []
    for (name, length) in units where rest >= length {
      let count = rest / length
      words.append(count == 1 ? "1 \(name)" : "\(count) \(name)s")
      rest %= length
    }
    return words.isEmpty ? "0 seconds" : words.joined(separator: " ")
  }
}
