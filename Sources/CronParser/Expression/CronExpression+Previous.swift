// SPDX-License-Identifier: Apache-2.0

/// The search backwards, the mirror of the search forwards; nothing found is `.min`.
extension CronExpression {
  /// The last matching local second at or before the one given.
  func lastLocal(atOrBefore local: Int64) -> Int64 {
    let minute = local.flooringDivision(by: 60)
    guard let extras else {
      let found = lastMinute(atOrBefore: minute)
      return found == .min ? .min : found &* 60
    }
    let second = local &- minute &* 60
    var found = lastMinute(atOrBefore: minute)
    if found == minute {
      let rest = extras.seconds & ((2 &<< UInt64(second)) &- 1)
      if rest != 0 { return minute &* 60 &+ Int64(rest.highestBit) }
      found = lastMinute(atOrBefore: minute &- 1)
    }
    return found == .min ? .min : found &* 60 &+ Int64(extras.seconds.highestBit)
  }

  /// The last matching local minute at or before the one given.
  private func lastMinute(atOrBefore minute: Int64) -> Int64 {
    let day = minute.flooringDivision(by: 1_440)
    let time = Int(minute &- day &* 1_440)
    if flags.contains(.everyDay) {
      let found = lastTime(atOrBefore: time)
      return found >= 0
        ? day &* 1_440 &+ Int64(found) : (day &- 1) &* 1_440 &+ Int64(latestTime)
    }
    return lastMinute(day: Int(day), time: time)
  }

  private func lastMinute(day: Int, time: Int) -> Int64 {
    let bounds = yearBounds
    let date = CivilDate(dayNumber: day)
    guard date.year <= bounds.upperBound else {
      let end = CivilDate.dayNumber(year: bounds.upperBound, month: 12, day: 31)
      return lastMinute(day: end, time: 1_439)
    }
    let first = day &- date.day &+ 1
    let matching = matchingDays(year: date.year, month: date.month, first: first)
    if matching &>> UInt32(date.day) & 1 == 1 {
      let found = lastTime(atOrBefore: time)
      if found >= 0 { return Int64(day) &* 1_440 &+ Int64(found) }
    }
    let rest = matching & ((1 &<< UInt32(date.day)) &- 1)
    if rest != 0 {
      return Int64(first &+ rest.highestBit &- 1) &* 1_440 &+ Int64(latestTime)
    }
    return lastMinute(beforeMonth: date.month, year: date.year, firstYear: bounds.lowerBound)
  }

  /// The last match in the months before the one given.
  private func lastMinute(beforeMonth: Int, year: Int, firstYear: Int) -> Int64 {
    var month = beforeMonth
    var year = year
    while true {
      let earlier = months & ((1 &<< UInt16(month)) &- 1)
      if earlier != 0 {
        month = earlier.highestBit
      } else {
        year &-= 1
        month = months.highestBit
        if year < firstYear { return .min }
      }
      let first = CivilDate.dayNumber(year: year, month: month, day: 1)
      let matching = matchingDays(year: year, month: month, first: first)
      if matching != 0 {
        return Int64(first &+ matching.highestBit &- 1) &* 1_440 &+ Int64(latestTime)
      }
    }
  }

  /// The last time of day at or before the one given, in minutes; -1 where the day has none.
  private func lastTime(atOrBefore time: Int) -> Int {
    let hour = time / 60
    if hours &>> UInt32(hour) & 1 == 1 {
      let rest = minutes & ((2 &<< UInt64(time &- hour &* 60)) &- 1)
      if rest != 0 { return hour &* 60 &+ rest.highestBit }
    }
    let earlier = hours & ((1 &<< UInt32(hour)) &- 1)
    guard earlier != 0 else { return -1 }
    return earlier.highestBit &* 60 &+ minutes.highestBit
  }

  /// The last time of any matching day, in minutes.
  private var latestTime: Int { hours.highestBit &* 60 &+ minutes.highestBit }
}

extension FixedWidthInteger {
  /// The number of the highest bit that is set; the value must not be 0.
  @inline(__always)
  var highestBit: Int { Self.bitWidth &- 1 &- leadingZeroBitCount }
}
