// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Time that only goes forward: milliseconds since boot, suspended time included.
///
/// It measures delays; which instant is due, only the wall clock says.
public struct ElapsedTime: Hashable, Comparable, Sendable {
  /// Milliseconds since boot.
  public let milliseconds: Int64

  /// A reading.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Orders by time.
  public static func < (left: ElapsedTime, right: ElapsedTime) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The time `span` later, saturating.
  public static func + (left: ElapsedTime, span: TimeSpan) -> ElapsedTime {
    let (sum, overflow) = left.milliseconds.addingReportingOverflow(span.milliseconds)
    return ElapsedTime(milliseconds: overflow ? .max : sum)
  }
}

/// The clocks, read together.
public struct Moment: Hashable, Sendable {
  /// The wall clock: which instants are due.
  public let wall: Instant
  /// Elapsed time: when delays are over.
  public let elapsed: ElapsedTime
  /// How much of the elapsed time the machine was suspended.
  public let suspended: TimeSpan

  /// A reading of the clocks.
  public init(wall: Instant, elapsed: ElapsedTime, suspended: TimeSpan = .zero) {
    self.wall = wall
    self.elapsed = elapsed
    self.suspended = suspended
  }
}
