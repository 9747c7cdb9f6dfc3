// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Durations and instants as text.
package enum DurationLaw: Law {
  package static func broken(by bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    return brokenDuration(text) ?? brokenInstant(text)
  }

  private static func brokenDuration(_ text: String) -> String? {
    let span: TimeSpan
    do throws(CronSyntaxError) {
      span = try TimeSpan(parsing: text)
    } catch {
      return misplaced(error, in: text)
    }
    guard span >= .zero else { return "it is negative: \(span.milliseconds) ms" }
    guard (try? TimeSpan(parsing: span.text)) == span else {
      return "\(span.milliseconds) ms is written \(span.text), which reads otherwise"
    }
    let interval = IntervalSchedule(
      period: span, anchor: Instant(milliseconds: span.milliseconds % 86_400_000))
    let law = WalkLaw(times: FireTimes(.every(interval), in: .utc))
    for instant in [Instant.epoch, .earliest, .latest] {
      if let fault = law.broken(at: instant) { return fault }
    }
    return nil
  }

  private static func brokenInstant(_ text: String) -> String? {
    guard let instant = Instant(rfc3339: text) else { return nil }
    guard Instant(rfc3339: instant.rfc3339) == instant else {
      return "it is written \(instant.rfc3339), which reads otherwise"
    }
    guard let up = Instant(rfc3339: text, roundingUp: true) else { return nil }
    let rounded = up - instant
    guard rounded == .zero || rounded == TimeSpan(milliseconds: 1) else {
      return "rounded up it is \(up.rfc3339)"
    }
    return nil
  }
}
