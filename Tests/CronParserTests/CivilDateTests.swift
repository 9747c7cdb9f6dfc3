// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CronParser

@Suite struct `The civil calendar` {
  @Test func `every day of the years 1 to 2500 counts on from the one before`() throws {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var number = CivilDate.dayNumber(year: 1, month: 1, day: 1)
    for year in 1...2500 {
      let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
      for month in 1...12 {
        for day in 1...(lengths[month - 1] + (leap && month == 2 ? 1 : 0)) {
          let date = CivilDate(dayNumber: number)
          guard date.year == year, date.month == month, date.day == day, date.dayNumber == number
          else {
            Issue.record("day \(number) is \(date), not \(year)-\(month)-\(day)")
            return
          }
          number += 1
        }
      }
    }
    #expect(CivilDate(dayNumber: 0).weekday == .thursday)
    #expect(CivilDate(dayNumber: -719_162).weekday == .monday)
  }

  @Test func `days that do not exist are no dates`() {
    for (year, month, day) in [
      (2026, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1), (2026, 1, 0),
      (2026, 1, 32), (12_001, 1, 1), (Int.max, 1, 1), (2026, Int.min, Int.max),
    ] {
      #expect(CivilDate(year: year, month: month, day: day) == nil)
    }
    #expect(CivilDate(year: 2000, month: 2, day: 29) != nil)
  }

  @Test func `the calendar repeats after 400 years to the weekday`() {
    for day in stride(from: -700_000, to: 2_900_000, by: 997) {
      let now = CivilDate(dayNumber: day)
      let then = CivilDate(dayNumber: day + 146_097)
      #expect(then.year == now.year + 400 && then.month == now.month && then.day == now.day)
      #expect(then.weekday == now.weekday)
    }
  }
}
