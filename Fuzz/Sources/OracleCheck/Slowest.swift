// SPDX-License-Identifier: Apache-2.0

import CronParser

/// The question that took longest to answer.
struct Slowest: Sendable {
  private(set) var time = Duration.zero
  /// What is being asked now, and what took longest.
  var current = ""
  private(set) var question = ""

  /// Asks, and measures the answer.
  ///
  /// A new record is asked for again, four times: what counts is the
  /// quickest, because other processes get between.
  mutating func ask(_ question: () -> Instant?) -> Instant? {
    let clock = ContinuousClock()
    var answer: Instant?
    var taken = clock.measure { answer = question() }
    var again = 0
    while taken > time, again < 4 {
      taken = min(taken, clock.measure { answer = question() })
      again += 1
    }
    if taken > time {
      time = taken
      self.question = current
    }
    return answer
  }

  mutating func join(_ other: Slowest) {
    if other.time > time { self = other }
  }
}
