// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@Suite struct `Schedules in English` {
  @Test(arguments: [
    ("30 4 1,15 * 5", "at 04:30 on the 1st and 15th, and on Fridays"),
    ("* * * * *", "every minute"),
    ("*/5 * * * *", "every 5 minutes"),
    ("*/7 * * * *", "at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour"),
    ("0 * * * *", "every hour"),
    ("15 */2 * * *", "every 2 hours at minute 15"),
    ("0 9-17 * * 1-5", "at minute 0 of hours 09 to 17 on Mondays to Fridays"),
    ("*/10 8,9 * * *", "every 10 minutes of hours 08 and 09"),
    ("0 0 * * *", "at 00:00 every day"),
    ("0 6,18 * * *", "at 06:00 and 18:00 every day"),
    ("0 0 29 2 *", "at 00:00 on the 29th in February"),
    ("15 3 * 1-3 0", "at 03:15 on Sundays in January to March"),
    (
      "0 0 */2 * 1",
      "at 00:00 on every 2nd day of the month from the 1st where that is also on Mondays"
    ),
    ("0 0 * * fri-mon", "at 00:00 on Mondays and Fridays to Sundays"),
    ("0 0 1-31 * 1", "at 00:00 every day"),
    ("*/10 * * * * *", "every 10 seconds"),
    ("30 0 12 * * ?", "at 12:00:30 every day"),
    (
      "0,30 */5 9 * * *",
      "every 30 seconds of minutes 0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50 and 55 of hour 09"
    ),
    ("0 0 12 L * ? 2027-2029", "at 12:00 on the last day of the month in 2027 to 2029"),
    (
      "0 9 15W,LW * *",
      "at 09:00 on the working day (Monday to Friday) nearest the 15th "
        + "and on the last working day (Monday to Friday) of the month"
    ),
    (
      "0 9 L-3 * FRI#2",
      "at 09:00 on the day 3 days before the last of the month, and on the 2nd Friday of the month"
    ),
    ("0 9 ? * 5L", "at 09:00 on the last Friday of the month"),
    ("@every 1h30m", "every 1 hour 30 minutes"),
    ("@every 1h", "every hour"),
    ("@reboot", "once after each boot"),
    ("@weekly", "at 00:00 on Sundays"),
  ])
  func `a crontab's schedule reads as a sentence`(text: String, expected: String) throws {
    #expect(try Schedule(crontab: text).description == expected)
  }

  @Test func `schedules that are no crontab's read as sentences too`() throws {
    let first = try #require(Instant(rfc3339: "2027-01-01T09:00:00+01:00"))
    let interval = IntervalSchedule(period: .minutes(10), anchor: first)
    #expect(
      Schedule.every(interval).description
        == "every 10 minutes, counted from 2027-01-01T08:00:00.000Z")
    #expect(Schedule.at([first]).description == "at 2027-01-01T08:00:00.000Z")
    #expect(
      Schedule.at([first, first + .hours(1)]).description
        == "at 2 instants from 2027-01-01T08:00:00.000Z to 2027-01-01T09:00:00.000Z")
    #expect(
      Schedule.everyAfter(.minutes(10), firstNow: false).description
        == "10 minutes after the last run has ended")
    #expect(Schedule.manual.description == "only when triggered")
  }
}
