// SPDX-License-Identifier: Apache-2.0

import CronParser

/// The laws of `next` and `previous` for any schedule in any zone: strictly on, nothing between,
/// inverse to each other, and quick.
struct WalkLaw {
  let times: FireTimes
  private static let moment = TimeSpan(milliseconds: 1)

  /// What is broken about the instant given.
  func broken(at instant: Instant) -> String? {
    var next: Instant?
    var previous: Instant?
    let forth = quickest(over: Limit.answer) { next = times.next(after: instant) }
    let back = quickest(over: Limit.answer) { previous = times.previous(before: instant) }
    guard max(forth, back) <= Limit.answer else {
      return "\(max(forth, back)) for one question at \(instant.rfc3339)"
    }
    if let next, let fault = broken(next: next, after: instant) { return fault }
    if let previous, let fault = broken(previous: previous, before: instant) { return fault }
    return brokenWalk(from: instant)
  }

  private func broken(next: Instant, after instant: Instant) -> String? {
    guard next > instant else { return "next after \(instant.rfc3339) is \(next.rfc3339)" }
    guard times.next(after: next - Self.moment) == next else {
      return "\(next.rfc3339) is next after \(instant.rfc3339), but not after a moment before it"
    }
    guard let back = times.previous(before: next), back > instant else { return nil }
    return "\(back.rfc3339) lies between \(instant.rfc3339) and its next, \(next.rfc3339)"
  }

  private func broken(previous: Instant, before instant: Instant) -> String? {
    guard previous < instant else {
      return "previous before \(instant.rfc3339) is \(previous.rfc3339)"
    }
    guard times.previous(before: previous + Self.moment) == previous else {
      return "\(previous.rfc3339) is previous before \(instant.rfc3339), but not a moment after it"
    }
    guard let forth = times.next(after: previous), forth < instant else { return nil }
    return "\(forth.rfc3339) lies between \(instant.rfc3339) and its previous, \(previous.rfc3339)"
  }

  /// Some instants on and back again.
  private func brokenWalk(from instant: Instant) -> String? {
    var forwards: [Instant] = []
    while forwards.count < 5, let next = times.next(after: forwards.last ?? instant) {
      forwards.append(next)
    }
    guard let last = forwards.last, last < .latest else { return nil }
    var backwards: [Instant] = []
    while backwards.count < forwards.count,
      let previous = times.previous(before: backwards.last ?? last + Self.moment)
    {
      backwards.append(previous)
    }
    guard backwards.reversed() == forwards else {
      return
        "from \(instant.rfc3339): \(forwards.map(\.rfc3339)) and back \(backwards.map(\.rfc3339))"
    }
    let count = times.count(after: instant, through: last)
    return count == forwards.count ? nil : "\(forwards.count) instants are counted as \(count)"
  }
}
