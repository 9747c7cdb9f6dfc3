// SPDX-License-Identifier: Apache-2.0

/// One kind of local time that a zone has had: an offset and its abbreviation.
struct LocalTimeKind: Hashable, Sendable {
  /// Seconds east of UTC.
  let offset: Int32
  let isDaylight: Bool
  let abbreviation: String

  static let utc = LocalTimeKind(offset: 0, isDaylight: false, abbreviation: "UTC")
}

/// A change to another kind of local time.
struct ZoneTransition: Hashable, Sendable {
  /// Seconds since the epoch; the new kind holds from this second on.
  let at: Int64
  let kind: LocalTimeKind
}

/// What a zone's file says: the kinds of the past, and the rule of the future.
struct ZoneHistory: Hashable, Sendable {
  /// In force before the first transition.
  let first: LocalTimeKind
  /// In order of time, without doubles.
  let transitions: [ZoneTransition]
  /// In force after the last transition; nil: the last kind stays.
  let rule: PosixRule?

  init(first: LocalTimeKind, transitions: [ZoneTransition], rule: PosixRule?) {
    self.first = first
    self.transitions = transitions
    self.rule = rule
  }

  /// A zone with one rule for all time.
  init(rule: PosixRule) { self.init(first: rule.standard, transitions: [], rule: rule) }
}
