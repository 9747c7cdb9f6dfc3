// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@Suite struct `Fire times` {
  private func instant(_ text: String) throws -> Instant {
    try #require(Instant(rfc3339: text))
  }

  private func times(_ text: String, starts: Instant? = nil, ends: Instant? = nil) throws
    -> FireTimes
  {
    FireTimes(try Schedule(crontab: text), in: .utc, starts: starts, ends: ends)
  }

  @Test(arguments: [
    ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
    ("0 0 29 2 */7", "2026-01-01T00:00:00Z", "2032-02-29T00:00:00Z"),
    ("0 0 29 2 *", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"),
    ("30 4 1,15 * 5", "2026-01-01T04:30:00Z", "2026-01-02T04:30:00Z"),
    ("0 0 */2 * 1", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z"),
    ("0 0 L * *", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00Z"),
    ("0 0 L-3 * *", "2028-02-01T00:00:00Z", "2028-02-26T00:00:00Z"),
    ("0 0 15W * *", "2026-08-01T00:00:00Z", "2026-08-14T00:00:00Z"),
    ("0 0 1W * *", "2026-07-31T00:00:00Z", "2026-08-03T00:00:00Z"),
    ("0 0 31W 5 *", "2026-05-01T00:00:00Z", "2026-05-29T00:00:00Z"),
    ("0 0 LW * *", "2026-05-01T00:00:00Z", "2026-05-29T00:00:00Z"),
    ("0 0 ? * 5L", "2026-01-01T00:00:00Z", "2026-01-30T00:00:00Z"),
    ("0 0 ? * FRI#5", "2026-02-01T00:00:00Z", "2026-05-29T00:00:00Z"),
    ("0 0 L * FRI#2", "2026-01-01T00:00:00Z", "2026-01-09T00:00:00Z"),
    ("15 30 12 * * *", "2026-01-01T12:30:15Z", "2026-01-02T12:30:15Z"),
    ("*/20 * * * * *", "2026-01-01T12:30:20.001Z", "2026-01-01T12:30:40Z"),
    ("0 0 0 1 1 * 2030-2040/5", "2031-01-01T00:00:00Z", "2035-01-01T00:00:00Z"),
    ("0 0 1 1 *", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z"),
    ("0 0 * * *", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"),
  ])
  func `next is the first after, and previous leads back`(
    text: String, from: String, expected: String
  ) throws {
    let times = try times(text)
    let from = try instant(from)
    let next = try #require(times.next(after: from))
    #expect(next == (try instant(expected)))
    #expect(times.previous(before: next + TimeSpan(milliseconds: 1)) == next)
    #expect(try #require(times.previous(before: next)) <= from)
  }

  @Test func `a schedule whose years are over has ended`() throws {
    let times = try times("0 0 12 1 1 * 2020")
    #expect(times.next(after: try instant("2020-01-01T12:00:00Z")) == nil)
    #expect(times.next(after: .earliest) == (try instant("2020-01-01T12:00:00Z")))
    #expect(times.previous(before: .latest) == (try instant("2020-01-01T12:00:00Z")))
    #expect(times.previous(before: try instant("2020-01-01T12:00:00Z")) == nil)
  }

  @Test func `named years are found from any distance, in zones with rules and without`() throws {
    let berlin = try ZoneDirectory().zone(named: "Europe/Berlin")
    let rule = try Zone(name: "Rule", posix: "CET-1CEST,M3.5.0,M10.5.0/3")
    for zone in [berlin, rule, .utc] {
      for year in [1970, 2040, 2199] {
        let times = FireTimes(try Schedule(crontab: "30 30 2 1 7 * \(year)"), in: zone)
        let first = try #require(times.next(after: .earliest))
        #expect(first.rfc3339(in: zone).hasPrefix("\(year)-07-01T02:30:30+"))
        #expect(times.previous(before: .latest) == first)
        #expect(times.next(after: first) == nil && times.previous(before: first) == nil)
      }
    }
  }

  @Test func `both bounds belong to the schedule`() throws {
    let starts = try instant("2026-01-01T00:00:00Z")
    let ends = try instant("2026-01-03T00:00:00Z")
    for text in ["0 0 * * *", "@every 1d"] {
      let times = try times(text, starts: starts, ends: ends)
      #expect(times.next(after: .earliest) == starts)
      #expect(times.previous(before: .latest) == ends)
      #expect(times.next(after: ends) == nil)
      #expect(times.previous(before: starts) == nil)
      #expect(times.count(after: .earliest, through: .latest) == 3)
      #expect(times.count(after: starts, through: ends) == 2)
    }
  }

  @Test func `an interval is anchored and needs no walk`() throws {
    let anchor = try instant("2026-01-01T00:00:07Z")
    let every = Schedule.every(IntervalSchedule(period: .seconds(10), anchor: anchor))
    let times = FireTimes(every, in: .utc)
    #expect(times.next(after: anchor) == anchor + .seconds(10))
    #expect(times.previous(before: anchor) == anchor - .seconds(10))
    #expect(times.next(after: anchor - .seconds(3)) == anchor)
    #expect(times.previous(before: anchor + .seconds(3)) == anchor)
    #expect(times.count(after: anchor, through: anchor + .hours(1)) == 360)
    #expect(times.count(after: .earliest, through: .latest) == 100_000)
    #expect(times.count(after: anchor, through: anchor) == 0)
  }

  @Test func `no interval overflows`() {
    for period in [1, 7, Int64.max / 2, Int64.max, 0, -5] {
      let span = TimeSpan(milliseconds: period)
      for anchor in [Instant.earliest, .epoch, .latest] {
        let times = FireTimes(.every(IntervalSchedule(period: span, anchor: anchor)), in: .utc)
        for instant in [Instant.earliest, .epoch, .latest] {
          if let next = times.next(after: instant) { #expect(next > instant) }
          if let previous = times.previous(before: instant) { #expect(previous < instant) }
        }
      }
    }
  }

  @Test(arguments: [
    ("@every 0s", 7, 2), ("@every 999999999h", 7, 10), ("@every 5218w", 7, 5),
    ("@every P36526D", 7, 7), ("@every 99999999999999999999s", 7, 21),
  ])
  func `a period of no time, and one of over 100 years, is out of range`(
    text: String, offset: Int, length: Int
  ) {
    let error = #expect(throws: CronSyntaxError.self) { try Schedule(crontab: text) }
    #expect(error?.category == .range && error?.offset == offset && error?.length == length)
  }

  @Test func `a period of 100 years is taken`() throws {
    #expect(try IntervalSchedule.period(parsing: "P36525D") == IntervalSchedule.longestPeriod)
    #expect(throws: Never.self) { try Schedule(crontab: "@every 5217w6d") }
  }

  @Test(arguments: [
    "0 0 29 2 */7", "59 59 23 31 12 ? 2199", "0 0 0 29 2 1L 1972", "*/30 2 8-14 3 */7",
    "0 0 L-30 * sun#5", "0 0 30W 2,4 MON#5", "30 2 * 3 SUN#5", "59 23 */31 2-12/2 */7",
    "0 0 L-28 2 *", "* 2 25-31 3 */7", "*/60 */24 */31 */12 */7", "0 0 L-28W 2 *",
  ])
  func `no question about a nasty expression takes long`(text: String) throws {
    for name in ["America/New_York", "Europe/Dublin", "Africa/Casablanca", "Pacific/Apia"] {
      guard let schedule = try? Schedule(crontab: text) else { continue }
      let zone = try ZoneDirectory().zone(named: name)
      for rule in [DaylightRule.cron, .chosen(gap: .skip, fold: .last)] {
        let times = FireTimes(schedule, in: zone, daylight: rule)
        let begin = ContinuousClock.now
        for from in [Instant.earliest, .epoch, Instant(milliseconds: 4_102_444_800_000), .latest] {
          _ = times.next(after: from)
          _ = times.previous(before: from)
        }
        // A debug build on a busy machine: a hundred times what the optimised code may take.
        #expect(begin.duration(to: .now) < .milliseconds(800), "\(text) in \(name)")
      }
    }
  }

  @Test func `schedules are small, for each job holds one`() {
    #expect(MemoryLayout<FireTimes>.stride <= 56)
  }

  @Test func `a list of instants is searched both ways`() throws {
    let list = try ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"].map(
      instant)
    let times = FireTimes(.at(list), in: .utc)
    #expect(times.next(after: .earliest) == list[0])
    #expect(times.next(after: list[0]) == list[1])
    #expect(times.next(after: list[2]) == nil)
    #expect(times.previous(before: list[1]) == list[0])
    #expect(times.previous(before: list[0]) == nil)
    #expect(times.count(after: list[0], through: list[2]) == 2)
    #expect(Schedule.at(unordered: list.reversed() + list) == .at(list))
    #expect(Schedule.at(unordered: []) == nil)
  }

  @Test func `schedules that name no instants have none`() {
    for schedule in [Schedule.reboot, .manual, .everyAfter(.minutes(5), firstNow: true)] {
      let times = FireTimes(schedule, in: .utc)
      #expect(times.next(after: .epoch) == nil)
      #expect(times.previous(before: .epoch) == nil)
      #expect(times.count(after: .earliest, through: .latest) == 0)
    }
  }

  @Test func `a count stops at its limit`() throws {
    let times = try times("* * * * *")
    #expect(times.count(after: .epoch, through: .epoch + .hours(48), limit: 100) == 100)
    #expect(times.count(after: .epoch, through: .epoch + .hours(1), limit: 100) == 60)
    #expect(times.count(after: .epoch, through: .latest, limit: 0) == 0)
  }
}
