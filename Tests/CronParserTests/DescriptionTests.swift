// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@Suite struct `Schedules in English` {
  @Test(arguments: [
    ("* * * * *", "every minute"),
    ("*/5 * * * *", "every 5 minutes"),
    ("*/15 * * * *", "every 15 minutes"),
    ("*/7 * * * *", "every 7 minutes from minute 0 to 56 of every hour"),
    ("7-59/15 * * * *", "at minutes 7, 22, 37 and 52 of every hour"),
    ("2/5 * * * *", "every 5 minutes from minute 2 of every hour"),
    ("0,30 * * * *", "every 30 minutes"),
    ("15,45 * * * *", "at minutes 15 and 45 of every hour"),
    ("1,5,17 * * * *", "at minutes 1, 5 and 17 of every hour"),
    ("10-20 * * * *", "every minute from minute 10 to 20 of every hour"),
    ("10-20 9 * * *", "every minute from 09:10 to 09:20"),
    ("0 * * * *", "every hour"),
    ("15 * * * *", "every hour at minute 15"),
    ("0 */2 * * *", "every 2 hours"),
    ("15 */2 * * *", "every 2 hours at minute 15"),
    ("0 */5 * * *", "every 5 hours from 00:00 to 20:00"),
    ("0 2/4 * * *", "every 4 hours from 02:00 to 22:00"),
    ("0 0 * * *", "at 00:00 every day"),
    ("0 9 * * 1-5", "at 09:00 on weekdays"),
    ("0 9-17 * * 1-5", "every hour from 09:00 to 17:00 on weekdays"),
    ("30 9-17 * * mon-fri", "every hour from 09:30 to 17:30 on weekdays"),
    ("*/15 9-17 * * 1-5", "every 15 minutes from 09:00 to 17:45 on weekdays"),
    ("*/10 8,9 * * *", "every 10 minutes from 08:00 to 09:50"),
    ("*/10 8,10 * * *", "every 10 minutes of the hours 08 and 10"),
    ("*/20 9 * * *", "at 09:00, 09:20 and 09:40 every day"),
    ("*/7 9 * * *", "every 7 minutes from 09:00 to 09:56"),
    ("*/7 9-17 * * *", "every 7 minutes from minute 0 to 56 of the hours 09 to 17"),
    ("* 9 * * *", "every minute from 09:00 to 09:59"),
    ("* 9-17 * * *", "every minute from 09:00 to 17:59"),
    ("* 22-2 * * *", "every minute from 22:00 to 02:59"),
    ("0 22-2 * * *", "every hour from 22:00 to 02:00"),
    ("0 8-18/2 * * *", "every 2 hours from 08:00 to 18:00"),
    ("0 6,18 * * *", "at 06:00 and 18:00 every day"),
    ("0 6,12,18 * * *", "at 06:00, 12:00 and 18:00 every day"),
    ("0,30 6,12,18 * * *", "at 06:00, 06:30, 12:00, 12:30, 18:00 and 18:30 every day"),
    ("5,20,50 6,12,18 * * *", "at minutes 5, 20 and 50 of the hours 06, 12 and 18"),
    ("0 1,2,3,7,9,15,20 * * *", "at 01:00, 02:00, 03:00, 07:00, 09:00, 15:00 and 20:00 every day"),
    ("30 4 1,15 * 5", "at 04:30 on the 1st and 15th, and on Fridays"),
    ("0 0 1 * *", "at 00:00 on the 1st of each month"),
    ("0 0 L * *", "at 00:00 on the last day of the month"),
    ("0 0 L-1 * *", "at 00:00 on the last day but one of the month"),
    ("0 9 L-3 * *", "at 09:00 on the 3rd day before the last of the month"),
    ("0 9 LW * *", "at 09:00 on the last weekday (Monday to Friday) of the month"),
    ("0 9 15W * *", "at 09:00 on the weekday (Monday to Friday) nearest the 15th"),
    (
      "0 9 L-2W * *",
      "at 09:00 on the weekday (Monday to Friday) nearest the 2nd day before the last "
        + "of the month"
    ),
    (
      "0 9 15W,LW * *",
      "at 09:00 on the weekday (Monday to Friday) nearest the 15th and on the last "
        + "weekday (Monday to Friday) of the month"
    ),
    ("0 9 ? * 5L", "at 09:00 on the last Friday of the month"),
    ("0 9 ? * FRI#2", "at 09:00 on the 2nd Friday of the month"),
    ("0 9 ? * MON#1,MON#3", "at 09:00 on the 1st and 3rd Monday of the month"),
    (
      "0 9 L-3 * FRI#2",
      "at 09:00 on the 3rd day before the last of the month, and on the 2nd Friday of the month"
    ),
    ("0 0 29 2 *", "at 00:00 on the 29th of February"),
    ("0 0 1 1 *", "at 00:00 on the 1st of January"),
    ("0 0 1 1,7 *", "at 00:00 on the 1st of January and July"),
    ("0 0 1 */3 *", "at 00:00 on the 1st of January, April, July and October"),
    ("0 0 * 7 *", "at 00:00 every day in July"),
    ("*/5 * * 7 *", "every 5 minutes in July"),
    ("15 3 * 1-3 0", "at 03:15 on Sundays from January to March"),
    ("15 3 * 11-2 0", "at 03:15 on Sundays from November to February"),
    ("0 0 */2 * 1", "at 00:00 on every 2nd day of the month from the 1st if it is a Monday"),
    ("0 0 */2 * *", "at 00:00 on every 2nd day of the month from the 1st"),
    ("0 0 */10 * *", "at 00:00 on the 1st, 11th, 21st and 31st of each month"),
    ("0 0 1-7 * */7", "at 00:00 from the 1st to the 7th if it is a Sunday"),
    ("0 0 1-7 * 1", "at 00:00 from the 1st to the 7th, and on Mondays"),
    ("0 0 * * fri-mon", "at 00:00 on each day from Friday to Monday"),
    ("0 0 * * 6,0", "at 00:00 on Saturdays and Sundays"),
    ("0 0 * * 1,3,5", "at 00:00 on Mondays, Wednesdays and Fridays"),
    ("0 0 1-31 * 1", "at 00:00 every day"),
    ("0 0 13 * 5", "at 00:00 on the 13th, and on Fridays"),
    ("0 0 */100 * 1-5", "at 00:00 on the 1st if it is a weekday"),
    ("*/10 * * * * *", "every 10 seconds"),
    ("0 * * * * *", "every minute"),
    ("30 * * * * *", "at second 30 of every minute"),
    ("15 30 * * * *", "at second 15 of minute 30 of every hour"),
    ("5,50 * * * * *", "at seconds 5 and 50 of every minute"),
    ("*/10 * 9-17 * * *", "every 10 seconds from 09:00:00 to 17:59:50"),
    ("*/10 * 9 * * *", "every 10 seconds from 09:00:00 to 09:59:50"),
    ("0,30 */5 9 * * *", "every 30 seconds of every 5th minute of hour 09"),
    ("* * * * * *", "every second"),
    ("30 0 12 * * ?", "at 12:00:30 every day"),
    ("0 0 12 L * ? 2027-2029", "at 12:00 on the last day of the month from 2027 to 2029"),
    ("0 0 12 1 1 ? 2027", "at 12:00 on the 1st of January in 2027"),
    ("0 0 12 * * ? 2027", "at 12:00 every day in 2027"),
    ("0 0 12 1 1 ? 2024/4", "at 12:00 on the 1st of January every 4 years from 2024 to 2196"),
    ("0 0 0 1 1 ? 2027,2030", "at 00:00 on the 1st of January in 2027 and 2030"),
    ("@daily", "at 00:00 every day"),
    ("@weekly", "at 00:00 on Sundays"),
    ("@monthly", "at 00:00 on the 1st of each month"),
    ("@yearly", "at 00:00 on the 1st of January"),
    ("@hourly", "every hour"),
    ("@every 1h30m", "every 1 hour 30 minutes"),
    ("@every 1h", "every hour"),
    ("@reboot", "once after each boot"),
    ("59 23 31 12 *", "at 23:59 on the 31st of December"),
    ("0 12 * 2,4 mon#1", "at 12:00 on the 1st Monday of the month in February and April"),
    ("0 0 1,2,3 2 *", "at 00:00 from the 1st to the 3rd of February"),
    ("0 0 5 1-3 1", "at 00:00 on the 5th, and on Mondays, from January to March"),
    ("0 0 0 29 2 1 2100", "at 00:00 on the 29th, and on Mondays, in February in 2100"),
  ])
  func `a crontab's schedule reads as a sentence`(text: String, expected: String) throws {
    #expect(try Schedule(crontab: text).description == expected)
  }

  @Test(arguments: [
    ("H * * * *", "every hour at minute 53 (spread by H)"),
    ("H H(0-7) * * 1-5", "at 05:00 on weekdays (spread by H)"),
    ("0~30 2 * * *", "at 02:08 every day (chosen by ~)"),
  ])
  func `what was spread is told with its value`(text: String, expected: String) throws {
    let schedule = try Schedule(crontab: text, spread: SpreadSeed(unnamed: text))
    #expect(schedule.description == expected)
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
