// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Testing

@testable import beatctl

@Suite struct DisplayTests {
  @Test func `nothing that a terminal obeys comes through`() {
    for value in Array(0x00...0x1F) + Array(0x7F...0x9F) + [0x202E, 0x2066, 0x2028, 0xFEFF] {
      guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
      let text = DisplayText.escaped("a\(Character(scalar))b")
      #expect(text.hasPrefix("a\\") && text.hasSuffix("b"))
    }
    #expect(DisplayText.escaped("plain ü 日本") == "plain ü 日本")
  }

  @Test func `width is what the terminal makes of it`() {
    #expect(DisplayText.width("abc") == 3)
    #expect(DisplayText.width("日本") == 4)
    #expect(DisplayText.width("e\u{301}") == 1)
    #expect(DisplayText.width("🚀") == 2)
    #expect(DisplayText.cut("abcdef", to: 4) == "abc…")
    #expect(DisplayText.cut("日本語", to: 4) == "日…")
    #expect(DisplayText.cut("abc", to: 3) == "abc")
    #expect(DisplayText.cut("abc", to: 0) == "")
  }

  @Test func `a table gives way where it is too wide`() {
    var table = Table([.init("NAME", cut: .last), .init("N"), .init("TEXT", cut: .first)])
    table.add([Styled("日本"), Styled("1"), Styled("a long text that goes on")])
    table.add([Styled("x"), Styled("22"), Styled("")])
    let wide = Terminal.none
    #expect(
      table.render(on: wide) == """
        NAME  N   TEXT
        日本  1   a long text that goes on
        x     22

        """)
    let narrow = Terminal(isTerminal: true, width: 24, hasColor: false)
    #expect(
      table.render(on: narrow) == """
        NAME  N   TEXT
        日本  1   a long text t…
        x     22

        """)
    let tiny = Terminal(isTerminal: true, width: 3, hasColor: false)
    #expect(table.render(on: tiny).contains("a l…"))
  }

  @Test func `colour is only where it is wanted`() {
    let color = Terminal(isTerminal: true, width: 80, hasColor: true)
    #expect(Style.bad.apply("x", on: color) == "\u{1B}[31mx\u{1B}[0m")
    #expect(Style.bad.apply("x", on: .none) == "x")
  }

  @Test(arguments: [
    (0, "now"), (999, "now"), (-1_000, "1s ago"), (59_000, "in 59s"), (240_000, "in 4m"),
    (245_000, "in 4m 5s"), (3_599_000, "in 59m"), (-7_500_000, "2h 5m ago"),
    (90_000_000, "in 1d 1h"), (8_640_000_000, "in 100d"),
  ]) func `near and far are said in two units at most`(milliseconds: Int64, text: String) {
    let instant = Bench.now + TimeSpan(milliseconds: milliseconds)
    #expect(TimeText.relative(instant, to: Bench.now) == text)
  }

  @Test func `times are shown with weekday and offset`() throws {
    let zone = try ZoneDirectory().zone(named: "America/New_York")
    #expect(TimeText.full(Bench.now, in: zone) == "Wed 2026-11-25 23:00:00 -05:00")
    let fraction = Instant(milliseconds: -1)
    #expect(TimeText.full(fraction, in: .utc) == "Wed 1969-12-31 23:59:59.999 +00:00")
    #expect(TimeText.length(TimeSpan(milliseconds: 350)) == "350ms")
    #expect(TimeText.length(TimeSpan(milliseconds: 1_540)) == "1.5s")
    #expect(TimeText.length(TimeSpan(milliseconds: -1)) == "0ms")
  }
}
