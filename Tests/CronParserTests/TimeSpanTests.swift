// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@Suite struct `Durations as text` {
  @Test(arguments: [
    ("90s", 90_000), ("1h30m", 5_400_000), ("250ms", 250), ("2d", 172_800_000),
    ("1w", 604_800_000), ("1w2d3h4m5s6ms", 788_645_006), ("0s", 0), ("PT90S", 90_000),
    ("P1DT2H", 93_600_000), ("P1W", 604_800_000), ("PT1H30M", 5_400_000), ("025h", 90_000_000),
  ])
  func `durations are read exactly`(text: String, milliseconds: Int64) throws {
    #expect(try TimeSpan(parsing: text).milliseconds == milliseconds)
  }

  @Test(arguments: [
    ("", 0, 0), ("90", 0, 2), ("s", 0, 1), ("1x", 1, 1), ("1h1h", 2, 2), ("30m1h", 3, 2),
    ("-5s", 0, 1), ("1.5h", 1, 1), ("1 h", 1, 2), ("P", 0, 1), ("PT", 0, 2), ("P1H", 2, 1),
    ("PT1D", 3, 1), ("P1M", 2, 1), ("P1Y", 2, 1), ("P1DT", 0, 4), ("PT1", 3, 0), ("1H", 1, 1),
    ("5m\n", 1, 2), ("٥s", 0, 1),
  ])
  func `what is no duration is refused at its place`(text: String, offset: Int, length: Int) {
    let error = #expect(throws: CronSyntaxError.self) { try TimeSpan(parsing: text) }
    #expect(
      error?.offset == offset && error?.length == length, "\(text): \(String(describing: error))")
    #expect(error?.category == .syntax)
  }

  @Test(arguments: ["99999999999999999999s", "9223372036854775807w", "9223372036854775807ms1s"])
  func `a duration beyond all bounds is an error, not a trap`(text: String) {
    let error = #expect(throws: CronSyntaxError.self) { try TimeSpan(parsing: text) }
    #expect(error != nil)
  }

  @Test(arguments: [("1hour", nil), ("5minutes", "m"), ("5Min", "m"), ("2H", "h"), ("3secs", "s")])
  func `a misspelt unit gets a suggestion`(text: String, suggestion: String?) {
    let error = #expect(throws: CronSyntaxError.self) { try TimeSpan(parsing: text) }
    #expect(error?.suggestion == suggestion ?? "h")
  }

  @Test func `the text of a span is the shortest compound and reads back`() throws {
    #expect(TimeSpan(milliseconds: 90_000).text == "1m30s")
    #expect(TimeSpan(milliseconds: 86_400_000).text == "1d")
    #expect(TimeSpan.zero.text == "0s")
    #expect(TimeSpan(milliseconds: -1_500).text == "-1s500ms")
    #expect(TimeSpan(milliseconds: .min).text.hasPrefix("-"))
    var random = SplitMix64(state: 3)
    for _ in 0..<2_000 {
      let span = TimeSpan(milliseconds: Int64.random(in: 0...Int64.max, using: &random) >> 20)
      #expect(try TimeSpan(parsing: span.text) == span)
    }
    #expect(try TimeSpan(parsing: TimeSpan(milliseconds: .max).text).milliseconds == .max)
  }
}
