// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// How often, and after how long, a failed attempt is followed by another.
public struct RetryPolicy: Hashable, Sendable {
  /// How the delay grows.
  public enum Backoff: String, Hashable, Sendable, CaseIterable {
    /// base · 2ⁿ⁻¹ after failed attempt n.
    case exponential
    /// base · n.
    case linear
    /// base.
    case constant
  }

  /// How the delay is spread, so that many failures do not come back at once.
  public enum Jitter: String, Hashable, Sendable, CaseIterable {
    /// Uniform in [0, delay].
    case full
    /// delay/2 plus uniform in [0, delay/2].
    case equal
    /// The delay itself.
    case none
  }

  /// At most this many attempts after the first.
  public var maximum = 0
  /// How the delay grows.
  public var backoff = Backoff.exponential
  /// The first delay.
  public var base = TimeSpan.seconds(10)
  /// No delay is longer than this.
  public var cap = TimeSpan.hours(1)
  /// How the delay is spread.
  public var jitter = Jitter.full
  /// Only failures of these causes are followed by another attempt; nil: all.
  public var causes: [FailureCause]?

  /// No retries; the other parts have their defaults.
  public init(maximum: Int = 0) { self.maximum = maximum }

  /// The delay after failed attempt `attempt` (from 1) of a run; the same for the same run and
  /// attempt.
  public func delay(afterAttempt attempt: Int, of run: RunID) -> TimeSpan {
    let full = delayBeforeJitter(afterAttempt: attempt)
    let draw = { (width: Int64) -> Int64 in
      guard width > 0 else { return 0 }
      let seed = UInt64(bitPattern: run.rawValue) &* 1_000_003 &+ UInt64(attempt)
      let hash = StableHash.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
      return Int64(hash.multipliedFullWidth(by: UInt64(width) + 1).high)
    }
    switch jitter {
    case .none: return TimeSpan(milliseconds: full)
    case .full: return TimeSpan(milliseconds: draw(full))
    case .equal: return TimeSpan(milliseconds: full / 2 + draw(full - full / 2))
    }
  }

  private func delayBeforeJitter(afterAttempt attempt: Int) -> Int64 {
    let limit = max(0, cap.milliseconds)
    let first = min(max(0, base.milliseconds), limit)
    let count = Int64(max(1, attempt))
    switch backoff {
    case .constant: return first
    case .linear:
      let (product, overflow) = first.multipliedReportingOverflow(by: count)
      return overflow ? limit : min(product, limit)
    case .exponential:
      let doublings = min(count - 1, 62)
      let (product, overflow) = first.multipliedReportingOverflow(by: Int64(1) << doublings)
      return overflow ? limit : min(product, limit)
    }
  }
}
