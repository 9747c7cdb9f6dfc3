// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

/// What must hold of every expression, whatever it means: here those with seconds, years and
/// special days.
@Suite struct `Laws of the walk` {
  private static let seconds = ["0", "*/20", "15,45", "7-9"]
  private static let minutes = ["0", "*", "*/15", "30", "59/7"]
  private static let hours = ["2", "*", "1-3", "22-3", "*/6"]
  private static let days = ["*", "?", "L", "L-3", "LW", "15W", "1W,31W", "1-7", "*/9,L", "29"]
  private static let months = ["*", "2", "3,10,11", "jan-jun", "*/5"]
  private static let weekdays = ["*", "?", "5L", "FRI#2", "sun#5", "MON-FRI", "*/3", "7#L,tue#1"]
  private static let years = ["", "", "*", "2024-2090", "2028/4", "1999,2033"]

  @Test func `a walk backwards comes by the instants of the walk forwards`() throws {
    var random = SplitMix64(state: 2_026)
    let directory = ZoneDirectory()
    var walks = 0
    for _ in 0..<1_500 {
      let name = ["America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "UTC", "Asia/Tehran"]
        .randomElement(using: &random)!
      let lists = [
        Self.seconds, Self.minutes, Self.hours, Self.days, Self.months, Self.weekdays, Self.years,
      ]
      let text = lists.map { $0.randomElement(using: &random)! }.joined(separator: " ")
      guard let schedule = try? Schedule(crontab: text) else { continue }
      let times = FireTimes(schedule, in: try directory.zone(named: name))
      let second = Int64.random(in: -3_000_000_000...6_000_000_000, using: &random)
      let start = Instant(milliseconds: second * 1_000)
      let forwards = walk(from: start, steps: 12) { times.next(after: $0) }
      guard let last = forwards.last else {
        #expect(times.previous(before: .latest).map { $0 <= start } ?? true, "\(text) \(name)")
        continue
      }
      let end = last + TimeSpan(milliseconds: 1)
      let backwards = walk(from: end, steps: forwards.count) { times.previous(before: $0) }
      #expect(backwards.reversed() == forwards, "\(text) in \(name) from \(start.rfc3339)")
      #expect(times.previous(before: forwards[0]).map { $0 <= start } ?? true, "\(text) \(name)")
      #expect(times.count(after: start, through: last) == forwards.count)
      walks += 1
    }
    #expect(walks > 700)
  }

  private func walk(
    from start: Instant, steps: Int, _ step: (Instant) -> Instant?
  ) -> [Instant] {
    var found: [Instant] = []
    while found.count < steps, let next = step(found.last ?? start) { found.append(next) }
    return found
  }
}
