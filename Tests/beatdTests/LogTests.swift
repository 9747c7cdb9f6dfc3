// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Testing

@testable import beatd

@Suite struct LogTests {
  @Test func `an event is one line, whatever its fields hold`() {
    let line = Log.line(
      .warning, "attempt failed",
      [LogField("job", "a/b"), LogField("error", "x\n2026 beatd: job \"y\" ok\u{1B}[2J\u{202E}")],
      at: .epoch, isJournal: false)
    #expect(
      line == "1970-01-01T00:00:00.000Z warning attempt failed job=a/b "
        + #"error="x\n2026 beatd: job \"y\" ok\u{1b}[2J\u{202e}""# + "\n")
  }

  @Test func `under journald a line begins with its priority and has no time of its own`() {
    let line = Log.line(.error, "ended", [], at: .epoch, isJournal: true)
    #expect(line == "<3>ended\n")
  }

  @Test func `plain values stand without quotes, empty ones with`() {
    #expect(LogField("took", "4ms").text == "took=4ms")
    #expect(LogField("note", "").text == "note=\"\"")
    #expect(LogField("note", "zwölf Uhr").text == "note=\"zwölf Uhr\"")
  }

  @Test func `a job that asks for quiet is quiet until the schedules say otherwise`() throws {
    let log = Log(environment: [:])
    let (quiet, other) = (try #require(JobName("quiet")), try #require(JobName("other")))
    log.keepQuiet(of: [quiet])
    #expect(log.isQuiet(quiet) && !log.isQuiet(other))
    log.keepQuiet(of: [])
    #expect(!log.isQuiet(quiet))
  }
}
