// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Expressions and macros, as a crontab writes them.
package enum ExpressionLaw: Law {
  private static let zones: [Zone] = {
    let directory = ZoneDirectory()
    let names = ["America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"]
    return [.utc] + names.compactMap { try? directory.zone(named: $0) }
  }()

  package static func broken(by bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    let seed = SpreadSeed(unnamed: text)
    let schedule: Schedule
    do throws(CronSyntaxError) {
      schedule = try Schedule(crontab: text, spread: seed)
    } catch {
      return misplaced(error, in: text)
    }
    if (try? Schedule(crontab: text, spread: seed)) != schedule {
      return "read twice it is not the same"
    }
    if String(describing: schedule).isEmpty { return "it has no description" }
    var sum: UInt64 = 14_695_981_039_346_656_037
    for byte in bytes { sum = (sum ^ UInt64(byte)) &* 1_099_511_628_211 }
    let zone = zones[Int(sum % UInt64(zones.count))]
    let daylight = DaylightRule.all[Int(sum >> 8 & 0xFF) % DaylightRule.all.count]
    let law = WalkLaw(times: FireTimes(schedule, in: zone, daylight: daylight))
    // From 1900 to 2200, and the ends of time.
    let within = Instant(milliseconds: Int64(sum >> 16) % 9_467_107_200_000 - 2_208_988_800_000)
    for instant in [within, .epoch, .earliest, .latest] {
      if let fault = law.broken(at: instant) { return "\(zone.name), \(daylight): \(fault)" }
    }
    return nil
  }
}

extension DaylightRule {
  /// Every choice there is.
  static let all: [DaylightRule] =
    [.cron]
    + Gap.allCases.flatMap { gap in Fold.allCases.map { .chosen(gap: gap, fold: $0) } }
}
