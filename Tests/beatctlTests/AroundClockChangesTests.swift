// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Support
import Testing

@testable import beatctl

@Suite struct AroundClockChangesTests {
  private func berlin() throws -> Zone { try ZoneDirectory().zone(named: "Europe/Berlin") }

  private func days(
    _ text: String, _ rule: DaylightRule = .cron, zone: String = "Europe/Berlin",
    after: String = "2026-11-26T00:00:00Z"
  ) throws -> [ClockDay] {
    let zone = try ZoneDirectory().zone(named: zone)
    let times = FireTimes(try Schedule(crontab: text), in: zone, daylight: rule)
    return ClockDay.coming(times, after: at(after))
  }

  /// Each fire as `02:30 moved`.
  private func marks(_ day: ClockDay) -> [String] {
    day.fires.map { "\(ClockDay.clock($0.local)) \($0.mark.rawValue)" }
  }

  @Test func `a fixed time moves to the gap's end, and runs the first of two times`() throws {
    let days = try days("30 2,4 * * *")
    try #require(days.count == 2)
    #expect(days.map(\.date) == ["2027-03-28", "2027-10-31"])
    #expect(marks(days[0]) == ["02:30 moved", "04:30 once"])
    #expect(days[0].fires[0].instants == [at("2027-03-28T01:00:00Z")])
    #expect(marks(days[1]) == ["02:30 first-time", "04:30 once"])
    #expect(days.map(\.isTouched) == [true, true])
  }

  @Test func `a job with a star follows real time`() throws {
    let days = try days("*/30 1-3 * * *")
    #expect(
      marks(days[0]) == [
        "01:00 once", "01:30 once", "02:00 skipped", "02:30 skipped", "03:00 once", "03:30 once",
      ])
    #expect(
      marks(days[1]) == [
        "01:00 once", "01:30 once", "02:00 twice", "02:30 twice", "03:00 once", "03:30 once",
      ])
    #expect(days.map(\.isTouched) == [true, true])
    #expect(try self.days("*/30 * * * *").map(\.isTouched) == [false, false])
  }

  @Test func `a job's own rule decides`() throws {
    let skip = try days("0 2,3 * * *", .chosen(gap: .skip, fold: .last))
    #expect(marks(skip[0]) == ["02:00 skipped", "03:00 once"])
    #expect(marks(skip[1]) == ["02:00 second-time", "03:00 once"])
    let run = try days("*/30 2 * * *", .chosen(gap: .run, fold: .both))
    #expect(marks(run[0]) == ["02:00 moved", "02:30 moved"])
    #expect(marks(run[1]) == ["02:00 twice", "02:30 twice"])
  }

  @Test func `a day that is not there is a hole`() throws {
    let days = try days("30 12 * * *", zone: "Pacific/Apia", after: "2011-12-01T00:00:00Z")
    #expect(days[0].date == "2011-12-30")
    #expect(days[0].isHole)
    #expect(marks(days[0]) == ["12:30 skipped"])
  }

  @Test func `a change at midnight belongs to the day that it is in`() throws {
    let days = try days("0,30 0 * * *", zone: "Africa/Cairo")
    #expect(days[0].date == "2027-04-30")
    #expect(marks(days[0]) == ["00:00 moved", "00:30 moved"])
    #expect(days[1].date == "2027-10-28")
    #expect(!days[1].isTouched)
  }

  @Test func `it is shown as a person reads it`() {
    let bench = Bench()
    let touched = bench.run("next", "30 2 * * *", "--around-dst", "--tz", "Europe/Berlin")
    #expect(
      touched.output == """
        2027-03-28, Europe/Berlin: clocks go forward 1h, from 02:00 to 03:00 (+01:00 to +02:00)
          02:30: skipped by the clock, moved to 03:00 +02:00, when the gap ends

        2027-10-31, Europe/Berlin: clocks go back 1h, from 03:00 to 02:00 (+02:00 to +01:00)
          02:30: comes twice, runs once, the first time, at 02:30 +02:00

        """)
    let every = bench.run("next", "* * * * *", "--around-dst", "--tz", "Europe/Berlin")
    #expect(every.output.contains("02:00 to 02:59, 60 times: skipped"))
    #expect(every.output.contains("not touched: it follows real time, and keeps its pace"))
    let interval = bench.run("next", "@every 1h", "--around-dst", "--tz", "Europe/Berlin")
    #expect(interval.output.contains("not touched"))
    let fixed = bench.run("next", "0 2 * * *", "--around-dst", "--tz", "UTC")
    #expect(fixed.output == "the clock of UTC changes no more\n")
    #expect(bench.run("next", "--around-dst").code == .usage)
  }

  @Test func `a job is asked of the daemon, and read from its file`() throws {
    let folder = TemporaryFolder()
    try TextFile.write("CRON_TZ=Europe/Berlin\n30 2 * * * x\n", to: folder.path("a.cron"))
    let bench = Bench()
    var detail = JobDetail(
      summary: JobSummary(name: "a/x", schedule: "30 2 * * *", timezone: "Europe/Berlin"),
      work: WorkSummary(kind: "command", text: "x"))
    detail.source = SourceSummary(file: folder.path("a.cron"), line: 2)
    try bench.daemon.on("GET /v1/jobs/a%2Fx", detail)
    let answer = bench.run("next", "a/x", "--around-dst", "--json")
    #expect(answer.code == .done)
    #expect(answer.output.contains(#""local":"02:30","mark":"moved""#))
    #expect(answer.output.contains(#""local_after":"03:00","local_before":"02:00""#))
  }
}
