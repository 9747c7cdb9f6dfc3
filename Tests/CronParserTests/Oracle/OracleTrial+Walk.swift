// SPDX-License-Identifier: Apache-2.0

import CronParser

/// All instants of a few days, walked in both directions.
extension OracleTrial {
  /// What differs between the walks and the oracle; nil where nothing does, or where there are too
  /// many instants to look at each.
  func fault(walking times: FireTimes, _ oracle: Oracle) -> String? {
    guard isWalked, oracle.expression.timesPerDay <= 300 else { return nil }
    let second = (instant.milliseconds - modulo(instant.milliseconds, 1_000)) / 1_000
    let seconds = second - 200_000...second + 200_000
    let expected = oracle.instants(in: seconds).map { Instant(milliseconds: $0 * 1_000) }
      .filter { starts ?? $0 <= $0 && $0 <= ends ?? $0 }
    let before = Instant(milliseconds: seconds.lowerBound * 1_000 - 1)
    let after = Instant(milliseconds: seconds.upperBound * 1_000 + 1)
    let forwards = Self.walk(from: before, within: before...after) { times.next(after: $0) }
    let backwards = Self.walk(from: after, within: before...after) { times.previous(before: $0) }
    guard forwards == expected, backwards.reversed() == expected,
      times.count(after: before, through: after) == expected.count
    else {
      return "\(name), around \(instant.rfc3339): forwards "
        + "\(names(forwards)), backwards \(names(backwards.reversed())), "
        + "the oracle says \(names(expected))"
    }
    return nil
  }

  private func names(_ instants: [Instant]) -> String {
    let shown = instants.prefix(12).map { $0.rfc3339(in: clock.zone) }.joined(separator: " ")
    return "\(instants.count) instants (\(shown))"
  }

  private static func walk(
    from start: Instant, within range: ClosedRange<Instant>, _ step: (Instant) -> Instant?
  ) -> [Instant] {
    var found: [Instant] = []
    while let next = step(found.last ?? start), range.contains(next) { found.append(next) }
    return found
  }
}
