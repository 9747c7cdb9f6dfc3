// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// What a line of a crontab, and a variable of cronie's, say of how a job is run.
@Suite struct CrontabLineOptionTests {
  @Test func `the dash, -q and -n are options of their line alone`() throws {
    let result = FilesFixture.load(
      FilesFixture.crontab("-0 1 * * * a\n0 1 * * * b\n0 1 * * * -q c\n0 1 * * * -n d\n"))
    #expect(result.jobs.map { $0.rare?.isQuiet ?? false } == [true, false, true, false])
    #expect(result.jobs.map { $0.rare?.mailsOnlyFailures ?? false } == [false, false, false, true])
    #expect(result.job("app/b")?.options.value.rare == nil)
    let shown = try #require(result.job("app/d")).shownOptions.filter { $0.line != nil }
    #expect(shown == [ShownOption(key: "mail", text: "\"failures\"", line: 4)])
    let quiet = try #require(result.job("app/a")).shownOptions.filter { $0.line != nil }
    #expect(quiet == [ShownOption(key: "quiet", text: "true", line: 1)])
  }

  @Test func `RANDOM_DELAY is the jitter of the lines below, and 0 ends it`() throws {
    let result = FilesFixture.load(
      FilesFixture.crontab(
        "0 1 * * * a\nRANDOM_DELAY=15\n0 1 * * * b\nRANDOM_DELAY=0\n0 1 * * * c\n"
          + "RANDOM_DELAY=1440\nBEAT_JITTER=5s\n0 1 * * * d\n"),
      warnings: true)
    #expect(result.diagnostics.isEmpty, "\(FilesFixture.rendered(result))")
    #expect(
      result.jobs.map(\.options.value.jitter) == [.zero, .minutes(15), .zero, .seconds(5)])
    let shown = try #require(result.job("app/b")).shownOptions.first { $0.key == "jitter" }
    #expect(shown == ShownOption(key: "jitter", text: "15m", line: 2))
    #expect(
      result.job("app/b")?.options.value.surroundings.environment == [
        EnvironmentVariable(name: "RANDOM_DELAY", value: "15")
      ])
  }

  @Test func `a wrong RANDOM_DELAY is an error at its value, and the jobs below are provisional`() {
    let result = FilesFixture.load(FilesFixture.crontab("RANDOM_DELAY = 2h\n0 1 * * * a\n"))
    #expect(
      FilesFixture.rendered(result) == """
        /etc/app.cron:1:16: error: "2h" is no number of minutes from 0 to 1440 [E_RANGE]
        RANDOM_DELAY = 2h
                       ^~
          expected whole minutes, such as RANDOM_DELAY=15
        """)
    #expect(result.names == ["app/a"] && result.provisional == [JobName("app/a")!])
  }
}
