// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

struct ReportWindowTests {
  struct Row: Sendable {
    let length: ReportWindowLength
    let zone: String
    let at: String
    let start: String
    let end: String
  }

  static let rows = [
    Row(
      length: .minute, zone: "UTC", at: "2027-01-15T08:00:00Z", start: "2027-01-15T07:59:00Z",
      end: "2027-01-15T08:00:00Z"),
    Row(
      length: .minute, zone: "UTC", at: "2027-01-15T08:00:59.999Z", start: "2027-01-15T07:59:00Z",
      end: "2027-01-15T08:00:00Z"),
    Row(
      length: .minute, zone: "UTC", at: "1969-12-31T23:59:30Z", start: "1969-12-31T23:58:00Z",
      end: "1969-12-31T23:59:00Z"),
    Row(
      length: .hour, zone: "UTC", at: "2027-01-15T08:30:00Z", start: "2027-01-15T07:00:00Z",
      end: "2027-01-15T08:00:00Z"),
    Row(
      length: .hour, zone: "Asia/Kolkata", at: "2027-01-15T08:45:00Z",
      start: "2027-01-15T07:30:00Z", end: "2027-01-15T08:30:00Z"),
    // Clocks go back from 03:00 to 02:00 at 01:00 UTC: the two hours are two windows.
    Row(
      length: .hour, zone: "Europe/Berlin", at: "2026-10-25T01:00:00Z",
      start: "2026-10-25T00:00:00Z", end: "2026-10-25T01:00:00Z"),
    Row(
      length: .hour, zone: "Europe/Berlin", at: "2026-10-25T02:00:00Z",
      start: "2026-10-25T01:00:00Z", end: "2026-10-25T02:00:00Z"),
    // Clocks go back by half an hour from 02:00 to 01:30 at 15:00 UTC.
    Row(
      length: .hour, zone: "Australia/Lord_Howe", at: "2026-04-04T15:00:00Z",
      start: "2026-04-04T14:00:00Z", end: "2026-04-04T15:00:00Z"),
    Row(
      length: .hour, zone: "Australia/Lord_Howe", at: "2026-04-04T15:30:00Z",
      start: "2026-04-04T15:00:00Z", end: "2026-04-04T15:30:00Z"),
    Row(
      length: .day, zone: "UTC", at: "2027-01-15T02:00:00Z", start: "2027-01-14T00:00:00Z",
      end: "2027-01-15T00:00:00Z"),
    Row(
      length: .day, zone: "Europe/Berlin", at: "2026-10-26T01:00:00Z",
      start: "2026-10-24T22:00:00Z", end: "2026-10-25T23:00:00Z"),
    Row(
      length: .day, zone: "Europe/Berlin", at: "2026-03-30T01:00:00Z",
      start: "2026-03-28T23:00:00Z", end: "2026-03-29T22:00:00Z"),
    // At midnight the clocks go to 01:00: the day begins there.
    Row(
      length: .day, zone: "America/Havana", at: "2026-03-09T12:00:00Z",
      start: "2026-03-08T05:00:00Z", end: "2026-03-09T04:00:00Z"),
    // Samoa had no 30 December 2011: the day before the 31st is the 29th.
    Row(
      length: .day, zone: "Pacific/Apia", at: "2011-12-30T12:00:00Z", start: "2011-12-29T10:00:00Z",
      end: "2011-12-30T10:00:00Z"),
  ]

  @Test(arguments: rows)
  func `the window is the last one that was over`(row: Row) throws {
    let zone = try ZoneDirectory().zone(named: row.zone)
    let at = try #require(Instant(rfc3339: row.at))
    let window = ReportWindow(row.length, completeAt: at, in: zone)
    #expect(window.start == Instant(rfc3339: row.start))
    #expect(window.end == Instant(rfc3339: row.end))
  }

  @Test(
    arguments: ReportWindowLength.allCases,
    [
      "UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana",
      "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "Asia/Pyongyang",
    ])
  func `windows follow each other without gap or overlap`(
    length: ReportWindowLength, name: String
  ) throws {
    let zone = try ZoneDirectory().zone(named: name)
    for year in [1985, 2011, 2018, 2026] {
      var end = try #require(Instant(rfc3339: "\(year)-01-01T00:00:00Z"))
      let steps = length == .minute ? 300 : length == .hour ? 8_800 : 370
      var previous: ReportWindow?
      for _ in 0..<steps {
        let window = ReportWindow(length, completeAt: end, in: zone)
        #expect(window.start < window.end)
        if let previous { #expect(previous.end == window.start) }
        previous = window
        // Somewhere in the next window, however short it is.
        end = try #require(Self.nextEnd(length, after: window.end, in: zone))
      }
    }
  }

  /// The first instant, in steps of a quarter of an hour, at which another window is over.
  private static func nextEnd(
    _ length: ReportWindowLength, after end: Instant, in zone: Zone
  ) -> Instant? {
    let step = length == .minute ? TimeSpan.minutes(1) : TimeSpan.minutes(15)
    var instant = end
    for _ in 0..<200 {
      instant = instant + step
      if ReportWindow(length, completeAt: instant, in: zone).end > end { return instant }
    }
    return nil
  }

  @Test(arguments: ReportWindowLength.allCases)
  func `the ends of time do not trap`(length: ReportWindowLength) {
    _ = ReportWindow(length, completeAt: .earliest, in: .utc)
    _ = ReportWindow(length, completeAt: .latest, in: .utc)
  }
}
