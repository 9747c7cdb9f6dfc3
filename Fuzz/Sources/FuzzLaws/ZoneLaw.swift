// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Zone files, byte by byte (RFC 9636).
package enum ZoneFileLaw: Law {
  package static func broken(by bytes: [UInt8]) -> String? {
    var zone: Zone?
    let taken = quickest(over: Limit.reading) { zone = try? Zone(name: "Test", tzif: bytes) }
    guard taken <= Limit.reading else { return "\(taken) to read \(bytes.count) bytes" }
    guard let zone else { return nil }
    guard (try? Zone(name: "Test", tzif: bytes)) == zone else { return "read twice it differs" }
    return ZoneLaw.broken(zone)
  }
}

/// Rules as POSIX writes them in `TZ`, and zone files in their last line.
package enum ZoneRuleLaw: Law {
  package static func broken(by bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    var zone: Zone?
    let taken = quickest(over: Limit.reading) { zone = try? Zone(name: "Test", posix: text) }
    guard taken <= Limit.reading else { return "\(taken) to read \(bytes.count) bytes" }
    return zone.flatMap(ZoneLaw.broken)
  }
}

/// What holds of any zone that is accepted.
private enum ZoneLaw {
  private static let expressions = [
    "30 2 * * *", "*/7 * * * *", "0 0 29 2 1", "5,55 1-3 L * *", "59 59 23 31 12 * 2100-2199",
  ]
  private static let schedules = expressions.compactMap { try? Schedule(crontab: $0) }
  private static let start = Instant(milliseconds: -2_208_988_800_000)

  static func broken(_ zone: Zone) -> String? {
    if let fault = brokenChanges(zone) { return fault }
    for (index, schedule) in (schedules + schedules).enumerated() {
      let daylight = DaylightRule.all[index % DaylightRule.all.count]
      let law = WalkLaw(times: FireTimes(schedule, in: zone, daylight: daylight))
      let change = zone.nextTransition(after: .epoch) ?? .epoch
      for instant in [start, change - TimeSpan(milliseconds: 1), .earliest, .latest] {
        if let fault = law.broken(at: instant) { return "\(schedule), \(daylight): \(fault)" }
      }
    }
    return nil
  }

  /// Changes come in order, and each changes something.
  private static func brokenChanges(_ zone: Zone) -> String? {
    var instant = start
    for _ in 0..<100 {
      guard abs(zone.offset(at: instant)) <= 180_000 else {
        return "an offset of \(zone.offset(at: instant)) s"
      }
      guard let next = zone.nextTransition(after: instant) else { return nil }
      guard next > instant else { return "the change after \(instant.rfc3339) is \(next.rfc3339)" }
      let before = next - TimeSpan(milliseconds: 1)
      guard instant == before || zone.offset(at: before) == zone.offset(at: instant) else {
        return "the offset changes between \(instant.rfc3339) and \(next.rfc3339)"
      }
      instant = next
    }
    return nil
  }
}
