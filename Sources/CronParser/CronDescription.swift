// SPDX-License-Identifier: Apache-2.0

extension Schedule: CustomStringConvertible {
  /// The schedule in English: `at 04:30 on the 1st and 15th, and on Fridays`, `every 10 minutes`.
  public var description: String {
    switch self {
    case .cron(let expression): return expression.description
    case .every(let interval):
      let every = English.every(interval.period)
      return interval.anchor == .epoch ? every : every + ", counted from " + interval.anchor.rfc3339
    case .everyAfter(let delay, _):
      return English.duration(delay) + " after the last run has ended"
    case .at(let instants):
      guard let first = instants.first, let last = instants.last, first != last else {
        return "at " + (instants.first?.rfc3339 ?? "no instant")
      }
      return "at \(instants.count) instants from \(first.rfc3339) to \(last.rfc3339)"
    case .reboot: return "once after each boot"
    case .manual: return "only when triggered"
    }
  }
}
