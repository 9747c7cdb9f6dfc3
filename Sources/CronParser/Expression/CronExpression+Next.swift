// SPDX-License-Identifier: Apache-2.0

/// The search forwards, on a clock without a zone. Local times are seconds since
/// 1970-01-01T00:00:00 on that clock, local minutes and days likewise; nothing found is `.max`.
extension CronExpression {
  /// The first matching local second at or after the one given.
  @inline(__always)
  func firstLocal(atOrAfter local: Int64) -> Int64 {
    guard let extras else {
      let minute = firstMinute(atOrAfter: (local &+ 59).flooringDivision(by: 60))
      return minute == .max ? .max : minute &* 60
    }
    return firstLocal(atOrAfter: local, seconds: extras.seconds)
  }

  private func firstLocal(atOrAfter local: Int64, seconds: UInt64) -> Int64 {
    let minute = local.flooringDivision(by: 60)
    let second = local &- minute &* 60
    var found = firstMinute(atOrAfter: minute)
    if found == minute {
      let rest = seconds &>> UInt64(second)
      if rest != 0 { return local &+ Int64(rest.trailingZeroBitCount) }
      found = firstMinute(atOrAfter: minute &+ 1)
    }
    return found == .max ? .max : found &* 60 &+ Int64(seconds.trailingZeroBitCount)
  }

  /// The first matching local minute at or after the one given.
  private func firstMinute(atOrAfter minute: Int64) -> Int64 {
    let day = minute.flooringDivision(by: 1_440)
    let time = Int(minute &- day &* 1_440)
    if flags.contains(.everyDay) {
      let found = firstTime(atOrAfter: time)
      return found >= 0
        ? day &* 1_440 &+ Int64(found) : (day &+ 1) &* 1_440 &+ Int64(earliestTime)
    }
    return firstMinute(day: Int(day), time: time)
  }

  private func firstMinute(day: Int, time: Int) -> Int64 {
    let bounds = yearBounds
    let date = CivilDate(dayNumber: day)
    guard date.year >= bounds.lowerBound else {
      let start = CivilDate.dayNumber(year: bounds.lowerBound, month: 1, day: 1)
      return firstMinute(day: start, time: 0)
    }
    let first = day &- date.day &+ 1
    let matching = matchingDays(year: date.year, month: date.month, first: first)
    if matching &>> UInt32(date.day) & 1 == 1 {
      let found = firstTime(atOrAfter: time)
      if found >= 0 { return Int64(day) &* 1_440 &+ Int64(found) }
    }
    let rest = UInt64(matching) &>> UInt64(date.day &+ 1)
    if rest != 0 {
      let next = day &+ 1 &+ rest.trailingZeroBitCount
      return Int64(next) &* 1_440 &+ Int64(earliestTime)
    }
    return firstMinute(afterMonth: date.month, year: date.year, lastYear: bounds.upperBound)
  }

  /// The first match in the months after the one given.
  private func firstMinute(afterMonth: Int, year: Int, lastYear: Int) -> Int64 {
    var month = afterMonth
    var year = year
    while true {
      let later = UInt32(months) &>> UInt32(month &+ 1)
      if later != 0 {
        month &+= 1 &+ later.trailingZeroBitCount
      } else {
        year &+= 1
        month = months.trailingZeroBitCount
        if year > lastYear { return .max }
      }
      let first = CivilDate.dayNumber(year: year, month: month, day: 1)
      let matching = matchingDays(year: year, month: month, first: first)
      if matching != 0 {
        let day = first &+ matching.trailingZeroBitCount &- 1
        return Int64(day) &* 1_440 &+ Int64(earliestTime)
      }
    }
  }

  /// The matching days of a month whose first day has the number `first`.
  @inline(__always)
  func matchingDays(year: Int, month: Int, first: Int) -> UInt32 {
    guard months &>> UInt16(month) & 1 == 1 else { return 0 }
    if let years = extras?.years, !years.contains(year) { return 0 }
    return matchingDays(
      length: CivilDate.length(ofMonth: month, year: year),
      firstWeekday: Weekday.number(ofDay: first))
  }

  /// The first time of day at or after the one given, in minutes; -1 where the day has none left.
  @inline(__always)
  private func firstTime(atOrAfter time: Int) -> Int {
    let hour = time / 60
    let left = hours &>> UInt32(hour)
    if left & 1 == 1 {
      let rest = minutes &>> UInt64(time &- hour &* 60)
      if rest != 0 { return time &+ rest.trailingZeroBitCount }
    }
    let later = left & ~1
    guard later != 0 else { return -1 }
    return (hour &+ later.trailingZeroBitCount) &* 60 &+ minutes.trailingZeroBitCount
  }

  /// The first time of any matching day, in minutes.
  @inline(__always)
  private var earliestTime: Int {
    hours.trailingZeroBitCount &* 60 &+ minutes.trailingZeroBitCount
  }
}
