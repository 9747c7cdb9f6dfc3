// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A slow second opinion on when an expression fires: it reads the text anew, knows no bit sets,
/// and walks the clock minute by minute.
///
/// It shares with the library only the zones' offsets.
///
/// It knows the five fields of numbers, lists, ranges and steps, and the star rules.
struct Oracle {
  private let fields: [Set<Int>]
  private let dayStar: Bool
  private let weekdayStar: Bool
  private let realTime: Bool
  private let zone: Zone

  init(_ text: String, zone: Zone) {
    let words = text.split(separator: " ").map(String.init)
    let bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)]
    fields = zip(words, bounds).map { Self.values($0, low: $1.0, high: $1.1) }
    dayStar = words[2].hasPrefix("*")
    weekdayStar = words[4].hasPrefix("*")
    realTime = words[0].hasPrefix("*") || words[1].hasPrefix("*")
    self.zone = zone
  }

  /// All instants within the seconds given.
  ///
  /// The walk begins two days early, because what the clock has shown before decides what a fold
  /// repeats and a gap skips.
  func instants(in seconds: ClosedRange<Int64>) -> [Int64] {
    var found: [Int64] = []
    var second = seconds.lowerBound - 172_800
    var offset = self.offset(at: second - 1)
    // The clock's high-water mark: all local seconds before it have come.
    var reached = second + offset
    while second <= seconds.upperBound {
      let now = self.offset(at: second)
      if now != offset {
        if missed(from: offset, to: now, at: second, reached: reached) { found.append(second) }
        if now - offset >= 10_800 || offset - now > 10_800 { reached = second + now }
        offset = now
      }
      let local = second + now
      if local % 60 == 0, realTime || local >= reached, matches(local), found.last != second {
        found.append(second)
      }
      reached = max(reached, local + 1)
      second += step(from: second, offset: now)
    }
    return found.filter(seconds.contains)
  }

  /// To the next full minute of the clock, or to the next change of offset if that is sooner.
  private func step(from second: Int64, offset: Int64) -> Int64 {
    let toMinute = 60 - mod(second + offset, 60)
    guard self.offset(at: second + toMinute) != offset else { return toMinute }
    return (1...toMinute).first { self.offset(at: second + $0) != offset } ?? toMinute
  }

  /// Whether a change skips a time that is made up for.
  private func missed(from before: Int64, to after: Int64, at second: Int64, reached: Int64) -> Bool
  {
    guard !realTime, after > before, after - before < 10_800 else { return false }
    let begins = second + after
    var local = reached
    while local < begins {
      if mod(local, 60) == 0, matches(local) { return true }
      local += 1
    }
    return false
  }

  private func offset(at second: Int64) -> Int64 {
    Int64(zone.offset(at: Instant(milliseconds: second * 1_000)))
  }

  private func matches(_ local: Int64) -> Bool {
    let minute = Int(mod(local, 3_600) / 60)
    let hour = Int(mod(local, 86_400) / 3_600)
    guard fields[0].contains(minute), fields[1].contains(hour) else { return false }
    let dayNumber = (local - mod(local, 86_400)) / 86_400
    let (month, day) = Self.date(dayNumber)
    guard fields[3].contains(month) else { return false }
    let byMonth = fields[2].contains(day)
    let byWeek = fields[4].contains(Int(mod(dayNumber + 4, 7)))
    return dayStar || weekdayStar ? byMonth && byWeek : byMonth || byWeek
  }

  /// The month and the day, by counting through the years.
  private static func date(_ dayNumber: Int64) -> (month: Int, day: Int) {
    var year = 1970
    var rest = Int(dayNumber)
    while rest < 0 {
      year -= 1
      rest += length(of: year)
    }
    while rest >= length(of: year) {
      rest -= length(of: year)
      year += 1
    }
    let leap = length(of: year) == 366
    for (index, days) in [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
      if rest < days { return (index + 1, rest + 1) }
      rest -= days
    }
    return (0, 0)
  }

  private static func length(of year: Int) -> Int {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365
  }

  /// The values of a field, by walking from the first to the last.
  static func values(_ text: String, low: Int, high: Int) -> Set<Int> {
    var all: Set<Int> = []
    for item in text.split(separator: ",") {
      let parts = item.split(separator: "/")
      let ends = parts[0].split(separator: "-").compactMap { Int($0) }
      let first = parts[0] == "*" ? low : ends[0]
      let last = parts[0] == "*" || (ends.count == 1 && parts.count == 2) ? high : ends.last!
      let step = parts.count == 2 ? Int(parts[1])! : 1
      all.formUnion(every(step, from: first, through: last, low, high))
    }
    return all
  }

  /// Every `step`-th value from the first to the last, wrapping.
  private static func every(
    _ step: Int, from first: Int, through last: Int, _ low: Int, _ high: Int
  ) -> Set<Int> {
    var run = [first]
    while run[run.count - 1] != last {
      run.append(run[run.count - 1] == high ? low : run[run.count - 1] + 1)
    }
    return Set(run.indices.filter { $0 % step == 0 }.map { run[$0] })
  }

  private func mod(_ value: Int64, _ divisor: Int64) -> Int64 {
    ((value % divisor) + divisor) % divisor
  }
}
