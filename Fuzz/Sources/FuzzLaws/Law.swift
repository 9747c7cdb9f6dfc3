// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc

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
  static let answer = Duration.milliseconds(100)
  /// Reading an input of the sizes that a fuzzer tries.
  static let reading = Duration.seconds(2)
}

/// How much of the processor's time something takes: the least of several times where the first is
/// over the limit, since the first may read files and fill caches.
func quickest(over limit: Duration, _ work: () -> Void) -> Duration {
  var taken = processorTime(of: work)
  var again = 0
  while taken > limit, again < 3 {
    taken = min(taken, processorTime(of: work))
    again += 1
  }
  return taken
}

private func processorTime(of work: () -> Void) -> Duration {
  var before = timespec()
  var after = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before)
  work()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after)
  return .seconds(after.tv_sec - before.tv_sec) + .nanoseconds(after.tv_nsec - before.tv_nsec)
}

/// What the place of a fault breaks in a text of so many bytes.
func misplaced(_ error: CronSyntaxError, in text: String) -> String? {
  let end = error.offset.addingReportingOverflow(error.length)
  guard error.offset >= 0, error.length >= 0, !end.overflow, end.partialValue <= text.utf8.count,
    !error.message.isEmpty
  else { return "the fault \(error) lies outside of its text" }
  return nil
}
