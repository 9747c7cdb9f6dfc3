// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What must hold of every input, whatever its bytes.
///
/// A trap breaks a law too.
package protocol Law: SendableMetatype {
  /// What the bytes break, for a person to read; nil where all holds.
  static func broken(by bytes: [UInt8]) -> String?
}

/// The limits on time that the laws hold the library to.
enum Limit {
  /// A question's answer takes a millisecond at most; fuzzers run with checks in every branch and
  /// at every access, and tests without optimisation, which costs many times over.
  static let answer = Duration.milliseconds(25)
  /// Reading an input of the sizes that a fuzzer tries.
  static let reading = Duration.seconds(2)
}

/// How long something takes: the quickest of several times where the first is over the limit, since
/// other processes get between.
func quickest(over limit: Duration, _ work: () -> Void) -> Duration {
  let clock = ContinuousClock()
  var taken = clock.measure(work)
  var again = 0
  while taken > limit, again < 5 {
    taken = min(taken, clock.measure(work))
    again += 1
  }
  return taken
}

/// What the place of a fault breaks in a text of so many bytes.
func misplaced(_ error: CronSyntaxError, in text: String) -> String? {
  let end = error.offset.addingReportingOverflow(error.length)
  guard error.offset >= 0, error.length >= 0, !end.overflow, end.partialValue <= text.utf8.count,
    !error.message.isEmpty
  else { return "the fault \(error) lies outside of its text" }
  return nil
}
