// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// Every option of a job: read in both kinds of file, and shown with the line that gives it.
@Suite struct OptionTableTests {
  /// An option in a job file and in a crontab, and what is shown of it.
  struct Row: Sendable, CustomTestStringConvertible {
    let key: String
    let value: String
    let variable: String
    let shown: String
    var before = ""
    var testDescription: String { key }
  }

  private static func text(_ key: String, _ value: String, shown: String? = nil) -> Row {
    Row(key: key, value: "\"\(value)\"", variable: value, shown: shown ?? value)
  }

  private static func plain(_ key: String, _ value: String, shown: String? = nil) -> Row {
    Row(key: key, value: value, variable: value, shown: shown ?? value)
  }

  static let rows = [
    text("timezone", "Europe/Berlin"),
    text("starts", "2027-01-01T00:00:00Z", shown: "2027-01-01T00:00:00.000Z"),
    text("ends", "2030-01-01T00:00:00Z", shown: "2030-01-01T00:00:00.000Z"),
    plain("dst", "{ gap = \"skip\" }"), text("dst", "cron"),
    plain("dst", "{ gap = \"run\", fold = \"both\" }"),
    text("jitter", "5m"), text("was", "old-name"), text("user", "root"),
    text("directory", "/srv"), text("environment-file", "/etc/env"),
    plain("environment", "{ A = \"1\", B = \"2\" }", shown: "A B"),
    plain("inherit-environment", "true"), plain("inherit-environment", "false"),
    plain("inherit-environment", "[\"PATH\", \"LANG\"]", shown: "[PATH, LANG]"),
    text("umask", "027"), plain("nice", "-5"), text("shell", "/bin/bash"),
    plain(
      "limits", "{ memory = \"512M\", cpu = \"10m\", core = 0 }",
      shown: "{ cpu = \"10m\", memory = 536870912, core = 0 }"),
    text("stdin", "hello", shown: "\"hello\""), text("on-stop", "drain"),
    text("description", "words", shown: "\"words\""), plain("enabled", "false"),
    text("timeout", "1h"), text("grace", "5s"), text("deadline", "2h"), plain("success", "[0, 75]"),
    plain(
      "retries", "{ max = 2, on = [75, \"timeout\", \"SIGSEGV\", \"signal\", 503, \"5xx\"] }",
      shown: "max 2, exponential from 10s, cap 1h, jitter full, "
        + "on [75, \"timeout\", \"SIGSEGV\", \"signal\", 503, \"5xx\"]"),
    text("on-lost", "retry"), text("overlap", "replace"), plain("max-overlap", "3"),
    text("catch-up", "all"), plain("catch-up-limit", "7"), text("queue", "heavy"),
    plain("priority", "9"), plain("pause-after", "3"),
    plain("keep", "7", shown: "{ runs = 7, age = \"4w2d\" }"),
    text("keep", "90d", shown: "{ runs = 100, age = \"12w6d\" }"),
    plain("keep", "{ runs = 5, age = \"1d\" }"),
    text("on-failure", "https://example.org/hook?a=b"), text("on-recovery", "mail:ops@example.org"),
    plain(
      "on-success", "[\"mail:root\", \"https://[::1]:8080/x\"]",
      shown: "mail:root, https://[::1]:8080/x"),
    text("on-missed", "mail:root"), text("expect-within", "26h", shown: "1d2h"),
    text("ping", "https://hc-ping.com/uuid"),
  ]

  private static let intervalRows = [
    text("anchor", "2027-01-01T00:00:00Z", shown: "2027-01-01T00:00:00.000Z"), text("first", "now"),
  ]

  private func expect(_ row: Row, _ result: LoadResult, line: Int) throws {
    let errors = result.diagnostics.filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(FilesFixture.rendered(result))")
    let job = try #require(result.jobs.first)
    let shown = try #require(job.shownOptions.first { $0.key == row.key })
    #expect(shown == ShownOption(key: row.key, text: row.shown, line: line))
  }

  @Test(arguments: rows)
  func `an option of a job file is read and shown with its line`(row: Row) throws {
    let text = "[jobs.j]\ncron = \"0 1 * * *\"\ncommand = \"x\"\n\(row.key) = \(row.value)\n"
    try expect(row, FilesFixture.load(FilesFixture.jobFile(text)), line: 4)
  }

  @Test(arguments: rows)
  func `an option of a crontab is read and shown with its line`(row: Row) throws {
    let variable = try #require(OptionTable.row(row.key)).variable
    let text = "# a crontab\n\(variable)=\(row.variable)\n0 1 * * * x\n"
    try expect(row, FilesFixture.load(FilesFixture.crontab(text)), line: 2)
  }

  @Test(arguments: intervalRows)
  func `so is one of an interval`(row: Row) throws {
    let text = "[jobs.j]\nevery = \"1h\"\ncommand = \"x\"\n\(row.key) = \(row.value)\n"
    try expect(row, FilesFixture.load(FilesFixture.jobFile(text)), line: 4)
    let variable = try #require(OptionTable.row(row.key)).variable
    let crontab = "\n\(variable)=\(row.variable)\n@every 1h x\n"
    try expect(row, FilesFixture.load(FilesFixture.crontab(crontab)), line: 2)
  }

  @Test func `every row of the table has a test`() {
    let tested = Set((Self.rows + Self.intervalRows).map(\.key))
    #expect(Set(OptionTable.rows.map(\.key)) == tested)
    #expect(OptionTable.rows.count == tested.count)
  }

  @Test func `an option that is not yet obeyed is warned of, once a file, and loaded`() throws {
    for row in OptionTable.rows where !row.isObeyed {
      let value = try #require(Self.rows.first { $0.key == row.key }).value
      let table = { (name: String) in "[jobs.\(name)]\ncommand = \"x\"\n\(row.key) = \(value)\n" }
      let result = FilesFixture.load(FilesFixture.jobFile(table("a") + table("b")))
      #expect(result.names == ["a", "b"])
      #expect(result.diagnostics.map(\.line) == [3])
      #expect(
        result.diagnostics.map(\.message)
          == ["`\(row.key)` is read but not yet obeyed by this version"])
      #expect(result.diagnostics.map(\.severity) == [.warning])
      #expect(result.filesWithErrors.isEmpty)
    }
  }

  @Test func `what is at its default and not given is not shown, but for three policies`() throws {
    let result = FilesFixture.load(FilesFixture.jobFile("[jobs.j]\ncommand = \"x\"\n"))
    let shown = try #require(result.jobs.first).shownOptions
    #expect(shown.map(\.key) == ["on-lost", "overlap", "catch-up"])
    #expect(shown.allSatisfy { $0.line == nil })
  }

  @Test func `an option of the defaults is shown with the line of the defaults`() throws {
    let result = FilesFixture.load(
      FilesFixture.jobFile(
        "[defaults]\nretries = 2\ntimeout = \"1m\"\n[jobs.j]\ncommand = \"x\"\ntimeout = \"2m\""))
    let shown = try #require(result.jobs.first).shownOptions
    #expect(
      shown.filter { $0.line != nil }.map { "\($0.key) \($0.line ?? 0)" } == [
        "timeout 6", "retries 2",
      ])
  }

  @Test func `an option that moves to another line does not change its job`() {
    let old = FilesFixture.load(FilesFixture.jobFile("[jobs.j]\ncommand = \"x\"\nnice = 1"))
    let new = FilesFixture.load(FilesFixture.jobFile("[jobs.j]\nnice = 1\ncommand = \"x\""))
    let plan = LoadPlan(old: old.jobs, new: new)
    #expect(plan.unchanged.count == 1 && plan.changed.isEmpty)
  }

  @Test func `a name of old holds for the next line only`() {
    let result = FilesFixture.load(
      FilesFixture.crontab("BEAT_WAS=old\n0 1 * * * a\n0 1 * * * b\n"))
    #expect(result.jobs.map(\.rare?.was?.text) == ["old", nil])
    let defaults = FilesFixture.load(FilesFixture.jobFile("[defaults]\nwas = \"x\""))
    #expect(defaults.diagnostics.map(\.category) == [.key])
  }

  @Test func `a job is small`() {
    #expect(MemoryLayout<Job>.stride <= 160)
    #expect(MemoryLayout<Scheduler.SourceLocation?>.size <= 24)
  }

  @Test func `rare options cost a job that has none one word`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile("[jobs.a]\ncommand = \"x\"\n[jobs.b]\ncommand = \"x\"\nnice = 1\n"))
    #expect(result.job("a")?.options.value.rare == nil)
    #expect(result.job("b")?.options.value.rare?.value.niceness == 1)
  }

  @Test func `a notice for a job that is not there is warned of`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile(
        "[jobs.a]\ncommand = \"x\"\non-failure = \"job:clean\"\n[jobs.clena]\ncommand = \"x\""))
    #expect(result.names == ["a", "clena"])
    let warning = result.diagnostics.first { $0.category == .state }
    #expect(warning?.severity == .warning && warning?.suggestion == "clena")
  }
}
