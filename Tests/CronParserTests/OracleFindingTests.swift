// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

/// What the oracle has found, each as a test of its own.
@Suite struct `Findings of the oracle` {
  private static let rows = [
    ("* 21-1/13 ? * *", "Pacific/Fakaofo", "1901-01-02T05:56:07Z", "1901-01-02T08:00:00Z"),
    ("34-46 2 * * *", "Pacific/Enderbury", "1994-12-30T13:59:23Z", "1994-12-31T13:34:00Z"),
    ("0 5 1 10 *", "America/Danmarkshavn", "1995-03-25T14:43:26Z", "1995-10-01T08:00:00Z"),
  ]

  @Test(arguments: rows)
  func `where the last pass counts, a stretch before a hole in the calendar counts too`(
    text: String, zone: String, after: String, expected: String
  ) throws {
    let times = FireTimes(
      try Schedule(crontab: text), in: try ZoneDirectory().zone(named: zone),
      daylight: .chosen(gap: nil, fold: .last))
    let instant = try #require(Instant(rfc3339: after))
    let next = try #require(times.next(after: instant))
    #expect(times.previous(before: next).map { $0 <= instant } ?? true)
    #expect(next == Instant(rfc3339: expected))
  }
}
