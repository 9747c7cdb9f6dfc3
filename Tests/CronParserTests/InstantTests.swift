// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@Suite struct `Instants as text` {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2027-01-01T09:00:00+01:00", 1_798_790_400_000),
    ("2027-01-01t08:00:00.5z", 1_798_790_400_500), ("2027-01-01 08:00:00.1239Z", 1_798_790_400_123),
    ("1969-12-31T23:59:59.999Z", -1), ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ("2024-02-29T00:00:00-00:00", 1_709_164_800_000),
  ])
  func `RFC 3339 is read exactly`(text: String, milliseconds: Int64) {
    #expect(Instant(rfc3339: text) == Instant(milliseconds: milliseconds))
  }

  @Test(arguments: [
    "", "2026", "2026-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
    "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T23:59:60Z", "2026-01-01T00:00:00",
    "2026-01-01T00:00Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+01:60",
    "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx",
    " 2026-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00", "26-01-01T00:00:00Z", "2026-1-1T00:00:00Z",
    "２０２６-01-01T00:00:00Z", "2026-01-01T00:00:00\u{2212}01:00",
  ])
  func `what is not RFC 3339, or no time at all, is refused`(text: String) {
    #expect(Instant(rfc3339: text) == nil)
  }

  @Test func `finer fractions are cut, or rounded up on demand`() {
    let text = "2018-01-02T10:00:00.0005Z"
    let whole = Instant(rfc3339: "2018-01-02T10:00:00Z")
    #expect(Instant(rfc3339: text) == whole)
    #expect(
      Instant(rfc3339: text, roundingUp: true) == whole.map { $0 + TimeSpan(milliseconds: 1) })
    #expect(Instant(rfc3339: "2018-01-02T10:00:00.0000Z", roundingUp: true) == whole)
  }

  @Test func `text and instant are inverses over the whole span`() {
    var random = SplitMix64(state: 7)
    let span = Instant.earliest.milliseconds...Instant.latest.milliseconds
    for _ in 0..<5_000 {
      let instant = Instant(milliseconds: Int64.random(in: span, using: &random))
      #expect(Instant(rfc3339: instant.rfc3339) == instant)
    }
    #expect(Instant.earliest.rfc3339 == "0001-01-01T00:00:00.000Z")
    #expect(Instant.latest.rfc3339 == "9999-12-31T23:59:59.999Z")
  }

  @Test func `an instant is written as a zone's clock shows it`() throws {
    let directory = ZoneDirectory()
    let instant = try #require(Instant(rfc3339: "2027-07-01T00:30:00Z"))
    #expect(
      instant.rfc3339(in: try directory.zone(named: "Europe/Berlin")) == "2027-07-01T02:30:00+02:00"
    )
    #expect(
      instant.rfc3339(in: try directory.zone(named: "America/St_Johns"))
        == "2027-06-30T22:00:00-02:30")
    let old = try #require(Instant(rfc3339: "1880-01-01T00:00:00Z"))
    let text = old.rfc3339(in: try directory.zone(named: "America/New_York"))
    #expect(Instant(rfc3339: text) == old)
  }
}
