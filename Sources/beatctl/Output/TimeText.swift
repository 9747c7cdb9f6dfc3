// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Instants and lengths of time, for people.
enum TimeText {
  /// `2026-11-26 08:00:00`, in a zone.
  static func local(_ instant: Instant, in zone: Zone) -> String {
    let time = CivilDateTime(instant, offset: zone.offset(at: instant))
    return "\(padded(time.date.year, 4))-\(padded(time.date.month))-\(padded(time.date.day)) "
      + "\(padded(time.hour)):\(padded(time.minute)):\(padded(time.second))"
  }

  /// `Thu 2026-11-26 08:00:00 +01:00`, in a zone; with milliseconds where they are not zero.
  static func full(_ instant: Instant, in zone: Zone) -> String {
    let offset = zone.offset(at: instant)
    let weekday = CivilDateTime(instant, offset: offset).date.weekday
    let thousandth = Int(((instant.milliseconds % 1_000) + 1_000) % 1_000)
    let fraction = thousandth == 0 ? "" : ".\(padded(thousandth, 3))"
    return "\(name(of: weekday)) \(local(instant, in: zone))\(fraction) \(Self.offset(offset))"
  }

  /// `Thu 08:00` within six days of now, with seconds where they are not zero; else the date.
  static func near(_ instant: Instant, in zone: Zone, now: Instant) -> String {
    let text = local(instant, in: zone)
    guard abs((instant - now).milliseconds) < 6 * 86_400_000 else { return String(text.prefix(10)) }
    let time = text.dropFirst(11)
    let weekday = CivilDateTime(instant, offset: zone.offset(at: instant)).date.weekday
    return "\(name(of: weekday)) \(time.hasSuffix(":00") ? time.dropLast(3) : time)"
  }

  /// As ``local(_:in:)``, without the year where it is this one.
  static func withinYear(_ instant: Instant, in zone: Zone, now: Instant) -> String {
    let text = local(instant, in: zone)
    return text.prefix(5) == local(now, in: zone).prefix(5) ? String(text.dropFirst(5)) : text
  }

  /// `in 4m`, `3h 5m ago`, `now`.
  static func relative(_ instant: Instant, to now: Instant) -> String {
    direction(instant, now, rough)
  }

  /// As ``relative(_:to:)``, in one unit.
  static func brief(_ instant: Instant, to now: Instant) -> String {
    direction(instant, now) { String(rough($0).prefix { $0 != " " }) }
  }

  private static func direction(
    _ instant: Instant, _ now: Instant, _ text: (TimeSpan) -> String
  ) -> String {
    let span = instant - now
    let length = text(TimeSpan(milliseconds: abs(span.milliseconds)))
    if length == "0s" { return "now" }
    return span > .zero ? "in \(length)" : "\(length) ago"
  }

  /// A length in at most two units, cut: `250ms`, `1.5s`, `4m`, `3h 5m`, `2d 4h`, `120d`.
  static func length(_ span: TimeSpan) -> String {
    let milliseconds = max(0, span.milliseconds)
    if milliseconds < 1_000 { return "\(milliseconds)ms" }
    if milliseconds < 60_000 {
      let tenth = milliseconds / 100 % 10
      return tenth == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds / 1_000).\(tenth)s"
    }
    return rough(span)
  }

  private static func rough(_ span: TimeSpan) -> String {
    let seconds = span.milliseconds / 1_000
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400)
    if minutes == 0 { return "\(seconds)s" }
    if minutes < 10 { return pair(minutes, "m", seconds % 60, "s") }
    if hours == 0 { return "\(minutes)m" }
    if days == 0 { return pair(hours, "h", minutes % 60, "m") }
    return days < 30 ? pair(days, "d", hours % 24, "h") : "\(days)d"
  }

  private static func pair(_ first: Int64, _ unit: String, _ second: Int64, _ small: String)
    -> String
  {
    second == 0 ? "\(first)\(unit)" : "\(first)\(unit) \(second)\(small)"
  }

  /// `+01:00`, with seconds where they are not zero.
  static func offset(_ seconds: Int) -> String {
    let size = abs(seconds)
    let rest = size % 60 == 0 ? "" : ":\(padded(size % 60))"
    return "\(seconds < 0 ? "-" : "+")\(padded(size / 3_600)):\(padded(size / 60 % 60))\(rest)"
  }

  private static func name(of weekday: Weekday) -> String {
    switch weekday {
    case .sunday: "Sun"
    case .monday: "Mon"
    case .tuesday: "Tue"
    case .wednesday: "Wed"
    case .thursday: "Thu"
    case .friday: "Fri"
    case .saturday: "Sat"
    }
  }

  private static func padded(_ number: Int, _ width: Int = 2) -> String {
    if width == 2, 10...99 ~= number { return String(number) }
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
