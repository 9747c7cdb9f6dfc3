// SPDX-License-Identifier: Apache-2.0

/// A rule for all years, as the footer of a TZif file and POSIX's `TZ` write it:
/// `EST5EDT,M3.2.0,M11.1.0`, `<+0330>-3:30`, `IST-1GMT0,M10.5.0,M3.5.0/1`.
struct PosixRule: Hashable, Sendable {
  let standard: LocalTimeKind
  let daylight: Daylight?

  /// The other half of a rule that changes twice a year.
  struct Daylight: Hashable, Sendable {
    let kind: LocalTimeKind
    let start: Change
    let end: Change
  }

  /// When in a year a change happens, by the clock in force before it.
  struct Change: Hashable, Sendable {
    let day: Day
    /// Seconds after midnight of that day, -167 to 167 hours.
    let time: Int64
  }

  /// A day of the year.
  enum Day: Hashable, Sendable {
    /// `Jn`: 1 to 365, 29 February never counted.
    case julian(Int)
    /// `n`: 0 to 365, 29 February counted.
    case ordinal(Int)
    /// `Mm.w.d`: the w-th weekday d of month m; week 5 is the last.
    case weekday(month: Int, week: Int, day: Int)

    /// The day's number in a year, from 1970-01-01.
    func dayNumber(in year: Int) -> Int {
      switch self {
      case .julian(let day):
        let leap = CivilDate.isLeap(year) && day >= 60
        return CivilDate.dayNumber(year: year, month: 1, day: 1) + day - (leap ? 0 : 1)
      case .ordinal(let day):
        return CivilDate.dayNumber(year: year, month: 1, day: 1) + day
      case .weekday(let month, let week, let day):
        let first = CivilDate.dayNumber(year: year, month: month, day: 1)
        let offset = (day - Weekday.number(ofDay: first) + 7) % 7 + (week - 1) * 7
        let length = CivilDate.length(ofMonth: month, year: year)
        return first + (offset < length ? offset : offset - 7)
      }
    }
  }

  /// The stretches of daylight time that begin in the years given, in seconds since the epoch, in
  /// order; stretches that touch or overlap are joined, so all-year daylight time is one stretch.
  func daylightStretches(in years: ClosedRange<Int>) -> [Range<Int64>] {
    guard let daylight else { return [] }
    var stretches: [Range<Int64>] = []
    for year in years {
      let start = instant(of: daylight.start, in: year, offset: standard.offset)
      var end = instant(of: daylight.end, in: year, offset: daylight.kind.offset)
      if end < start {
        end = instant(of: daylight.end, in: year + 1, offset: daylight.kind.offset)
      }
      guard start < end else { continue }
      if let last = stretches.last, start <= last.upperBound {
        stretches[stretches.count - 1] = last.lowerBound..<max(last.upperBound, end)
      } else {
        stretches.append(start..<end)
      }
    }
    return stretches
  }

  private func instant(of change: Change, in year: Int, offset: Int32) -> Int64 {
    Int64(change.day.dayNumber(in: year)) * 86_400 + change.time - Int64(offset)
  }
}
