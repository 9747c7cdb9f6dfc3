// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

/// The situations of DESIGN.md's rule for daylight saving, one a row: an expression, a zone, a
/// stretch of time, and all its instants in that stretch, as the zone's clock shows them.
@Suite struct `Changes of the clock` {
  private struct Situation: CustomTestStringConvertible {
    let name, expression, zone, from, to: String
    let expected: [String]
    var testDescription: String { "\(name): \(expression) in \(zone)" }
  }

  private static let gaps = [
    Situation(
      name: "fixed time inside the gap", expression: "30 2 * * *", zone: "America/New_York",
      from: "2025-03-08T07:00:00-05:00", to: "2025-03-10T08:00:00-04:00",
      expected: ["2025-03-09T03:00:00-04:00", "2025-03-10T02:30:00-04:00"]),
    Situation(
      name: "fixed time at the first missing minute", expression: "0 2 * * *",
      zone: "America/New_York", from: "2025-03-08T07:00:00-05:00", to: "2025-03-10T08:00:00-04:00",
      expected: ["2025-03-09T03:00:00-04:00", "2025-03-10T02:00:00-04:00"]),
    Situation(
      name: "three fixed minutes inside the gap", expression: "0,20,40 2 * * *",
      zone: "America/New_York", from: "2025-03-08T19:00:00-05:00", to: "2025-03-09T20:00:00-04:00",
      expected: ["2025-03-09T03:00:00-04:00"]),
    Situation(
      name: "hour list crossing the gap", expression: "0 1,2,3 * * *", zone: "America/New_York",
      from: "2025-03-08T19:00:00-05:00", to: "2025-03-09T20:00:00-04:00",
      expected: ["2025-03-09T01:00:00-05:00", "2025-03-09T03:00:00-04:00"]),
    Situation(
      name: "hour range at :30 crossing the gap", expression: "30 1-3 * * *",
      zone: "America/New_York", from: "2025-03-08T19:00:00-05:00", to: "2025-03-09T20:00:00-04:00",
      expected: [
        "2025-03-09T01:30:00-05:00", "2025-03-09T03:00:00-04:00", "2025-03-09T03:30:00-04:00",
      ]),
    Situation(
      name: "every hour", expression: "0 * * * *", zone: "America/New_York",
      from: "2025-03-09T00:30:00-05:00", to: "2025-03-09T05:30:00-04:00",
      expected: [
        "2025-03-09T01:00:00-05:00", "2025-03-09T03:00:00-04:00", "2025-03-09T04:00:00-04:00",
        "2025-03-09T05:00:00-04:00",
      ]),
    Situation(
      name: "every 30 minutes", expression: "*/30 * * * *", zone: "America/New_York",
      from: "2025-03-09T01:10:00-05:00", to: "2025-03-09T04:10:00-04:00",
      expected: [
        "2025-03-09T01:30:00-05:00", "2025-03-09T03:00:00-04:00", "2025-03-09T03:30:00-04:00",
        "2025-03-09T04:00:00-04:00",
      ]),
    Situation(
      name: "every minute of the missing hour", expression: "* 2 * * *", zone: "America/New_York",
      from: "2025-03-08T19:00:00-05:00", to: "2025-03-09T20:00:00-04:00", expected: []),
    Situation(
      name: "every second hour", expression: "0 */2 * * *", zone: "America/New_York",
      from: "2025-03-08T23:30:00-05:00", to: "2025-03-09T09:00:00-04:00",
      expected: [
        "2025-03-09T00:00:00-05:00", "2025-03-09T04:00:00-04:00", "2025-03-09T06:00:00-04:00",
        "2025-03-09T08:00:00-04:00",
      ]),
    Situation(
      name: "a half-hour gap", expression: "15 2 * * *", zone: "Australia/Lord_Howe",
      from: "2025-10-04T10:30:00+10:30", to: "2025-10-06T11:00:00+11:00",
      expected: ["2025-10-05T02:30:00+11:00", "2025-10-06T02:15:00+11:00"]),
    Situation(
      name: "midnight is missing", expression: "0 0 * * *", zone: "America/Santiago",
      from: "2025-09-06T08:00:00-04:00", to: "2025-09-08T09:00:00-03:00",
      expected: ["2025-09-07T01:00:00-03:00", "2025-09-08T00:00:00-03:00"]),
    Situation(
      name: "a two-hour gap", expression: "30 1 * * *", zone: "Antarctica/Troll",
      from: "2025-03-29T12:00:00+00:00", to: "2025-03-31T14:00:00+02:00",
      expected: ["2025-03-30T03:00:00+02:00", "2025-03-31T01:30:00+02:00"]),
    Situation(
      name: "a whole day is missing", expression: "0 12 * * *", zone: "Pacific/Apia",
      from: "2011-12-28T14:00:00-10:00", to: "2012-01-01T14:00:00+14:00",
      expected: [
        "2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00", "2012-01-01T12:00:00+14:00",
      ]),
  ]

  private static let folds = [
    Situation(
      name: "fixed time inside the fold", expression: "30 1 * * *", zone: "America/New_York",
      from: "2025-11-01T08:00:00-04:00", to: "2025-11-03T07:00:00-05:00",
      expected: ["2025-11-02T01:30:00-04:00", "2025-11-03T01:30:00-05:00"]),
    Situation(
      name: "every hour", expression: "0 * * * *", zone: "America/New_York",
      from: "2025-11-01T23:30:00-04:00", to: "2025-11-02T03:30:00-05:00",
      expected: [
        "2025-11-02T00:00:00-04:00", "2025-11-02T01:00:00-04:00", "2025-11-02T01:00:00-05:00",
        "2025-11-02T02:00:00-05:00", "2025-11-02T03:00:00-05:00",
      ]),
    Situation(
      name: "every 30 minutes", expression: "*/30 * * * *", zone: "America/New_York",
      from: "2025-11-02T00:40:00-04:00", to: "2025-11-02T02:10:00-05:00",
      expected: [
        "2025-11-02T01:00:00-04:00", "2025-11-02T01:30:00-04:00", "2025-11-02T01:00:00-05:00",
        "2025-11-02T01:30:00-05:00", "2025-11-02T02:00:00-05:00",
      ]),
    Situation(
      name: "hour list crossing the fold", expression: "0 0,1,2 * * *", zone: "America/New_York",
      from: "2025-11-01T20:00:00-04:00", to: "2025-11-02T19:00:00-05:00",
      expected: [
        "2025-11-02T00:00:00-04:00", "2025-11-02T01:00:00-04:00", "2025-11-02T02:00:00-05:00",
      ]),
    Situation(
      name: "every third hour, 03:00 is repeated", expression: "0 */3 * * *", zone: "Europe/Riga",
      from: "2025-10-26T01:30:00+03:00", to: "2025-10-26T07:00:00+02:00",
      expected: [
        "2025-10-26T03:00:00+03:00", "2025-10-26T03:00:00+02:00", "2025-10-26T06:00:00+02:00",
      ]),
    Situation(
      name: "asked from inside the second pass", expression: "30 1 * * *",
      zone: "America/New_York", from: "2025-11-02T01:00:00-05:00", to: "2025-11-03T07:00:00-05:00",
      expected: ["2025-11-03T01:30:00-05:00"]),
    Situation(
      name: "a half-hour fold", expression: "45 1 * * *", zone: "Australia/Lord_Howe",
      from: "2025-04-05T11:00:00+11:00", to: "2025-04-07T10:30:00+10:30",
      expected: ["2025-04-06T01:45:00+11:00", "2025-04-07T01:45:00+10:30"]),
    Situation(
      name: "a whole day comes twice: real time for all", expression: "0 12 * * *",
      zone: "Pacific/Kwajalein", from: "1969-09-30T00:00:00+11:00", to: "1969-10-01T18:00:00-12:00",
      expected: [
        "1969-09-30T12:00:00+11:00", "1969-09-30T12:00:00-12:00", "1969-10-01T12:00:00-12:00",
      ]),
    Situation(
      name: "a fixed time with seconds inside the fold", expression: "*/30 30 1 * * *",
      zone: "America/New_York", from: "2025-11-01T08:00:00-04:00", to: "2025-11-02T07:00:00-05:00",
      expected: ["2025-11-02T01:30:00-04:00", "2025-11-02T01:30:30-04:00"]),
  ]

  @Test(arguments: gaps + folds)
  private func `every situation gives exactly its instants, both ways`(
    situation: Situation
  ) throws {
    let zone = try ZoneDirectory().zone(named: situation.zone)
    let times = FireTimes(try Schedule(crontab: situation.expression), in: zone)
    let from = try #require(Instant(rfc3339: situation.from))
    let to = try #require(Instant(rfc3339: situation.to))
    var forwards: [Instant] = []
    var last = from
    while let next = times.next(after: last), next <= to {
      forwards.append(next)
      last = next
    }
    #expect(forwards.map { $0.rfc3339(in: zone) } == situation.expected)
    var backwards: [Instant] = []
    last = to + TimeSpan(milliseconds: 1)
    while let previous = times.previous(before: last), previous > from {
      backwards.insert(previous, at: 0)
      last = previous
    }
    #expect(backwards == forwards)
    #expect(times.count(after: from, through: to) == forwards.count)
  }

  @Test func `every minute of the repeated hour comes twice`() throws {
    let zone = try ZoneDirectory().zone(named: "America/New_York")
    let times = FireTimes(try Schedule(crontab: "* 1 * * *"), in: zone)
    let from = try #require(Instant(rfc3339: "2025-11-01T20:00:00-04:00"))
    #expect(times.count(after: from, through: from + .hours(24)) == 120)
  }

  @Test func `a job that only ever falls into gaps is given up in bounded time`() throws {
    let zone = try ZoneDirectory().zone(named: "America/New_York")
    let times = FireTimes(try Schedule(crontab: "*/30 2 8-14 3 */7"), in: zone)
    let now = try #require(Instant(rfc3339: "2026-01-01T00:00:00Z"))
    #expect(times.next(after: now) == nil)
    let before = try #require(times.previous(before: now))
    #expect(before.rfc3339(in: zone) == "2006-03-12T02:30:00-05:00")
    #expect(times.previous(before: .latest) == before)
    #expect(times.next(after: .earliest) != nil)
  }

  @Test func `far in the future the rule goes on as now`() throws {
    let zone = try ZoneDirectory().zone(named: "Europe/Berlin")
    let times = FireTimes(try Schedule(crontab: "30 2 * * *"), in: zone)
    let gap = try #require(Instant(rfc3339: "9026-03-25T12:00:00Z"))
    #expect(times.next(after: gap)?.rfc3339(in: zone) == "9026-03-26T03:00:00+02:00")
    let end = try #require(Instant(rfc3339: "9999-12-31T12:00:00Z"))
    #expect(times.next(after: end) == nil)
    #expect(times.previous(before: .earliest) == nil)
  }
}
