// SPDX-License-Identifier: Apache-2.0

/// Reads the values of one field, item by item, as a list that is walked from its first value to
/// its last.
struct OracleField {
  /// From 1, seconds first.
  let number: Int
  let low, high: Int
  private let spread: OracleSpread

  init(number: Int, low: Int, high: Int, _ spread: OracleSpread) {
    self.number = number
    self.low = low
    self.high = high
    self.spread = spread
  }

  private var isWeekday: Bool { number == 6 }
  /// The last value that is drawn where no bound is written.
  private var lastDrawn: Int { number == 4 ? 28 : high }

  func values(_ text: String) -> Set<Int> {
    Set(text.split(separator: ",").flatMap(items).map { isWeekday ? $0 % 7 : $0 })
  }

  private func items(_ item: Substring) -> [Int] {
    if item.contains("~") { return [choice(item)] }
    let parts = item.split(separator: "/")
    let step = parts.count == 2 ? Int(parts[1])! : 1
    // No month and no weekday begins with it.
    guard item.hasPrefix("h") else {
      return every(step, of: run(parts[0], steps: parts.count == 2))
    }
    let range = parts[0].dropFirst().filter { !"()".contains($0) }
    let all = range.isEmpty ? Array(low...lastDrawn) : run(Substring(range), steps: false)
    guard parts.count == 2 else {
      return [all[spread.draw(from: all.count, field: number, isHash: true)]]
    }
    let first = spread.draw(from: step, field: number, isHash: true)
    return every(step, of: Array(all[first...]))
  }

  /// `~`, `3~`, `~9`, `3~9`.
  private func choice(_ item: Substring) -> Int {
    let ends = item.split(separator: "~", omittingEmptySubsequences: false)
    let first = ends[0].isEmpty ? low : value(ends[0])
    let last = ends[1].isEmpty ? max(first, lastDrawn) : value(ends[1])
    return first + spread.draw(from: last - first + 1, field: number, isHash: false)
  }

  private func every(_ step: Int, of values: [Int]) -> [Int] {
    values.indices.filter { $0 % step == 0 }.map { values[$0] }
  }

  /// All values from the first to the last, going on at the lowest after the highest; with a step
  /// a single value goes on to the highest.
  private func run(_ text: Substring, steps: Bool) -> [Int] {
    let ends = text == "*" ? [low, high] : text.split(separator: "-").map(value)
    let last = ends.count == 1 && steps ? high : ends[ends.count - 1]
    // Sunday is 7 too: from 7 on is from 0 on, up to 7 is up to 7.
    var run = [isWeekday && ends[0] == 7 && last < 7 ? 0 : ends[0]]
    while let value = run.last, value != last {
      run.append(value >= high && last < value ? low : value + 1)
    }
    return run
  }

  private func value(_ word: Substring) -> Int {
    let months = "jan feb mar apr may jun jul aug sep oct nov dec".split(separator: " ")
    let weekdays = "sun mon tue wed thu fri sat".split(separator: " ")
    if let index = months.firstIndex(of: word) { return index + 1 }
    return weekdays.firstIndex(of: word) ?? Int(word)!
  }
}
