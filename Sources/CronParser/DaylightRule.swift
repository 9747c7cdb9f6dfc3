// SPDX-License-Identifier: Apache-2.0

/// What a cron schedule does where its zone's clock changes.
///
/// It has no say over gaps of three hours or more, which are holes in the calendar, nor over folds
/// of over three hours, which are real time.
public enum DaylightRule: Hashable, Sendable {
  /// Vixie cron's: a job with a star in its minute or hour field follows real time; any other makes
  /// up for what a gap skips, once, and runs in the first pass of a fold.
  case cron
  /// A choice that holds for the job whatever its stars; a part that is nil is as in `.cron`.
  case chosen(gap: Gap?, fold: Fold?)

  /// What happens to the local times that a gap skips.
  public enum Gap: String, Hashable, Sendable, CaseIterable {
    /// They run, all together once, at the instant the gap ends.
    case run
    /// They do not run.
    case skip
  }

  /// What happens to the local times that come twice.
  public enum Fold: String, Hashable, Sendable, CaseIterable {
    /// They run the first time.
    case first
    /// They run the last time.
    case last
    /// They run each time.
    case both
  }
}

/// What a rule comes to for one expression.
struct ClockRule: OptionSet, Hashable, Sendable {
  let rawValue: UInt8

  /// What a gap skips comes when it ends.
  static let makesUp = ClockRule(rawValue: 1)
  /// A time of day comes once, the first time.
  static let firstPass = ClockRule(rawValue: 2)
  /// A time of day comes once, the last time.
  static let lastPass = ClockRule(rawValue: 4)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The rule for an expression that follows real time unless told otherwise, or does not.
  init(_ rule: DaylightRule, followsRealTime: Bool) {
    var gap: DaylightRule.Gap?
    var fold: DaylightRule.Fold?
    if case .chosen(let chosenGap, let chosenFold) = rule { (gap, fold) = (chosenGap, chosenFold) }
    self = (gap ?? (followsRealTime ? .skip : .run)) == .run ? .makesUp : []
    switch fold ?? (followsRealTime ? .both : .first) {
    case .first: insert(.firstPass)
    case .last: insert(.lastPass)
    case .both: break
    }
  }

  /// What happens to the times that a gap skips.
  var gap: DaylightRule.Gap { contains(.makesUp) ? .run : .skip }

  /// What happens to the times that come twice.
  var fold: DaylightRule.Fold {
    contains(.firstPass) ? .first : contains(.lastPass) ? .last : .both
  }
}
