// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Support
import Testing

@testable import beatctl

/// `OnCalendar=`, held against the facts of systemd's own suite and against a slow oracle.
struct CalendarEventTests {
  /// A line of `Vectors/systemd.jsonl`.
  struct Vector: Decodable, CustomTestStringConvertible {
    let id: String
    let expr: String
    let tz: String?
    let process_tz: String?
    let from: String?
    let next: [String]?
    let valid: Bool?
    let normalized: String?
    let dst: Bool?
    var testDescription: String { "\(id): \(expr)" }
  }

  static let vectors: [Vector] = {
    let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let data = try? Data(contentsOf: URL(filePath: "/\(folder)/Vectors/systemd.jsonl"))
    return (data ?? Data()).split(separator: UInt8(ascii: "\n")).compactMap {
      try? JSONDecoder().decode(Vector.self, from: Data($0))
    }
  }()

  /// What cron cannot say, or says by its own rule for skipped times; each with the reason.
  static let exceptions = [
    "2016-03-27 03:17:00.4200005 UTC": "fraction", "2015-11-13 09:11:23.42": "fraction",
    "2015-11-13 09:11:23.42/1.77": "fraction",
    "2016-03-27 03:17:00 in EET": "skipped by the clocks: cron runs it when the gap ends",
    "2017-09-24 02:30:00 Pacific/Auckland": "skipped by the clocks",
    "Sun *-*-* 01:00:00 Europe/Dublin": "skipped by the clocks on the first Sunday",
  ]

  private let zones = ZoneDirectory()

  private func event(_ text: String) throws -> CalendarEvent {
    try CalendarEvent(text) { (try? zones.zone(named: $0)) != nil }
  }

  @Test func `all lines of the suite are there`() { #expect(Self.vectors.count == 67) }

  @Test(arguments: vectors.filter { $0.valid != nil })
  func `systemd's suite: what is valid, and what it amounts to`(vector: Vector) throws {
    guard vector.valid == true else {
      #expect(throws: CalendarEvent.Fault.self) { try event(vector.expr) }
      return
    }
    #expect(try event(vector.expr).normalForm == vector.normalized)
  }

  @Test(arguments: vectors.filter { $0.next != nil })
  func `systemd's suite: the cron expression names the same instants`(vector: Vector) throws {
    let event = try event(vector.expr)
    let reason =
      Self.exceptions[vector.expr] ?? Self.exceptions["\(vector.expr) in \(vector.tz ?? "")"]
    guard let text = try? event.cron() else {
      #expect(reason == "fraction", "unsayable: \(vector.expr)")
      return
    }
    if let reason, reason != "fraction" { return }
    let zone = try zones.zone(named: event.zone ?? vector.tz ?? "UTC")
    let times = FireTimes(.cron(try CronExpression(text)), in: zone)
    let from = try #require(vector.from)
    var instant = try #require(Instant(rfc3339: from))
    for expected in vector.next ?? [] {
      let next = try #require(times.next(after: instant), "\(text)")
      #expect(next == Instant(rfc3339: expected), "\(text)")
      instant = next
    }
    if vector.next == [] { #expect(times.next(after: instant) == nil, "\(text)") }
  }

  @Test(arguments: [
    ("*-*-* 03:30", "30 3 * * *"), ("hourly", "0 * * * *"), ("weekly", "0 0 * * mon"),
    ("quarterly", "0 0 1 */3 *"), ("Mon..Fri 09:00", "0 9 * * mon-fri"),
    ("*:0/15", "*/15 * * * *"), ("*-*~1 12:00", "0 12 L * *"), ("*-*~03 12:00", "0 12 L-2 * *"),
    ("Mon *-*~7/1", "0 0 * * monL"), ("Mon *-*-1..7 6:00", "0 6 * * mon#1"),
    ("Sat,Sun 10:00", "0 10 * * sat,sun"), ("*:*:0/10", "*/10 * * * * *"),
    ("Fri *-*-1,13", "0 0 */31,13 * fri"), ("Sun *-*-13", "0 0 13 * */7"),
    ("2027-01-01 09:00", "0 0 9 1 1 * 2027"), ("Mon *-*-1/2", "0 0 */2 * mon"),
  ])
  func `calendar events have a cron expression that people would write`(
    text: String, cron: String
  ) throws {
    #expect(try event(text).cron() == cron)
  }

  @Test(arguments: ["Fri *-*-13", "Mon *-*~3", "*:*:0.5", "*:*:0/0.25"])
  func `what no cron expression says is refused`(text: String) throws {
    let event = try event(text)
    #expect(throws: CalendarEvent.Unsayable.self) { try event.cron() }
  }

  @Test func `random events: the cron expression names the same days and times`() throws {
    var random = SeededGenerator(seed: 20_261_125)
    var said = 0
    for _ in 0..<3_000 {
      let event = try #require(Self.randomEvent(&random))
      guard let text = try? event.cron() else { continue }
      said += 1
      let expression = try CronExpression(text)
      let times = FireTimes(.cron(expression), in: .utc)
      let day = Int.random(in: 18_000..<22_000, using: &random)
      var instant = Instant(milliseconds: Int64(day) * 86_400_000 - 1)
      for _ in 0..<3 {
        let expected = Self.next(event, after: instant, days: 400)
        let found = times.next(after: instant)
        let isFar = found.map { $0 > instant + .hours(24 * 399) } ?? true
        #expect(found == expected || (expected == nil && isFar), "\(event.normalForm) as \(text)")
        guard let found, !isFar else { break }
        instant = found
      }
    }
    #expect(said > 1_500)
  }

  // MARK: The oracle

  private static func randomEvent(_ random: inout SeededGenerator) -> CalendarEvent? {
    typealias Component = CalendarEvent.Component
    func list(_ range: ClosedRange<Int>, _ random: inout SeededGenerator) -> [Component] {
      guard Bool.random(using: &random) else { return [] }
      return (0..<Int.random(in: 1...3, using: &random)).map { _ in
        let start = Int.random(in: range, using: &random)
        let stop = Int.random(in: start...range.upperBound, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where stop > start: return Component(start: start, stop: stop, step: 1)
        case 1 where stop > start + 1: return Component(start: start, stop: stop, step: 2)
        case 2 where start + 7 <= range.upperBound: return Component(start: start, step: 7)
        default: return Component(start: start)
        }
      }
    }
    while true {
      var event = CalendarEvent()
      event.weekdays = Set(
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
          Int.random(in: 0...6, using: &random)
        })
      event.months = list(1...12, &random)
      event.daysFromEnd = Int.random(in: 0..<4, using: &random) == 0
      event.days = list(1...28, &random)
      event.hours = list(0...23, &random)
      event.minutes = list(0...59, &random)
      event.seconds = [Component(start: 0)]
      if event.normalize() { return event }
    }
  }

  /// The next instant, day by day and minute by minute, in UTC.
  private static func next(_ event: CalendarEvent, after instant: Instant, days: Int) -> Instant? {
    let months = CalendarEvent.values(event.months, in: 1...12)
    let dates = CalendarEvent.values(event.days, in: 1...31)
    let back = event.valuesFromEnd
    let hours = CalendarEvent.values(event.hours, in: 0...23).sorted()
    let minutes = CalendarEvent.values(event.minutes, in: 0...59).sorted()
    let first = Int((instant.milliseconds + 1) / 86_400_000)
    for day in first..<first + days {
      let start = Instant(milliseconds: Int64(day) * 86_400_000)
      let date = CivilDateTime(start, offset: 0).date
      let length = CivilDate.length(ofMonth: date.month, year: date.year)
      let weekday = (day + 3) % 7
      guard months.contains(date.month),
        event.weekdays.isEmpty || event.weekdays.contains(weekday),
        event.daysFromEnd ? back.contains(length - date.day + 1) : dates.contains(date.day)
      else { continue }
      for hour in hours {
        for minute in minutes {
          let found = start + .minutes(Int64(hour * 60 + minute))
          if found > instant { return found }
        }
      }
    }
    return nil
  }
}

extension CalendarEvent {
  /// As `systemd-analyze calendar` prints it.
  var normalForm: String {
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    var parts: [String] = []
    if !weekdays.isEmpty {
      var runs: [(Int, Int)] = []
      for day in weekdays.sorted() {
        if let last = runs.last, last.1 == day - 1 {
          runs[runs.count - 1].1 = day
        } else {
          runs.append((day, day))
        }
      }
      parts.append(
        runs.map { first, last in
          switch last - first {
          case 0: names[first]
          case 1: "\(names[first]),\(names[last])"
          default: "\(names[first])..\(names[last])"
          }
        }.joined(separator: ","))
    }
    let day = (daysFromEnd ? "~" : "-") + Self.text(days, 2)
    parts.append("\(Self.text(years, 4))-\(Self.text(months, 2))\(day)")
    parts.append("\(Self.text(hours, 2)):\(Self.text(minutes, 2)):\(Self.secondsText(seconds))")
    if let zone { parts.append(zone) }
    return parts.joined(separator: " ")
  }

  private static func text(_ list: [Component], _ width: Int) -> String {
    if list.isEmpty { return "*" }
    return list.map { component in
      func padded(_ number: Int) -> String {
        String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
      }
      let range = padded(component.start) + (component.stop.map { "..\(padded($0))" } ?? "")
      let hasStep = component.step > 1 || (component.step == 1 && component.stop == nil)
      return range + (hasStep ? "/\(component.step)" : "")
    }.joined(separator: ",")
  }

  private static func secondsText(_ list: [Component]) -> String {
    if list == [Component(start: 0, step: microseconds)] { return "*" }
    return list.map { component in
      func shown(_ number: Int, padded: Bool = true) -> String {
        let whole = number / microseconds
        let text = padded && whole < 10 ? "0\(whole)" : "\(whole)"
        let rest = number % microseconds
        guard rest > 0 else { return text }
        let digits = String(rest)
        return "\(text).\(String(repeating: "0", count: 6 - digits.count))\(digits)"
      }
      let range = shown(component.start) + (component.stop.map { "..\(shown($0))" } ?? "")
      let hasStep = component.step > 0 && !(component.stop != nil && component.step == microseconds)
      return range + (hasStep ? "/\(shown(component.step, padded: false))" : "")
    }.joined(separator: ",")
  }
}
