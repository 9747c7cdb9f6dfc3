// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// Errors that say how they are mended, where the mistake is a usual one.
@Suite struct KindErrorTests {
  private func first(_ file: ScheduleFile) throws -> Diagnostic {
    try #require(FilesFixture.load(file).diagnostics.first)
  }

  @Test(arguments: ["0 3 * * backup.sh", "0 3 * * /usr/bin/backup"])
  func `a line with a field too few says so at the command`(line: String) throws {
    let fault = try first(FilesFixture.crontab(line))
    #expect(fault.column == 9)
    #expect(fault.expected?.hasPrefix("five fields and then a command") == true)
  }

  @Test func `a field out of range is told its range, though the command is missing`() throws {
    #expect(try first(FilesFixture.crontab("0 25 * * *")).expected == "0-23")
  }

  @Test func `the shell's export is taken off`() throws {
    let fault = try first(FilesFixture.crontab("export PATH=/bin"))
    #expect(fault.suggestion == "PATH=/bin")
  }

  @Test(arguments: [
    ("schedule = \"@daily\"", "cron"), ("cmd = \"x\"", "command"), ("env = {}", "environment"),
    ("cwd = \"/\"", "directory"), ("tz = \"UTC\"", "timezone"), ("interval = \"5m\"", "every"),
  ])
  func `an option's name of elsewhere gets the one of here`(line: String, name: String) {
    let file = FilesFixture.jobFile("[jobs.a]\ncommand = \"x\"\n\(line)\n")
    let result = FilesFixture.load(file)
    #expect(result.diagnostics.map(\.suggestion) == [name])
  }

  @Test(arguments: [
    ("[jobs.a]\ncommand = x\n", "text in quotes"), ("[jobs.a]\ntimeout : 5\n", "key = value"),
    ("[jobs.a\ncommand = \"x\"\n", "[jobs.backup]"), ("[jobs.a]\n[jobs.a]\n", "once in a file"),
    ("[jobs.a]\nfrobnicate = 1\ncommand = \"x\"", "docs/schedules.md"),
    ("[defaults]\ncron = \"@daily\"\n", "[jobs.backup]"),
    ("[jobs.a]\nevery = \"999999999h\"\ncommand = \"x\"", "36525d"),
  ])
  func `what was expected is said`(text: String, expected: String) throws {
    let fault = try first(FilesFixture.jobFile(text))
    #expect(fault.expected?.contains(expected) == true, "\(fault.rendered)")
  }
}
