// SPDX-License-Identifier: Apache-2.0

/// A length of time in whole milliseconds: a period, a delay, a timeout.
///
/// May be negative.
public struct TimeSpan: Hashable, Comparable, Sendable {
  /// The length in milliseconds.
  public let milliseconds: Int64

  /// A length of time.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// A length in whole seconds; saturates.
  public static func seconds(_ count: Int64) -> TimeSpan { scaled(count, by: 1_000) }
  /// A length in whole minutes; saturates.
  public static func minutes(_ count: Int64) -> TimeSpan { scaled(count, by: 60_000) }
  /// A length in whole hours; saturates.
  public static func hours(_ count: Int64) -> TimeSpan { scaled(count, by: 3_600_000) }
  /// No time at all.
  public static let zero = TimeSpan(milliseconds: 0)

  /// Orders by length.
  public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The length in seconds, for people and JSON.
  public var seconds: Double { Double(milliseconds) / 1_000 }

  private static func scaled(_ count: Int64, by factor: Int64) -> TimeSpan {
    let (product, overflow) = count.multipliedReportingOverflow(by: factor)
    guard overflow else { return TimeSpan(milliseconds: product) }
    return TimeSpan(milliseconds: count > 0 ? .max : .min)
  }
}
