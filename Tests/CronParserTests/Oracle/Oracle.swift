// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A slow second opinion on when an expression fires: it reads the text anew, knows no bit sets,
/// tries day after day, and follows what the clock shows from stretch to stretch.
///
/// With the library it shares only the zones' offsets, which are held against the C library's.
struct Oracle {
  let expression: OracleExpression
  let clock: OracleClock
  let gap: DaylightRule.Gap
  let fold: DaylightRule.Fold

  /// By the rules of Vixie cron as far as none are chosen.
  init(
    _ expression: OracleExpression, clock: OracleClock, gap: DaylightRule.Gap? = nil,
    fold: DaylightRule.Fold? = nil
  ) {
    self.expression = expression
    self.clock = clock
    self.gap = gap ?? (expression.followsRealTime ? .skip : .run)
    self.fold = fold ?? (expression.followsRealTime ? .both : .first)
  }

  private static let day: Int64 = 86_400
  /// What the clock showed so long before decides what a fold repeats and a gap skips.
  private static let memory = 2 * day

  /// All instants within the seconds given, in order.
  func instants(in seconds: ClosedRange<Int64>) -> [Int64] {
    let stretches = clock.stretches(
      in: seconds.lowerBound - Self.memory...seconds.upperBound + Self.memory)
    let returns = firstReturns(stretches)
    var found: [Int64] = []
    // All times of day before it have come.
    var reached = Int64.min
    for (index, stretch) in stretches.enumerated() {
      let shown = stretch.start + stretch.offset..<stretch.end + stretch.offset
      if index > 0 {
        let jump = stretch.offset - stretches[index - 1].offset
        if Self.startsAfresh(jump) {
          reached = shown.lowerBound
        } else if gap == .run {
          // Of two passes the first counts: what has come before is not missed. Or the last: what
          // is yet to come is not.
          let low = fold == .last ? stretch.start + stretches[index - 1].offset : reached
          let high = fold == .last ? min(shown.lowerBound, returns[index]) : shown.lowerBound
          if low < high, !times(in: low..<high).isEmpty { found.append(stretch.start) }
        }
      }
      for local in times(in: shown, near: seconds, offset: stretch.offset) {
        let counts =
          switch fold {
          case .first: local >= reached
          case .last: local < returns[index]
          case .both: true
          }
        let second = local - stretch.offset
        if counts, found.last != second { found.append(second) }
      }
      reached = max(reached, shown.upperBound)
    }
    return found.filter(seconds.contains)
  }

  /// Three hours or more forward, or more than three back: no gap and no fold.
  private static func startsAfresh(_ jump: Int64) -> Bool { jump >= 10_800 || jump < -10_800 }

  /// For each stretch the earliest time of day that a later one comes back to.
  private func firstReturns(_ stretches: [OracleClock.Stretch]) -> [Int64] {
    var returns = [Int64](repeating: .max, count: stretches.count)
    for index in stretches.indices.dropLast().reversed() {
      let later = stretches[index + 1]
      if Self.startsAfresh(later.offset - stretches[index].offset) { continue }
      returns[index] = min(returns[index + 1], later.start + later.offset)
    }
    return returns
  }

  private static func dayNumber(_ second: Int64) -> Int64 { (second - modulo(second, day)) / day }

  /// The local times of a stretch that can lie within the seconds asked for.
  private func times(
    in shown: Range<Int64>, near seconds: ClosedRange<Int64>, offset: Int64
  ) -> [Int64] {
    let low = max(shown.lowerBound, seconds.lowerBound + offset)
    let high = min(shown.upperBound, seconds.upperBound + offset + 1)
    return low < high ? times(in: low..<high) : []
  }

  /// The matching local seconds, day by day.
  private func times(in local: Range<Int64>) -> [Int64] {
    var found: [Int64] = []
    var date = OracleDate(number: Self.dayNumber(local.lowerBound))
    while date.number * Self.day < local.upperBound {
      if expression.matches(date) {
        let midnight = date.number * Self.day
        for hour in expression.hours {
          let start = midnight + Int64(hour) * 3_600
          guard start < local.upperBound, start + 3_600 > local.lowerBound else { continue }
          for minute in expression.minutes {
            for second in expression.seconds {
              let time = start + Int64(minute * 60 + second)
              if local.contains(time) { found.append(time) }
            }
          }
        }
      }
      date.advance()
    }
    return found
  }
}

// MARK: - One instant

extension Oracle {
  private var window: Int64 { expression.timesPerDay > 1_000 ? 3_600 : Self.day }

  /// The first instant from a second on, up to a last one.
  func first(from second: Int64, through last: Int64) -> Int64? {
    var second = second
    while second <= last {
      // A day of the calendar lies within two days of its number in UTC.
      var date = OracleDate(number: Self.dayNumber(second) - 2)
      while !expression.matches(date) {
        date.advance()
        if (date.number - 2) * Self.day > last { return nil }
      }
      second = max(second, (date.number - 2) * Self.day)
      let end = min(second + window, last)
      if second <= end, let found = instants(in: second...end).first { return found }
      second = end + 1
    }
    return nil
  }

  /// The last instant up to a second, down to a first one.
  func last(through second: Int64, from first: Int64) -> Int64? {
    var second = second
    while second >= first {
      var date = OracleDate(number: Self.dayNumber(second) + 2)
      while !expression.matches(date) {
        date.retreat()
        if (date.number + 3) * Self.day < first { return nil }
      }
      second = min(second, (date.number + 3) * Self.day)
      let start = max(second - window, first)
      if start <= second, let found = instants(in: start...second).last { return found }
      second = start - 1
    }
    return nil
  }
}
