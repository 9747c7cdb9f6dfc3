// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Support
import Testing

@testable import beatctl

@Suite struct ExplainTests {
  private struct Read: Decodable {
    struct Rule: Decodable { let rule: String }
    struct Field: Decodable, Equatable {
      let name: String
      let text: String?
      let values: String
    }
    struct Process: Decodable {
      let kind: String
      let arguments: [String]
      let stdin: String?
      let environment: [String: String]
      let directory: String
    }
    struct Task: Decodable {
      let name: String
      let with: JSONValue
    }
    let job: String?
    let description: String
    let timezone: String
    let fields: [Field]?
    let day_rule: Rule?
    let daylight_saving: Rule
    let next: [Instant]
    let process: Process?
    let task: Task?
    let options: [String: String]?
    let warnings: [Warning]
    struct Warning: Decodable { let message: String }
  }

  private func explain(_ arguments: String...) throws -> Read {
    let answer = Bench().run(all: ["explain"] + arguments + ["--json"])
    try #require(answer.code == .done, "\(answer.errors)")
    return try APICoder.decode(Read.self, from: Array(answer.output.utf8))
  }

  @Test func `an expression is told by field, with its rules and its next five fires`() throws {
    let read = try explain("30 3 1,15 * mon-fri", "--tz", "Europe/Berlin")
    #expect(read.description == "at 03:30 on the 1st and 15th, and on weekdays")
    #expect(
      read.fields?.map(\.values) == ["30", "3", "1 and 15", "every month", "Monday to Friday"])
    #expect(read.fields?.map(\.text) == ["30", "3", "1,15", "*", "mon-fri"])
    #expect(read.day_rule?.rule == "either")
    #expect(read.daylight_saving.rule == "wall-clock")
    #expect(read.next.count == 5)
    #expect(read.process == nil)
  }

  @Test(arguments: [
    ("*/5 3 * * *", "both", "real-time"), ("0 * * * 1", "both", "real-time"),
    ("0 3 */2 * 1", "both", "wall-clock"), ("0 3 1 * 1", "either", "wall-clock"),
  ])
  func `a star decides how days are joined, and what a clock change does`(
    text: String, days: String, clock: String
  ) throws {
    let read = try explain(text)
    #expect(read.day_rule?.rule == days)
    #expect(read.daylight_saving.rule == clock)
  }

  @Test func `a macro and an interval are told, too`() throws {
    #expect(try explain("@daily").fields?.map(\.text) == [nil, nil, nil, nil, nil])
    let every = try explain("@every 90s")
    #expect(every.fields == nil)
    #expect(every.daylight_saving.rule == "none")
    #expect(every.next.count == 5)
    #expect(try explain("@reboot").next.isEmpty)
  }

  @Test func `many values at even steps are told in short`() throws {
    #expect(try explain("*/2 0 * * *").fields?.first?.values == "0, 2, 4, … 58")
    #expect(
      try explain("0 0 L * 5#2").fields?.map(\.values).suffix(3) == [
        "the last day of the month", "every month", "the 2nd Friday of the month",
      ])
  }

  @Test func `a line's command and standard input are what the shell would get`() throws {
    let read = try explain(#"@daily  mail -s 'a \% b' root%hello%world"#)
    let process = try #require(read.process)
    #expect(process.kind == "command")
    #expect(process.arguments == ["/bin/sh", "-c", "mail -s 'a % b' root"])
    #expect(process.stdin == "hello\nworld\n")
    #expect(process.environment["BEAT_TRIGGER"] == "schedule")
    #expect(process.directory.hasPrefix("/"))
    #expect(read.job == nil)
  }

  @Test func `a line of a file is read with what stands above it`() throws {
    let folder = TemporaryFolder()
    do {
      let path = folder.path("night.cron")
      try TextFile.write(
        "SHELL=/bin/bash\nCRON_TZ=Asia/Tokyo\n# why\n0 1 * * * one\nA=\"b c\"\n0 2 * * * two\n",
        to: path)
      let read = try explain("-f", path, "6")
      #expect(read.job == "night/two")
      #expect(read.timezone == "Asia/Tokyo")
      #expect(read.process?.arguments == ["/bin/bash", "-c", "two"])
      #expect(read.process?.environment["A"] == "b c")
      #expect(try explain("-f", path, "4").process?.environment["A"] == nil)
      let other = Bench().run("explain", "-f", path, "3")
      #expect(other.code == .noSuch)
      #expect(other.errors.contains("jobs stand on line 4, 6"))
    }
  }

  @Test func `a job of the daemon's is explained from its file, and by the daemon's instants`()
    throws
  {
    let folder = TemporaryFolder()
    do {
      let path = folder.path("app.toml")
      try TextFile.write(
        "[jobs.a]\ncron = \"0 2 * * *\"\nexec = [\"true\", \"x y\"]\nstdin = \"in\"\n", to: path)
      let bench = Bench()
      var detail = JobDetail(
        summary: JobSummary(name: "sub/a", schedule: "0 2 * * *", timezone: "Europe/Berlin"),
        work: WorkSummary(kind: "exec", text: "true x y"))
      detail.source = SourceSummary(file: path, line: 1)
      try bench.daemon.on("GET /v1/jobs/sub%2Fa", detail)
      let from = PercentEncoding.encode(Bench.now.rfc3339)
      try bench.daemon.on(
        "GET /v1/jobs/sub%2Fa/next?count=5&from=\(from)", NextReply(next: [Bench.now]))
      let answer = bench.run("explain", "sub/a", "--json")
      try #require(answer.code == .done, "\(answer.errors)")
      let read = try APICoder.decode(Read.self, from: Array(answer.output.utf8))
      #expect(read.job == "sub/a")
      #expect(read.process?.arguments == ["true", "x y"])
      #expect(read.process?.stdin == "in")
      #expect(read.process?.environment["BEAT_JOB"] == "sub/a")
      #expect(read.next == [Bench.now])
      #expect(read.timezone == "Europe/Berlin")
    }
  }

  @Test func `a job whose file is gone is explained as far as the daemon tells`() throws {
    let bench = Bench()
    var detail = JobDetail(
      summary: JobSummary(name: "a", schedule: "0 2 * * *", timezone: "UTC"),
      work: WorkSummary(kind: "task", text: "tidy", with: .object(["n": .integer(1)])))
    detail.source = SourceSummary(file: "/nowhere/app.toml", line: 1)
    try bench.daemon.on("GET /v1/jobs/a", detail)
    let from = PercentEncoding.encode(Bench.now.rfc3339)
    try bench.daemon.on("GET /v1/jobs/a/next?count=5&from=\(from)", NextReply(next: []))
    let answer = bench.run("explain", "a")
    #expect(answer.code == .done)
    #expect(answer.output.contains("at 02:00 every day"))
    #expect(answer.output.contains("tidy"))
  }

  @Test func `of a request it is shown what is sent`() throws {
    let folder = TemporaryFolder()
    let path = folder.path("app.toml")
    try TextFile.write(
      """
      [jobs.a]
      cron = "0 2 * * *"
      http = { url = "http://a/b", body = "hello", headers = { X-Key = "k" } }
      """, to: path)
    let answer = Bench().run("explain", "-f", path, "3")
    try #require(answer.code == .done, "\(answer.errors)")
    for line in ["POST http://a/b", "X-Key: k", "Beat-Job: a", "Beat-Attempt: 1", "hello"] {
      #expect(answer.output.contains(line), "\(answer.output)")
    }
    let bench = Bench()
    var detail = JobDetail(
      summary: JobSummary(name: "a", schedule: "0 2 * * *", timezone: "UTC"),
      work: WorkSummary(kind: "http", text: "GET http://a/b"))
    detail.source = SourceSummary(file: "/nowhere/app.toml", line: 1)
    try bench.daemon.on("GET /v1/jobs/a", detail)
    let from = PercentEncoding.encode(Bench.now.rfc3339)
    try bench.daemon.on("GET /v1/jobs/a/next?count=5&from=\(from)", NextReply(next: []))
    #expect(bench.run("explain", "a").output.contains("GET http://a/b"))
  }

  @Test func `what is wrong is shown where it stands`() {
    let expression = Bench().run("explain", "0 61 * * *")
    #expect(expression.code == .usage)
    #expect(expression.errors.contains("^~"))
    let line = Bench().run("explain", "0 61 * * * echo hello")
    #expect(line.code == .usage)
    #expect(line.errors.contains("out of range"))
    #expect(Bench().run("explain", "-f", "/nowhere", "1").code == .failed)
    #expect(Bench().run("explain", "-f", "/nowhere", "one").code == .usage)
  }

  @Test(arguments: [
    ("*/7 * * * *", "does not divide 60"), ("* 5 * * *", "runs 60 times"),
    ("0 5 1 * 1", "both restricted"), ("0 0 L * *", "not portable"),
    ("0 30 3 * * *", "6 fields: the first one is the second"),
    ("0 30 3 * * * 2030", "7 fields: the first one is the second, the last one the year"),
    ("@every 5m", "not portable"), ("0 5 * * * * backup", "looks like a sixth field"),
    ("0 5 * * * echo %d", "the command ends at this `%`"),
  ])
  func `it warns as check does`(text: String, warning: String) throws {
    let read = try explain(text, "--tz", "UTC")
    #expect(read.warnings.contains { $0.message.contains(warning) }, "\(read.warnings)")
    #expect(Bench().run("explain", text).output.contains("\nwarning"))
  }

  @Test func `what is as it should be is not warned of`() throws {
    for text in ["30 3 * * mon-fri", "@daily", "*/5 * * * * /bin/true"] {
      #expect(try explain(text, "--tz", "UTC").warnings.isEmpty)
    }
  }

  @Test func `a line's dash and options are among its options`() throws {
    let read = try explain("-0 5 * * * -n backup", "--tz", "UTC")
    #expect(read.options == ["quiet": "true", "mail": "\"failures\""])
    #expect(read.process?.arguments.last == "backup")
  }

  @Test func `H of a job in a folder goes by its whole name`() throws {
    let folder = TemporaryFolder()
    do {
      let path = folder.path("night.cron")
      try TextFile.write("H H * * * one\n", to: path)
      let bench = Bench()
      var detail = JobDetail(
        summary: JobSummary(name: "sub/deep/night/one", schedule: "H H * * *", timezone: "UTC"),
        work: WorkSummary(kind: "command", text: "one"))
      detail.source = SourceSummary(file: path, line: 1)
      try bench.daemon.on("GET /v1/jobs/sub%2Fdeep%2Fnight%2Fone", detail)
      let from = PercentEncoding.encode(Bench.now.rfc3339)
      try bench.daemon.on(
        "GET /v1/jobs/sub%2Fdeep%2Fnight%2Fone/next?count=5&from=\(from)", NextReply(next: []))
      let answer = bench.run("explain", "sub/deep/night/one", "--json")
      try #require(answer.code == .done, "\(answer.errors)")
      let read = try APICoder.decode(Read.self, from: Array(answer.output.utf8))
      let seed = SpreadSeed(jobName: "sub/deep/night/one", machineID: "")
      let own = try Schedule(crontab: "H H * * *", spread: seed)
      #expect(read.description == own.description)
      let short = SpreadSeed(jobName: "night/one", machineID: "")
      #expect(try Schedule(crontab: "H H * * *", spread: short) != own)
    }
  }
}
