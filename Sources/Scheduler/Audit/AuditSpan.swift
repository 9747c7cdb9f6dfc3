// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// A time in which one definition of a job stood: what it named is to be found in the ledger.
public struct AuditSpan: Hashable, Sendable {
  /// When the job was due.
  public let times: FireTimes
  /// False: it was never due.
  public let isEnabled: Bool
  /// From when on it counted: instants after this one.
  public let since: Instant
  /// The last instant that it counted for; nil: it stands.
  public let until: Instant?

  /// A span.
  public init(times: FireTimes, isEnabled: Bool, since: Instant, until: Instant?) {
    self.times = times
    self.isEnabled = isEnabled
    self.since = since
    self.until = until
  }

  /// Whether it counted for an instant.
  func covers(_ instant: Instant) -> Bool {
    instant > since && until.map { instant <= $0 } ?? true
  }

  /// Whether it says beforehand when: not after the end of a run, at a boot or on demand.
  var namesInstants: Bool {
    switch times.schedule {
    case .cron, .every, .at: true
    case .everyAfter, .reboot, .manual: false
    }
  }

  /// Whether it names an instant; one that fires when it is first read names that moment too.
  func names(_ instant: Instant) -> Bool {
    guard isEnabled else { return false }
    if case .every(let interval) = times.schedule, interval.firstNow,
      instant - since <= Self.firstReading, since - instant <= Self.firstReading
    {
      return true
    }
    return times.next(after: instant - TimeSpan(milliseconds: 1)) == instant
  }

  /// How far the moment of a first reading may lie from where the span is known to begin.
  private static let firstReading = TimeSpan.seconds(2)
}
