// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

@Suite struct CrontabWarningTests {
  private func warnings(_ text: String) -> String {
    FilesFixture.rendered(FilesFixture.load(FilesFixture.crontab(text), warnings: true))
  }

  @Test func `warnings are given where they are asked for, and their jobs are loaded`() {
    let text = "TZ=UTC\n*/100 22-2 * * fri-mon x\n* * * * * * true\n"
    let loaded = FilesFixture.load(FilesFixture.crontab(text), warnings: true)
    #expect(loaded.jobs.count == 2)
    #expect(FilesFixture.load(FilesFixture.crontab(text)).diagnostics.isEmpty)
    #expect(
      FilesFixture.rendered(loaded) == """
        /etc/app.cron:1:1: warning: TZ is only the command's environment; \
        it does not move the schedule
        TZ=UTC
        ^~
          did you mean "CRON_TZ"?
        /etc/app.cron:2:1: warning: the step of `*/100` is longer than the field: \
        only its first value is left
        */100 22-2 * * fri-mon x
        ^~~~~
        /etc/app.cron:2:7: warning: `22-2` goes round the end; other crons never fire it
        */100 22-2 * * fri-mon x
              ^~~~
        /etc/app.cron:2:16: warning: `fri-mon` goes round the end; other crons never fire it
        */100 22-2 * * fri-mon x
                       ^~~~~~~
        /etc/app.cron:3:11: warning: the command begins with "*", which looks like a sixth field
        * * * * * * true
                  ^
          expected five fields: a crontab has no seconds
        """)
  }

  @Test func `a percent sign that cuts a date format is pointed at`() {
    #expect(
      warnings("0 3 * * * tar czf /b/$(date +%Y-%m).tgz /x") == """
        /etc/app.cron:1:30: warning: the command ends at this `%`; the rest is its standard input
        0 3 * * * tar czf /b/$(date +%Y-%m).tgz /x
                                     ^
          did you mean "\\%"?
        """)
    #expect(warnings("0 3 * * * date +\\%Y") == "")
    #expect(warnings("0 3 * * * mail -s x root%Hello%") == "")
  }

  @Test func `carriage returns and a byte order mark are told once`() {
    let text = warnings("\u{FEFF}0 1 * * * a\r\n0 1 * * * b\r\n")
    #expect(text.contains("byte order mark was dropped"))
    #expect(text.contains("the \\r before line ends was dropped"))
    #expect(!text.contains("\r"))
  }

  @Test func `a name that names no line is told`() {
    #expect(warnings("0 1 * * * a\nBEAT_NAME=x\n").contains("this BEAT_NAME names no line"))
    #expect(warnings("BEAT_NAME=x\nBEAT_NAME=y\n0 1 * * * a\n").contains(":1:1: warning"))
  }

  @Test(
    arguments: [
      "0 1 * * * /usr/bin/x", "5-55/10 * * * mon-fri 7z a b", "*/15 * * * sat-7 x",
      "* * * * * 2to3 x", "@daily 5 x", "0 0 1,15 * * x -n 5\\%",
    ])
  func `ordinary lines have no warnings`(line: String) { #expect(warnings(line) == "") }

  @Test func `a job whose last instant has passed is told`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile("[jobs.a]\nat = 2020-01-01T00:00:00Z\ncommand = \"x\""), warnings: true)
    #expect(result.diagnostics.map(\.severity) == [.warning])
    #expect(result.names == ["a"])
  }
}
