// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc

/// Holds the zones' offsets against those of the C library, which reads the same files by itself.
///
/// The oracle builds on these offsets. The C library has one zone a process: one thread only.
enum Offsets {
  /// The differences found at instants from 1900 to 2200: both sides of every change, and some
  /// between.
  static func differences(
    _ clocks: [OracleClock], using random: inout SplitMix64
  ) -> (tried: Int, found: [String]) {
    var tried = 0
    var found: [String] = []
    for clock in clocks {
      setenv("TZ", ":" + clock.zone.name, 1)
      tzset()
      var seconds = clock.changes.flatMap { [$0 - 1, $0] }
      seconds += (0..<500).map { _ in Int64.random(in: OracleClock.years, using: &random) }
      for second in seconds {
        tried += 1
        let ours = clock.zone.offset(at: Instant(milliseconds: second * 1_000))
        let theirs = offset(at: second)
        guard ours != theirs else { continue }
        found.append(
          "\(clock.zone.name) at \(second): \(ours) s, the C library says \(theirs) s")
      }
    }
    return (tried, found)
  }

  private static func offset(at second: Int64) -> Int {
    var time = time_t(second)
    var parts = tm()
    localtime_r(&time, &parts)
    return parts.tm_gmtoff
  }
}
