// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Support
import Testing

@Suite struct `Offsets of zones` {
  private struct Line: Decodable {
    let tz: String
    let at: String
    let offset_s: Int
    let abbr: String
  }

  @Test func `8,000 offsets and abbreviations from 1970 to 2099 are those of zoneinfo`() throws {
    let directory = ZoneDirectory()
    let lines = try Vector.lines(of: "zones.jsonl")
    for line in try lines.map({ try JSONDecoder().decode(Line.self, from: $0) }) {
      let zone = try directory.zone(named: line.tz)
      let instant = try #require(Instant(rfc3339: line.at))
      #expect(zone.offset(at: instant) == line.offset_s, "\(line)")
      #expect(zone.abbreviation(at: instant) == line.abbr, "\(line)")
    }
    #expect(lines.count == 8_000)
  }
}
