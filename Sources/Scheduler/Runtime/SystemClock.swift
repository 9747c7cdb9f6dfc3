// SPDX-License-Identifier: Apache-2.0

internal import Glibc

internal import CronParser

/// The machine's clocks.
public enum SystemClock {
  /// Reads the clocks.
  ///
  /// Milliseconds are cut, never rounded up: nothing is due before its instant.
  public static func read() -> Moment {
    let elapsed = milliseconds(CLOCK_BOOTTIME)
    return Moment(
      wall: Instant(milliseconds: milliseconds(CLOCK_REALTIME)),
      elapsed: ElapsedTime(milliseconds: elapsed),
      suspended: TimeSpan(milliseconds: elapsed - milliseconds(CLOCK_MONOTONIC)))
  }

  private static func milliseconds(_ clock: Int32) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
