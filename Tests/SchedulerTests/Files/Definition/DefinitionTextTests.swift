// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Support
import Testing

@testable import Scheduler

/// Definitions as text: what is written is what is read.
@Suite struct DefinitionTextTests {
  private func parse(_ text: String) throws(DefinitionTextError) -> Job {
    try DefinitionText.parse(text, zones: FilesFixture.zones, defaultZone: .utc)
  }

  private func expectSame(_ job: Job) throws {
    let text = DefinitionText.render(job)
    let read = try parse(text)
    #expect(read == job, "\(text)")
    #expect(DefinitionText.render(read) == text)
  }

  private func sample(_ path: String) throws -> ScheduleFile {
    var root = URL(filePath: #filePath)
    for _ in 0..<5 { root.deleteLastPathComponent() }
    let bytes = Array(try Data(contentsOf: root.appending(path: path)))
    let name = String(path.split(separator: "/").last ?? "")
    let kind = ScheduleFile.kind(ofName: name) ?? .crontab
    return ScheduleFile(path: "/etc/\(name)", relativeName: name, kind: kind, bytes: bytes)
  }

  // MARK: The law

  @Test(arguments: 0..<20)
  func `whatever a schedule file can say comes back`(seed: Int) throws {
    var generator = try JobGenerator(seed: UInt64(seed), zones: FilesFixture.zones)
    for _ in 0..<100 { try expectSame(try generator.next()) }
  }

  @Test(
    arguments: [
      "schedules/app.toml": 3, "schedules/ordinary.cron": 1,
      "Tests/CronParserTests/Crontabs/user.txt": 13,
      "Tests/CronParserTests/Crontabs/system.txt": 20,
    ])
  func `the jobs of real files come back`(path: String, least: Int) throws {
    let result = FilesFixture.load(try sample(path))
    #expect(result.jobs.count >= least)
    for job in result.jobs { try expectSame(job) }
  }

  @Test func `every option has its line`() throws {
    var generator = try JobGenerator(seed: 1, zones: FilesFixture.zones)
    var keys: Set<String> = []
    for _ in 0..<300 {
      let text = DefinitionText.render(try generator.next())
      for entry in try TOMLDocument(Array(text.utf8)).entries { keys.insert(entry.key) }
    }
    #expect(Set(OptionTable.rows.map(\.key)).subtracting(keys) == [])
    #expect(Set(JobDefinition.ownKeys).subtracting(keys) == [])
  }

  // MARK: The text

  @Test func `a job of a job file is written in its words`() throws {
    let result = FilesFixture.load(
      FilesFixture.jobFile(
        """
        timezone = "Europe/Berlin"
        [jobs.backup]
        cron = "30 3 * * *"
        command = "pg_dump \\"app\\""
        directory = "data"
        environment = { LANG = "C", A = "" }
        timeout = "90m"
        retries = { max = 5, base = "1s", on = [75, "SIGTERM", "5xx"] }
        on-failure = ["mail:root", "job:tell"]
        [jobs.tell]
        exec = ["true", "x y"]
        """))
    #expect(
      result.jobs.map(DefinitionText.render) == [
        """
        name = "backup"
        cron = "30 3 * * *"
        timezone = "Europe/Berlin"
        command = "pg_dump \\"app\\""
        timeout = "1h30m"
        retries = { max = 5, backoff = "exponential", base = "1s", cap = "1h", jitter = "full", \
        on = [75, "SIGTERM", "5xx"] }
        directory = "/etc/data"
        environment = ["LANG=C", "A="]
        on-failure = ["mail:root", "job:tell"]
        source = { file = "/etc/jobs.toml", line = 2 }

        """,
        """
        name = "tell"
        timezone = "Europe/Berlin"
        exec = ["true", "x y"]
        source = { file = "/etc/jobs.toml", line = 10 }

        """,
      ])
  }

  @Test func `a line of a crontab is written with what its file gives it`() throws {
    let result = FilesFixture.load(
      FilesFixture.crontab("SHELL=bash\nA=\"x y\"\n@every 90s mail root%one%two\n"))
    #expect(
      DefinitionText.render(try #require(result.jobs.first)) == """
        name = "app/mail-root"
        every = "1m30s"
        schedule = "@every 90s"
        timezone = "UTC"
        command = "mail root"
        stdin = "one\\ntwo\\n"
        overlap = "allow"
        shell = "bash"
        environment = ["SHELL=bash", "A=x y"]
        source = { file = "/etc/app.cron", line = 3 }

        """)
  }

  @Test func `what H and a tilde came to is kept on another machine`() throws {
    var context = FilesFixture.context
    context.machineID = "m1"
    let file = FilesFixture.crontab("H H * * * /bin/a\n~ 3 L * * /bin/b\nH H H 1 * * x\n")
    let result = ScheduleSet.load(files: [file], context: context)
    #expect(result.jobs.count == 3)
    for job in result.jobs {
      try expectSame(job)
      let text = DefinitionText.render(job)
      #expect(text.contains("cron-image = ["))
      #expect(text.contains("schedule = \"\(job.scheduleText)\""))
    }
  }

  // MARK: Fingerprints

  @Test func `a fingerprint is that of the text, but for where it stands`() throws {
    var writer = DefinitionWriter()
    var generator = try JobGenerator(seed: 7, zones: FilesFixture.zones)
    var texts: [DefinitionFingerprint: String] = [:]
    for _ in 0..<300 {
      let job = try generator.next()
      let fingerprint = writer.write(job)
      #expect(writer.text == DefinitionText.render(job))
      #expect(fingerprint == DefinitionFingerprint(of: writer.text))
      let moved = Job(
        name: job.name, times: job.times, scheduleText: job.scheduleText, work: job.work,
        options: Shared(job.options.value), source: SourceLocation(file: "elsewhere", line: 77))
      #expect(writer.write(moved) == fingerprint)
      let text = writer.text
      #expect(texts.updateValue(text, forKey: fingerprint) ?? text == text)
    }
    #expect(texts.count > 250)
  }

  @Test func `a fingerprint is the same for ever`() throws {
    // The algorithm's published values for these texts.
    #expect(DefinitionFingerprint(of: "").rawValue == -3_750_763_034_362_895_579)
    #expect(DefinitionFingerprint(of: "a").rawValue == -5_808_556_873_153_909_620)
  }

  // MARK: Faults

  private static let whole = """
    name = "a"
    cron = "0 2 * * *"
    timezone = "Europe/Berlin"
    command = "true"
    environment = ["A=b"]
    source = { file = "/x", line = 1 }

    """

  @Test(
    arguments: [
      ("cron = \"0 2 * * *\"", "cron = \"0 25 * * *\"", DefinitionTextError.Kind.value, 2),
      ("cron = \"0 2 * * *\"", "cron-image = [0, 0, 0]", .value, 2),
      ("cron = \"0 2 * * *\"", "cron-image = [0, 1, 1, 1, 1, 1]", .value, 2),
      ("cron = \"0 2 * * *\"", "at = 3", .value, 2),
      ("cron = \"0 2 * * *\"", "every = \"0s\"", .value, 2),
      ("Europe/Berlin", "Europe/Atlantis", .zone, 3),
      ("command", "comand", .unknownKey, 4),
      ("command = \"true\"", "", .incomplete, 0),
      ("command = \"true\"", "exec = []", .value, 4),
      ("name = \"a\"", "name = \"a b\"", .value, 1), ("name = \"a\"", "", .incomplete, 0),
      ("timezone = \"Europe/Berlin\"", "", .incomplete, 0), ("A=b", "A", .value, 5),
      ("\"A=b\"]", "\"A=b\"", .syntax, 5), ("line = 1", "line = -1", .value, 6),
      (", line = 1", "", .incomplete, 0), ("\"true\"", "\"a\\u0000\"", .value, 4),
    ])
  func `what cannot be read is told`(
    part: String, other: String, kind: DefinitionTextError.Kind, line: Int
  ) throws {
    _ = try parse(Self.whole)
    let error = #expect(throws: DefinitionTextError.self) {
      try parse(Self.whole.replacing(part, with: other))
    }
    #expect(error?.kind == kind)
    if kind != .syntax { #expect(error?.line ?? 0 == line) }
    #expect(error?.description.contains("the stored definition cannot be read: ") == true)
  }

  @Test func `a damaged text is an error or another job, never a trap`() throws {
    var random = SeededGenerator(seed: 3)
    var generator = try JobGenerator(seed: 3, zones: FilesFixture.zones)
    var refused = 0
    for _ in 0..<400 {
      var bytes = Array(DefinitionText.render(try generator.next()).utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
        let index = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0x20...0x7E, using: &random)
        case 1: bytes.remove(at: index)
        default: bytes.removeSubrange(index...)
        }
      }
      do {
        let job = try parse(String(decoding: bytes, as: UTF8.self))
        _ = job.times.next(after: .epoch)
        _ = job.times.previous(before: .epoch)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 100)
  }
}
