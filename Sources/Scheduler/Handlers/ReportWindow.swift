// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// How long a report's window is.
enum ReportWindowLength: String, CaseIterable {
  case minute
  case hour
  case day
}

/// A stretch of time that a report sums up: `start` belongs to it, `end` does not.
///
/// The windows of one length and zone cover all of time and never overlap, so that each row is
/// counted once: days are the zone's calendar days, 23 or 25 hours long where its clocks change;
/// hours are full hours of its clocks, each of the two that a clock set back shows being one of its
/// own.
struct ReportWindow: Hashable {
  let start: Instant
  let end: Instant

  /// The last window that was over at an instant.
  init(_ length: ReportWindowLength, completeAt instant: Instant, in zone: Zone) {
    end = Self.start(of: length, containing: instant, in: zone)
    start = Self.start(of: length, containing: end - TimeSpan(milliseconds: 1), in: zone)
  }

  private static func start(
    of length: ReportWindowLength, containing instant: Instant, in zone: Zone
  ) -> Instant {
    switch length {
    case .minute: instant - TimeSpan(milliseconds: remainder(instant.milliseconds, 60_000))
    case .hour: hourStart(containing: instant, in: zone)
    case .day: dayStart(containing: instant, in: zone)
    }
  }

  private static func hourStart(containing instant: Instant, in zone: Zone) -> Instant {
    let offset = zone.offset(at: instant)
    let local = instant.milliseconds + Int64(offset) * 1_000
    var start = instant - TimeSpan(milliseconds: remainder(local, 3_600_000))
    guard (zone.offset(at: start) - offset) % 3_600 != 0 else { return start }
    // The clocks were moved by less than an hour within it: the hour was cut short there.
    while let change = zone.nextTransition(after: start), change <= instant { start = change }
    return start
  }

  private static func dayStart(containing instant: Instant, in zone: Zone) -> Instant {
    let local = instant.milliseconds + Int64(zone.offset(at: instant)) * 1_000
    let day = (local - remainder(local, 86_400_000)) / 86_400_000
    // Where clocks are set back over midnight, a day is taken to begin when its date is first
    // shown.
    let starts = [day + 1, day, day - 1].map { dayStart($0, in: zone) }
    return starts.first { $0 <= instant } ?? instant
  }

  /// The first instant at which the zone's date is the day, counted from 1970, or a later one.
  private static func dayStart(_ day: Int64, in zone: Zone) -> Instant {
    let midnight = Instant(milliseconds: day * 86_400_000)
    // No clock is two days off.
    var segment = midnight - TimeSpan.hours(48)
    while true {
      let start = midnight - TimeSpan.seconds(Int64(zone.offset(at: segment)))
      guard let next = zone.nextTransition(after: segment), next <= start else {
        return max(start, segment)
      }
      segment = next
    }
  }

  private static func remainder(_ value: Int64, _ divisor: Int64) -> Int64 {
    let remainder = value % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
