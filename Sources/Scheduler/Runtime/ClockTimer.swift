// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Dispatch
internal import Glibc

/// One timerfd: it fires at an absolute time of its clock, and, on the wall clock, when somebody
/// sets that clock.
final class ClockTimer {
  enum Clock {
    case wall
    case elapsed
  }

  private let descriptor: Int32
  private let clock: Clock
  private let source: any DispatchSourceRead

  /// - Throws: ``RuntimeError`` where the kernel has no timer left.
  init(_ clock: Clock, on queue: DispatchQueue, fired: @escaping @Sendable () -> Void) throws {
    self.clock = clock
    descriptor = clinux_timerfd_create(clock == .wall ? CLOCK_REALTIME : CLOCK_BOOTTIME)
    guard descriptor >= 0 else {
      throw RuntimeError("cannot create a timer: error \(-descriptor) (see errno(3))")
    }
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    let own = descriptor
    source.setEventHandler {
      // The value is of no interest: whether it fired or the clock was set, the core looks anew.
      _ = clinux_timerfd_read(own)
      fired()
    }
    source.setCancelHandler { close(own) }
    source.activate()
  }

  /// Sets the time to fire at, in milliseconds of the timer's clock; nil: never.
  ///
  /// The wall clock's timer is armed even with nothing to wait for, so that a step is noticed.
  func arm(_ milliseconds: Int64?) {
    let isWall = clock == .wall
    guard let time = milliseconds ?? (isWall ? Self.farthest : nil) else {
      _ = clinux_timerfd_arm(descriptor, 0, 0)
      return
    }
    // A deadline of 0 would disarm the timer.
    let nanoseconds = max(1, min(max(time, 0), Self.farthest) * 1_000_000)
    _ = clinux_timerfd_arm(descriptor, nanoseconds, isWall ? 1 : 0)
  }

  /// Nanoseconds since 1970 fit an Int64 until 2262; milliseconds of the year 2255.
  private static let farthest: Int64 = 9_000_000_000_000

  func cancel() { source.cancel() }
}

/// The machine refused something that the scheduler can't do without.
public struct RuntimeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried and what came of it.
  public let description: String

  init(_ description: String) { self.description = description }
}
