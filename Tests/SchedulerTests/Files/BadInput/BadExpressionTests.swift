// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// B001 to B030: lines and their schedules.
@Suite struct BadExpressionTests {
  static let rows = [
    BadInput("B001", "* * * *", .syntax),
    BadInput("B002", "", .taken), BadInput("B002", "# nothing", .taken),
    BadInput("B003", "60 * * * * x", .range), BadInput("B004", "* 24 * * * x", .range),
    BadInput("B005", "* * 0 * * x", .range), BadInput("B005", "* * 32 * * x", .range),
    BadInput("B006", "* * * 0 * x", .range), BadInput("B006", "* * * 13 * x", .range),
    BadInput("B007", "* * * * 8 x", .range), BadInput("B007", "* * * * 7 x", .taken),
    // A `-` before the minute is cronie's for a quiet job.
    BadInput("B008", "-1 * * * * x", .taken),
    // Ranges go round the end.
    BadInput("B009", "5-1 * * * * x", .taken),
    BadInput("B010", "*/0 * * * * x", .range),
    // A step longer than the field leaves its first value.
    BadInput("B011", "*/61 * * * * x", .taken),
    BadInput("B012", "1,,2 * * * * x", .syntax), BadInput("B012", ",1 * * * * x", .syntax),
    BadInput("B012", "1, * * * * x", .syntax),
    BadInput("B013", "1- * * * * x", .syntax), BadInput("B013", "* -5 * * * x", .syntax),
    BadInput("B013", "1-2-3 * * * * x", .syntax),
    BadInput("B014", "1//2 * * * * x", .syntax), BadInput("B014", "/5 * * * * x", .syntax),
    BadInput("B014", "5/ * * * * x", .syntax),
    BadInput("B015", "*5 * * * * x", .syntax), BadInput("B015", "** * * * * x", .syntax),
    BadInput("B015", "*-5 * * * * x", .syntax),
    BadInput("B016", "1.5 * * * * x", .syntax),
    BadInput("B017", "0x1F * * * * x", .syntax), BadInput("B017", "1e1 * * * * x", .syntax),
    BadInput("B017", "+5 * * * * x", .syntax),
    BadInput("B018", "99999999999999999999 * * * * x", .range),
    BadInput("B019", "0-4294967296 * * * * x", .range),
    BadInput("B020", "٣ * * * * x", .syntax), BadInput("B020", "１ * * * * x", .syntax),
    BadInput("B021", "* * * foo * x", .syntax), BadInput("B021", "* * * * funday x", .syntax),
    BadInput("B022", "* * * jan-mon * x", .syntax),
    BadInput("B023", "0 0 31 2 * x", .never), BadInput("B023", "0 0 30 2 * x", .never),
    BadInput("B023", "0 0 31 4,6,9,11 * x", .never),
    BadInput("B024", "0 0 29 2 * x", .taken),
    // A crontab line has five fields: the command begins at the sixth word.
    BadInput("B025", "* * * * * * * * x", .taken),
    BadInput("B026", "@yeerly x", .syntax), BadInput("B026", "@ x", .syntax),
    BadInput("B026", "@every", .syntax), BadInput("B026", "@every -5m x", .syntax),
    BadInput("B026", "@every 0s x", .range), BadInput("B026", "@every 1e99h x", .syntax),
    BadInput("B027", "@every 9999999999999999h x", .range),
    BadInput("B027", "@every 999999999h x", .range), BadInput("B027", "@every 36526d x", .range),
    BadInput("B027", "@every 36525d x", .taken),
    // The letters of Quartz and Jenkins are taken.
    BadInput("B028", "H H * * * x", .taken), BadInput("B028", "0 0 L * * x", .taken),
    BadInput("B028", "0 0 * * L x", .syntax), BadInput("B028", "0 0 H(30-31) 4 * x", .never),
    BadInput("B028", "0 0 15W * * x", .taken), BadInput("B028", "0 0 * * 5#6 x", .range),
    BadInput("B029", "* * * * *", .syntax),
    BadInput("B030", "* * * * *    ", .syntax), BadInput("B030", "* * * * * %", .syntax),
  ]

  @Test(arguments: rows)
  func `a bad schedule has its outcome, and the lines round it run`(row: BadInput) {
    row.expectInCrontab()
  }

  @Test func `B008: the dash is not part of the minute`() throws {
    let result = FilesFixture.load(FilesFixture.crontab("-1 * * * * x"))
    let job = try #require(result.jobs.first)
    let start = try #require(Instant(rfc3339: "2027-01-01T00:30:00Z"))
    #expect(job.times.next(after: start) == Instant(rfc3339: "2027-01-01T01:01:00Z"))
  }

  @Test func `B024: the 29th of February is found over 2100, which has none`() throws {
    let result = FilesFixture.load(FilesFixture.crontab("0 0 29 2 * x"))
    let job = try #require(result.jobs.first)
    let last = try #require(Instant(rfc3339: "2096-02-29T00:00:00Z"))
    #expect(job.times.next(after: last) == Instant(rfc3339: "2104-02-29T00:00:00Z"))
  }
}
