// SPDX-License-Identifier: Apache-2.0

/// A second reading of an expression's text: lists of values instead of bit sets, and a test of one
/// day at a time.
///
/// It takes only what is right; what it does not know traps.
struct OracleExpression {
  let seconds, minutes, hours: [Int]
  /// A star in the minute or the hour field.
  let followsRealTime: Bool
  private let months: Set<Int>
  private let years: Set<Int>?
  private let days, weekdays: [DayItem]
  private let needsBothDays: Bool

  /// One item of a day field.
  private enum DayItem {
    case values(Set<Int>)
    /// So many days before the month's last.
    case fromEnd(Int)
    /// The weekday, Monday to Friday, nearest to a day, in its month.
    case nearest(Int)
    /// The same for the day so many before the last.
    case nearestFromEnd(Int)
    case lastOf(Set<Int>)
    case nth(Set<Int>, Int)
  }

  init(_ text: String, spread: OracleSpread) {
    var words = text.split(separator: " ").map { $0.lowercased() }
    if words.count == 5 { words.insert("0", at: 0) }
    if words.count == 6 { words.append("*") }
    precondition(words.count == 7, "the oracle does not know \(text)")
    let fields = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6), (1_970, 2_199)].enumerated()
      .map { OracleField(number: $0.offset + 1, low: $0.element.0, high: $0.element.1, spread) }
    seconds = fields[0].values(words[0]).sorted()
    minutes = fields[1].values(words[1]).sorted()
    hours = fields[2].values(words[2]).sorted()
    days = words[3].split(separator: ",").map { Self.dayItem(String($0), fields[3]) }
    months = fields[4].values(words[4])
    weekdays = words[5].split(separator: ",").map { Self.weekdayItem(String($0), fields[5]) }
    years = words[6] == "*" ? nil : fields[6].values(words[6])
    followsRealTime = words[1].hasPrefix("*") || words[2].hasPrefix("*")
    needsBothDays = [words[3], words[5]].contains { $0.hasPrefix("*") || $0.hasPrefix("?") }
  }

  /// How often it fires on a day that matches.
  var timesPerDay: Int { seconds.count * minutes.count * hours.count }

  func matches(_ date: OracleDate) -> Bool {
    guard months.contains(date.month), years?.contains(date.year) ?? true else { return false }
    let byMonth = days.contains { Self.matches($0, date, value: date.day) }
    if needsBothDays, !byMonth { return false }
    if !needsBothDays, byMonth { return true }
    return weekdays.contains { Self.matches($0, date, value: date.weekday) }
  }

  private static func matches(_ item: DayItem, _ date: OracleDate, value: Int) -> Bool {
    switch item {
    case .values(let values): values.contains(value)
    case .fromEnd(let back): date.day == date.length - back
    case .nearestFromEnd(let back):
      back < date.length && date.day == workday(nearest: date.length - back, date)
    case .nearest(let day): day <= date.length && date.day == workday(nearest: day, date)
    case .lastOf(let weekdays): weekdays.contains(value) && date.day + 7 > date.length
    case .nth(let weekdays, let week): weekdays.contains(value) && (date.day + 6) / 7 == week
    }
  }

  /// The first of the days that lie 0, 1, 1, 2, 2 days off which is in the month and no weekend.
  private static func workday(nearest day: Int, _ date: OracleDate) -> Int? {
    [day, day - 1, day + 1, day - 2, day + 2].first { other in
      let weekday = modulo(Int64(date.weekday + other - date.day), 7)
      return (1...date.length).contains(other) && (1...5).contains(weekday)
    }
  }

  // MARK: Reading

  private static func dayItem(_ text: String, _ field: OracleField) -> DayItem {
    if text == "l" { return .fromEnd(0) }
    if text == "lw" { return .nearestFromEnd(0) }
    if text.hasPrefix("l-"), text.hasSuffix("w") {
      return .nearestFromEnd(Int(text.dropFirst(2).dropLast())!)
    }
    if text.hasPrefix("l-") { return .fromEnd(Int(text.dropFirst(2))!) }
    if text.hasSuffix("w") { return .nearest(Int(text.dropLast())!) }
    return .values(field.values(text == "?" ? "*" : text))
  }

  private static func weekdayItem(_ text: String, _ field: OracleField) -> DayItem {
    let parts = text.split(separator: "#")
    if parts.count == 2 {
      let weekdays = field.values(String(parts[0]))
      return parts[1] == "l" ? .lastOf(weekdays) : .nth(weekdays, Int(parts[1])!)
    }
    if text.hasSuffix("l") { return .lastOf(field.values(String(text.dropLast()))) }
    return .values(field.values(text == "?" ? "*" : text))
  }
}
