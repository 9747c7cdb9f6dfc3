// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

@Suite struct JobFileErrorTests {
  @Test func `every fault of a file is told in one go, each at its own place`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile(
        """
        [jobs.report]
        cron = "0 60 * * *"
        comand = "x"
        \tpriority = 10

        [jobs.fine]
        command = "true"

        [jobs.clean]
        every = "5 parsecs"
        task = "session-cleanup"
        with = { n = inf }
        retries = { mx = 1, base = "0s" }
        timezone = "Europe/Berlni"
        """))
    #expect(result.names == ["fine"])
    #expect(
      FilesFixture.rendered(result) == """
        /etc/jobs.toml:2:11: error: hour 60 is out of range [E_RANGE]
        cron = "0 60 * * *"
                  ^~
          expected 0-23
        /etc/jobs.toml:3:1: error: unknown option "comand" [E_KEY]
        comand = "x"
        ^~~~~~
          did you mean "command"?
        /etc/jobs.toml:4:13: error: 10 is out of range for `priority` [E_RANGE]
        \tpriority = 10
        \t           ^~
          expected a whole number from 0 to 9
        /etc/jobs.toml:10:11: error: " parsecs" is not a unit of time [E_SYNTAX]
        every = "5 parsecs"
                  ^~~~~~~~
          expected ms, s, m, h, d or w
        /etc/jobs.toml:12:14: error: the number inf cannot be handed to a handler [E_RANGE]
        with = { n = inf }
                     ^~~
          expected a finite number
        /etc/jobs.toml:13:13: error: unknown option "mx" in `retries` [E_KEY]
        retries = { mx = 1, base = "0s" }
                    ^~
          expected max, backoff, base, cap, jitter or on
          did you mean "max"?
        /etc/jobs.toml:13:28: error: `base` cannot be "0s" [E_RANGE]
        retries = { mx = 1, base = "0s" }
                                   ^~~~
          expected more than nothing
        /etc/jobs.toml:14:12: error: there is no time zone "Europe/Berlni" \
        in /usr/share/zoneinfo [E_ZONE]
        timezone = "Europe/Berlni"
                   ^~~~~~~~~~~~~~~
          did you mean "Europe/Berlin"?
        """)
  }

  /// The lines of a job, the fault's kind, and the text that is marked.
  struct Row: Sendable, CustomTestStringConvertible {
    let table: String
    let category: CronSyntaxError.Category
    let marked: String
    var testDescription: String { String(table.prefix(50)) }
  }

  private static func row(
    _ option: String, _ category: CronSyntaxError.Category, _ marked: String
  ) -> Row {
    Row(table: "command = \"x\"\n\(option)", category: category, marked: marked)
  }

  static let rows = [
    row("tiemout = 5", .key, "tiemout"),
    row("timeout = -1", .key, "-1"), row("timeout = 0", .key, "0"),
    row("timeout = 1e3", .key, "1e3"), row("timeout = nan", .key, "nan"),
    row("timeout = \"5\"", .syntax, "5"), row("timeout = \"0s\"", .range, "\"0s\""),
    row("timeout = \"-5s\"", .syntax, "-"), row("timeout = \"\"", .syntax, "\""),
    row("timeout = true", .key, "true"), row("timeout = [\"5s\"]", .key, "[\"5s\"]"),
    row("retries = 2147483648", .range, "2147483648"), row("retries = -1", .range, "-1"),
    row("retries = 1.5", .range, "1.5"), row("retries = \"3\"", .key, "\"3\""),
    row("retries = { base = \"5s\" }", .key, "{ base = \"5s\" }"),
    row("retries = { max = 1000000 }", .range, "1000000"),
    row("retries = { max = 5, base = \"0s\" }", .range, "\"0s\""),
    row("retries = { max = 1, backoff = \"exp\" }", .key, "\"exp\""),
    row("overlap = \"forbit\"", .key, "\"forbit\""), row("overlap = \"\"", .key, "\"\""),
    row("catch-up = \"latset\"", .key, "\"latset\""),
    row("catch-up-limit = 0", .range, "0"), row("max-overlap = 0", .range, "0"),
    row("priority = 10", .range, "10"), row("priority = -1", .range, "-1"),
    row("success = []", .range, "[]"), row("success = [256]", .range, "256"),
    row("success = 0", .key, "0"), row("success = [\"0\"]", .key, "\"0\""),
    row("enabled = \"yes\"", .key, "\"yes\""), row("description = 5", .key, "5"),
    row("directory = \"\"", .syntax, "\"\""), row("directory = \"~/a\"", .syntax, "\"~/a\""),
    row(
      "directory = \"/\(String(repeating: "d", count: 5_000))\"", .limit,
      "\"/\(String(repeating: "d", count: 5_000))\""),
    row("directory = \"/a\\u0000b\"", .encoding, "\"/a\\u0000b\""),
    row("shell = \"bash\"", .syntax, "\"bash\""),
    row("environment = { A = 1 }", .key, "1"),
    row("environment = { \"A=B\" = \"1\" }", .environment, "\"A=B\""),
    row("environment = [\"A=1\"]", .key, "[\"A=1\"]"),
    row("exec = [\"x\"]", .key, "exec"), row("task = \"t\"", .key, "task"),
    row("with = {}", .key, "with"), row("cron = 5", .key, "5"),
    row("cron = \"0 0 31 2 *\"", .never, "31 2"),
    row("cron = \"* * *\\t* 8\"", .range, "\"* * *\\t* 8\""),
    row("cron = \"@yeerly\"", .syntax, "@yeerly"),
    row("cron = \"* * * * *\"\nevery = \"5m\"", .key, "every"),
    row("every = 5", .key, "5"), row("every = \"0s\"", .range, "0s"),
    row("every-after = \"-1s\"", .syntax, "-"),
    row("at = 2027-01-01T00:00:00", .key, "2027-01-01T00:00:00"),
    row("at = 2027-01-01", .key, "2027-01-01"), row("at = []", .never, "[]"),
    row("at = \"tomorrow\"", .syntax, "\"tomorrow\""), row("at = [5]", .key, "5"),
    row("anchor = 2027-01-01T00:00:00Z", .key, "anchor"),
    row("cron = \"* * * * *\"\nfirst = \"now\"", .key, "first"),
    row("every = \"1m\"\nfirst = \"soon\"", .key, "\"soon\""),
    row(
      "starts = 2027-01-02T00:00:00Z\nends = 2027-01-02T00:00:00Z", .never, "2027-01-02T00:00:00Z"),
    row("timezone = \"Mars/Phobos\"", .zone, "\"Mars/Phobos\""),
    row("timezone = \"../../etc/passwd\"", .zone, "\"../../etc/passwd\""),
    row("timezone = \"\"", .zone, "\"\""), row("timezone = 1", .key, "1"),
    Row(table: "command = \"\"", category: .syntax, marked: "\"\""),
    Row(table: "command = \" \"", category: .syntax, marked: "\" \""),
    Row(table: "command = [\"x\"]", category: .key, marked: "[\"x\"]"),
    Row(table: "exec = \"x\"", category: .key, marked: "\"x\""),
    Row(table: "exec = []", category: .key, marked: "[]"),
    Row(table: "exec = [\"\"]", category: .syntax, marked: "\"\""),
    Row(table: "exec = [1]", category: .key, marked: "1"),
    Row(table: "task = \"t\"\nwith = 1", category: .key, marked: "1"),
    Row(table: "task = \"t\"\nstdin = \"x\"", category: .key, marked: "stdin"),
    Row(table: "cron = \"* * * * *\"", category: .key, marked: "j"),
  ]

  @Test(arguments: rows)
  func `a fault of an option is told at its place, and the other job stands`(row: Row) throws {
    let text = "[jobs.j]\n\(row.table)\n[jobs.other]\ncommand = \"x\"\n"
    let result = FilesFixture.load(FilesFixture.jobFile(text))
    let fault = try #require(result.diagnostics.first)
    #expect(result.diagnostics.count == 1, "\(FilesFixture.rendered(result))")
    #expect(fault.category == row.category, "\(fault.rendered)")
    let line = Array((fault.sourceLine ?? "").unicodeScalars)
    let marked = line.dropFirst(fault.column - 1).prefix(fault.length)
    #expect(String(String.UnicodeScalarView(marked)) == row.marked, "\(fault.rendered)")
    #expect(result.names == ["other"])
    #expect(result.broken.map(\.identity) == [.job(JobName("j")!)])
  }

  @Test(
    arguments: [
      ("job = {}", "jobs"), ("timezon = \"UTC\"", "timezone"), ("[default]", "defaults"),
      ("[defaults]\nretrys = 1", "retries"),
    ])
  func `a misspelt key that jobs would inherit holds back all jobs of the file`(
    text: String, suggestion: String
  ) {
    let result = FilesFixture.load(
      FilesFixture.jobFile("\(text)\n[jobs.a]\ncommand = \"x\""),
      FilesFixture.jobFile("[jobs.b]\ncommand = \"x\"", "b.toml"))
    #expect(result.diagnostics.map(\.suggestion) == [suggestion])
    #expect(result.names == ["b"])
    #expect(result.broken.map(\.identity) == [.job(JobName("a")!)])
  }

  @Test func `a key that nothing is like holds nothing back`() {
    let result = FilesFixture.load(FilesFixture.jobFile("x = 1\n[jobs.a]\ncommand = \"x\""))
    #expect(result.diagnostics.map(\.category) == [.key])
    #expect(result.names == ["a"])
  }

  @Test func `a key that belongs to one job is refused in the defaults`() {
    let result = FilesFixture.load(FilesFixture.jobFile("[defaults]\ncommand = \"x\""))
    #expect(result.diagnostics.map(\.category) == [.key])
  }

  @Test func `a file that is no TOML is broken whole, and the next stands`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile("[jobs.a]\ncommand = \"x\n"),
      FilesFixture.jobFile("[jobs.b]\ncommand = \"x\"", "b.toml"))
    #expect(result.brokenFiles == ["/etc/jobs.toml"])
    #expect(result.names == ["b"])
    #expect(
      FilesFixture.rendered(result) == """
        /etc/jobs.toml:2:13: error: the string is not closed on its line [E_SYNTAX]
        command = "x
                    ^
          expected its closing quote, or \"\"\" for text of several lines
        """)
  }

  @Test(
    arguments: [
      "\"\"", "\"a b\"", "\"a\\u001Bb\"", "\"a\\nb\"", "\"\\u202Ea\"", "\"-a\"",
      "\"\(String(repeating: "n", count: 300))\"",
    ])
  func `a name that cannot be one is refused`(key: String) {
    let result = FilesFixture.load(FilesFixture.jobFile("[jobs.\(key)]\ncommand = \"x\""))
    #expect(result.diagnostics.count == 1)
    #expect([.syntax, .limit].contains(result.diagnostics.first?.category))
    #expect(result.jobs.isEmpty)
    #expect(!FilesFixture.rendered(result).unicodeScalars.contains("\u{202E}"))
  }

  @Test func `jobs may be named with slashes, dots and markup, which nothing interprets`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile("[jobs.\"a/b\"]\ncommand = \"x\"\n[jobs.\"..\"]\ncommand = \"x\""))
    #expect(result.names == ["a/b", ".."])
  }

  @Test func `an unknown handler is told where the handlers are known`() {
    var context = FilesFixture.context
    context.handlers = ["session-cleanup", "report-aggregation"]
    let file = FilesFixture.jobFile("[jobs.a]\ntask = \"sesion-cleanup\"")
    let result = ScheduleSet.load(files: [file], context: context)
    #expect(result.diagnostics.map(\.suggestion) == ["session-cleanup"])
    #expect(ScheduleSet.load(files: [file], context: FilesFixture.context).names == ["a"])
  }

  @Test func `twelve hundred faults are counted, not all kept`() {
    let text = "[jobs.a]\n" + (0..<1_200).map { "k\($0) = 1\n" }.joined()
    let result = FilesFixture.load(FilesFixture.jobFile(text))
    #expect(result.diagnostics.count == DiagnosticSink.limit + 1)
    #expect(result.diagnostics.last?.message.hasPrefix("201 more") == true)
  }
}
