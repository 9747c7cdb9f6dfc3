// SPDX-License-Identifier: Apache-2.0

/// Writes sets of values as the fields of a cron expression.
enum CronText {
  private static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  /// The shortest usual way to write a set of values of a field: `*`, `*/5`, `9-17`, `0,30`.
  static func field(_ values: Set<Int>, in range: ClosedRange<Int>) -> String {
    let sorted = values.sorted()
    if sorted.count == range.count { return "*" }
    if let step = step(sorted), sorted.count > 2 {
      let isWhole =
        sorted[0] == range.lowerBound && sorted[sorted.count - 1] + step > range.upperBound
      if isWhole { return "*/\(step)" }
      if step > 1 { return "\(sorted[0])-\(sorted[sorted.count - 1])/\(step)" }
    }
    return runs(sorted).map { item($0) { "\($0)" } }.joined(separator: ",")
  }

  /// Weekdays by name, 0 is Sunday; Monday comes first.
  static func weekdayField(_ days: Set<Int>) -> String {
    if days.count == 7 { return "*" }
    let sorted = days.map { $0 == 0 ? 7 : $0 }.sorted()
    return runs(sorted).map { item($0) { weekdays[$0 % 7] } }.joined(separator: ",")
  }

  /// Weekdays by name, each with what says which of the month's it is: `monL`, `fri#2`.
  static func weekdayField(_ days: Set<Int>, suffix: String) -> String {
    days.sorted().map { weekdays[$0 % 7] + suffix }.joined(separator: ",")
  }

  /// The two day fields of a schedule that wants both to match; nil where cron cannot say it.
  ///
  /// Cron takes a day that matches either field, unless one begins with `*`. So a set with the
  /// first day in it is written with `*/31` in front, which is that day; a set with Sunday with
  /// `*/7`; and a whole week of the month is a `#`.
  static func both(days: Set<Int>, weekdays: Set<Int>) -> (day: String, weekday: String)? {
    let dayText = field(days, in: 1...31)
    let weekdayText = weekdayField(weekdays)
    if dayText.hasPrefix("*") || weekdayText.hasPrefix("*") { return (dayText, weekdayText) }
    for week in 1...4 where days == Set((week * 7 - 6)...(week * 7)) {
      return ("*", weekdayField(weekdays, suffix: "#\(week)"))
    }
    if days.contains(1) {
      let rest = days.subtracting([1])
      return ("*/31" + (rest.isEmpty ? "" : "," + field(rest, in: 1...31)), weekdayText)
    }
    guard weekdays.contains(0) else { return nil }
    let rest = weekdays.subtracting([0])
    return (dayText, "*/7" + (rest.isEmpty ? "" : "," + weekdayField(rest)))
  }

  // MARK: Lists

  /// What all neighbours are apart.
  private static func step(_ sorted: [Int]) -> Int? {
    guard sorted.count > 1 else { return nil }
    let step = sorted[1] - sorted[0]
    return zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 == step } ? step : nil
  }

  private static func runs(_ sorted: [Int]) -> [ClosedRange<Int>] {
    var runs: [ClosedRange<Int>] = []
    for value in sorted {
      if let last = runs.last, last.upperBound == value - 1 {
        runs[runs.count - 1] = last.lowerBound...value
      } else {
        runs.append(value...value)
      }
    }
    return runs.flatMap { run in
      let (first, last) = (run.lowerBound, run.upperBound)
      return run.count == 2 ? [first...first, last...last] : [run]
    }
  }

  private static func item(_ run: ClosedRange<Int>, _ text: (Int) -> String) -> String {
    run.count == 1 ? text(run.lowerBound) : "\(text(run.lowerBound))-\(text(run.upperBound))"
  }
}
