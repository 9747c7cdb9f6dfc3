// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@Suite struct `Changes of the clock that touch a job` {
  private func touches(
    _ text: String, in name: String, year: Int = 2026, by rule: DaylightRule = .cron
  ) throws -> [String] {
    let zone = try ZoneDirectory().zone(named: name)
    let times = FireTimes(try Schedule(crontab: text), in: zone, daylight: rule)
    let first = try #require(Instant(rfc3339: "\(year)-01-01T00:00:00Z"))
    let last = try #require(Instant(rfc3339: "\(year)-12-31T23:59:59Z"))
    return times.transitions(touching: first...last).map { touch in
      let times = touch.times.map { "\($0.hour):\($0.minute)" }.joined(separator: ",")
      return "\(touch.instant.rfc3339(in: zone)) \(word(touch.kind)) \(touch.effect) \(times)"
    }
  }

  private func word(_ kind: DaylightTouch.Kind) -> String {
    switch kind {
    case .gap(let from, let to): "gap \(from.hour)-\(to.hour)"
    case .fold(let from, let to): "fold \(from.hour)-\(to.hour)"
    case .hole(let from, let to): "hole \(from.date.day)-\(to.date.day)"
    }
  }

  private let spring = "2026-03-29T03:00:00+02:00 gap 2-3"
  private let autumn = "2026-10-25T02:00:00+01:00 fold 2-3"

  @Test func `a time inside the gap and the fold is touched by both, as its rule says`() throws {
    let berlin = "Europe/Berlin"
    let text = "30 2 * * *"
    #expect(try touches(text, in: berlin) == ["\(spring) runsAtEnd 2:30", "\(autumn) first 2:30"])
    #expect(
      try touches(text, in: berlin, by: .chosen(gap: .skip, fold: .last))
        == ["\(spring) skipped 2:30", "\(autumn) last 2:30"])
    #expect(
      try touches(text, in: berlin, by: .chosen(gap: nil, fold: .both))
        == ["\(spring) runsAtEnd 2:30", "\(autumn) both 2:30"])
    #expect(
      try touches("*/30 2 * * *", in: berlin)
        == ["\(spring) skipped 2:0,2:30", "\(autumn) both 2:0,2:30"])
  }

  @Test(arguments: ["30 4 * * *", "*/5 * * * *", "0 * * * *", "30 2 1 * *", "@every 1h", "@reboot"])
  func `a job elsewhere, and one that keeps its pace, is touched by none`(text: String) throws {
    #expect(try touches(text, in: "Europe/Berlin").isEmpty)
    #expect(try touches(text, in: "UTC").isEmpty)
  }

  @Test func `a day that never was is a hole, and half-hour changes are seen`() throws {
    #expect(
      try touches("0 12 * * *", in: "Pacific/Apia", year: 2011)
        == ["2011-12-31T00:00:00+14:00 hole 30-31 skipped 12:0"])
    #expect(
      try touches("45 1 * * *", in: "Australia/Lord_Howe")
        == ["2026-04-05T01:30:00+10:30 fold 1-2 first 1:45"])
    #expect(
      try touches("30 2 * * *", in: "Antarctica/Troll").first
        == "2026-03-29T03:00:00+02:00 gap 1-3 runsAtEnd 2:30")
    #expect(
      try touches("0 0 * * *", in: "America/Santiago").last
        == "2026-09-06T01:00:00-03:00 gap 0-1 runsAtEnd 0:0")
  }

  @Test func `bounds and a limit hold, and many times are cut`() throws {
    let zone = try ZoneDirectory().zone(named: "Europe/Berlin")
    let schedule = try Schedule(crontab: "*/20 * 2 * * *")
    let starts = try #require(Instant(rfc3339: "2027-01-01T00:00:00Z"))
    let ends = try #require(Instant(rfc3339: "2030-01-01T00:00:00Z"))
    let times = FireTimes(schedule, in: zone, starts: starts, ends: ends)
    let all = times.transitions(touching: .earliest ... .latest)
    #expect(all.count == 6 && all.allSatisfy { $0.times.count == 60 && $0.hasMore })
    #expect(times.transitions(touching: .earliest ... .latest, limit: 2) == Array(all[..<2]))
    #expect(times.transitions(touching: starts...starts).isEmpty)
    #expect(times.transitions(touching: .earliest ... .latest, limit: 0).isEmpty)
  }
}
