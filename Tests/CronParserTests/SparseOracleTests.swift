// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

/// Expressions that fire seldom, against a walk through the days of decades.
@Suite struct `Rare dates against a walk through the days` {
  @Test func `nothing lies between an instant and the next or the previous one`() throws {
    var random = SplitMix64(state: 99)
    for _ in 0..<200 {
      let day = Int.random(in: 1...31, using: &random)
      let month = Int.random(in: 1...12, using: &random)
      let weekday = Int.random(in: 0...6, using: &random)
      let text = ["0 12 \(day) \(month) *", "0 12 */\(day) \(month) \(weekday)"].randomElement(
        using: &random)!
      guard let schedule = try? Schedule(crontab: text) else { continue }
      let times = FireTimes(schedule, in: .utc)
      let start = Int64.random(in: -25_000...80_000, using: &random)
      let oracle = DayOracle(day: day, month: month, weekday: weekday, steps: text.contains("/"))
      let next = oracle.first(from: start, by: 1).map {
        Instant(milliseconds: $0 * 86_400_000 + noon)
      }
      let from = Instant(milliseconds: start * 86_400_000)
      #expect(times.next(after: from) == next, "\(text) after \(from.rfc3339)")
      let last = oracle.first(from: start - 1, by: -1)
        .map { Instant(milliseconds: $0 * 86_400_000 + noon) }
      #expect(times.previous(before: from) == last, "\(text) before \(from.rfc3339)")
    }
  }

  private var noon: Int64 { 43_200_000 }
}

/// Dates by counting days, one after the other.
private struct DayOracle {
  let day, month, weekday: Int
  let steps: Bool

  /// The first matching day number from `start` on, within 60 years.
  func first(from start: Int64, by direction: Int64) -> Int64? {
    (0..<22_000).lazy.map { start + Int64($0) * direction }.first(where: matches)
  }

  private func matches(_ number: Int64) -> Bool {
    let text = Instant(milliseconds: number * 86_400_000).rfc3339
    let numbers = text.prefix(10).split(separator: "-").compactMap { Int($0) }
    guard numbers[1] == month else { return false }
    guard steps else { return numbers[2] == day }
    return (numbers[2] - 1) % day == 0 && ((number + 4) % 7 + 7) % 7 == Int64(weekday)
  }
}
