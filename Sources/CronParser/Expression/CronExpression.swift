// SPDX-License-Identifier: Apache-2.0

/// A cron expression of five, six or seven fields: when, by the clock of some zone.
///
///     let backup = try CronExpression("30 3 * * mon-fri")
///
/// Held as bit sets, 32 bytes; what few expressions use (seconds, years, `L W #`) lies apart.
/// It names no instants by itself: ``FireTimes`` puts it in a zone. An expression that exists fires
/// at least once in the calendar.
public struct CronExpression: Hashable, Sendable {
  /// Bit n: minute n.
  let minutes: UInt64
  /// Bit n: hour n.
  let hours: UInt32
  /// Bit n: day n of the month; bit 0 is never set.
  let days: UInt32
  /// Bit n: month n; bit 0 is never set.
  let months: UInt16
  /// Bit n: weekday n, Sunday 0.
  let weekdays: UInt8
  let flags: Flags
  /// Seconds, years and the special days; nil for most.
  let extras: CronExtras?

  /// What a field's first character says, and what is worked out once from the sets.
  struct Flags: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    /// The field starts with `*` (or is `?`): Vixie's star flags.
    static let minuteStar = Flags(rawValue: 1)
    static let hourStar = Flags(rawValue: 2)
    static let dayStar = Flags(rawValue: 4)
    static let weekdayStar = Flags(rawValue: 8)
    /// Every day of every month matches.
    static let everyDay = Flags(rawValue: 16)
    /// Both day fields must match.
    static let bothDays = Flags(rawValue: 32)
    /// A field holds `H`.
    static let hashed = Flags(rawValue: 64)
    /// A field holds `~`.
    static let drawn = Flags(rawValue: 128)
  }

  /// Whether it follows real time where clocks change: a star in the minute or the hour field.
  var followsRealTime: Bool { !flags.isDisjoint(with: [.minuteStar, .hourStar]) }

  /// Parses an expression; blanks around it and between fields are free.
  ///
  /// Without a seed `H` and `~` are errors. An expression that belongs to no job may stand in for
  /// a job's name itself: `SpreadSeed(unnamed:)`.
  ///
  /// - Throws: `CronSyntaxError` at the first fault: `.syntax`, `.range` for a number out of range
  ///   or a step of 0, `.never` for days that no calendar has.
  public init(_ text: String, spread: SpreadSeed? = nil) throws(CronSyntaxError) {
    var parser = CronExpressionParser(seed: spread)
    self = try parser.parse(text.utf8.span)
  }

  init(
    minutes: UInt64, hours: UInt32, days: UInt32, months: UInt16, weekdays: UInt8, flags: Flags,
    extras: CronExtras?
  ) {
    self.minutes = minutes
    self.hours = hours
    self.days = days
    self.months = months
    self.weekdays = weekdays
    self.extras = extras
    var flags = flags
    if !flags.isDisjoint(with: [.dayStar, .weekdayStar]) { flags.insert(.bothDays) }
    let allDays = days == 0xFFFF_FFFE && weekdays == 0x7F
    if allDays, months == 0x1FFE, extras?.special == nil, extras?.years == nil {
      flags.insert(.everyDay)
    }
    self.flags = flags
  }
}
