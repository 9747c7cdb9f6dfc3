// SPDX-License-Identifier: Apache-2.0

/// The numbers to go on with.
///
/// They only go up: a number is given once, whatever became of its bearer.
struct NextNumbers: Hashable, Sendable {
  var job: Int64 = 1
  var run: Int64 = 1
  var stretch: Int64 = 1

  mutating func count(job number: Int64) { job = Self.past(number, job) }
  mutating func count(run number: Int64) { run = Self.past(number, run) }
  mutating func count(stretch number: Int64) { stretch = Self.past(number, stretch) }

  private static func past(_ number: Int64, _ next: Int64) -> Int64 {
    number < .max ? max(next, number + 1) : .max
  }
}
