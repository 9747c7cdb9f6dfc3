// SPDX-License-Identifier: Apache-2.0

extension CronExpression {
  /// The days of a month that match, bit n for day n, by the star rule: both day fields where one
  /// starts with a star, else either.
  @inline(__always)
  func matchingDays(length: Int, firstWeekday: Int) -> UInt32 {
    // The week's seven bits six times over, moved so that bit 1 is the first day's weekday.
    let weeks = UInt64(weekdays) &* 0x0008_1020_4081
    var ofWeek = UInt32(truncatingIfNeeded: (weeks &>> UInt64(firstWeekday)) &<< 1)
    var ofMonth = days
    if let special = extras?.special {
      ofWeek |= special.weekdays(length: length, first: firstWeekday)
      ofMonth |= special.days(length: length, first: firstWeekday)
    }
    let either = flags.contains(.bothDays) ? ofMonth & ofWeek : ofMonth | ofWeek
    return either & ((2 &<< UInt32(length)) &- 2)
  }

  /// The years that the expression can fire in at all, within what instants and zones span.
  var yearBounds: ClosedRange<Int> {
    guard let years = extras?.years, let first = years.members.first,
      let last = years.members.last
    else { return -1...10_000 }
    return first...last
  }

  /// Whether any date matches: every length and first weekday that a month can have is tried.
  var canFire: Bool {
    if let years = extras?.years { return years.members.contains(where: canFire(in:)) }
    if extras?.special == nil, flags.contains(.bothDays), weekdays != 0 {
      // Every date that exists falls on every weekday within 400 years; all months have 28 days.
      if days & 0x1FFF_FFFE != 0 { return true }
      return (1...12).contains { month in
        months >> UInt16(month) & 1 == 1
          && days & UInt32((2 << UInt64(CivilDate.length(ofMonth: month, year: 2000))) - 2) != 0
      }
    }
    return (2000..<2400).contains(where: canFire(in:))
  }

  private func canFire(in year: Int) -> Bool {
    (1...12).contains { month in
      let first = CivilDate.dayNumber(year: year, month: month, day: 1)
      return months >> UInt16(month) & 1 == 1
        && matchingDays(
          length: CivilDate.length(ofMonth: month, year: year),
          firstWeekday: Weekday.number(ofDay: first)) != 0
    }
  }
}
