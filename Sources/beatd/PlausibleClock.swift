// SPDX-License-Identifier: Apache-2.0

import CLinux
import CronParser
import Dispatch
import Glibc
import Scheduler

/// What the wall clock may say at a start: nothing before this program was made, and nothing long
/// before what its own state file says has happened.
struct PlausibleClock: Equatable {
  /// No clock that is right was ever earlier while this program existed; each release moves it on.
  static let made = Instant(milliseconds: 1_767_225_600_000)  // 2026-01-01T00:00:00Z
  /// How long a start waits for a clock.
  static let patience = TimeSpan.seconds(120)
  /// A clock that was set back by so much, or stood while the machine was off, is no reason to
  /// wait.
  static let tolerance = TimeSpan.seconds(2 * 86_400)

  let earliest: Instant

  /// - Parameter newestStamp: the newest time in the state file, if there is any.
  init(newestStamp: Instant?) {
    earliest = max(Self.made, newestStamp.map { $0 - Self.tolerance } ?? Self.made)
  }

  func allows(_ now: Instant) -> Bool { now >= earliest }

  /// Waits until the clock is set to something that is allowed, or for so long; whether it was.
  func wait(for patience: TimeSpan) async -> Bool {
    let timer = clinux_timerfd_create(CLOCK_REALTIME)
    guard timer >= 0 else { return allows(SystemClock.read().wall) }
    defer { close(timer) }
    let end = SystemClock.read().elapsed.milliseconds + patience.milliseconds
    while !allows(SystemClock.read().wall) {
      let left = end - SystemClock.read().elapsed.milliseconds
      guard left > 0 else { return false }
      // Readable when the clock gets there by itself, and whenever somebody sets it.
      _ = clinux_timerfd_arm(timer, Self.nanoseconds(earliest), 1)
      await Self.wait(for: timer, milliseconds: left)
      _ = clinux_timerfd_read(timer)
    }
    return true
  }

  private static func nanoseconds(_ instant: Instant) -> Int64 {
    min(max(instant.milliseconds, 0), 9_000_000_000_000) * 1_000_000
  }

  /// Waits on a thread of its own until the descriptor is readable, or for so long.
  private static func wait(for descriptor: Int32, milliseconds: Int64) async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        unsafe poll(&waited, 1, Int32(clamping: milliseconds))
        continuation.resume()
      }
    }
  }
}
