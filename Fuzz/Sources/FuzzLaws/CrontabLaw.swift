// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// Whole crontabs: with and without a user column, and as jobs.
package enum CrontabLaw: Law {
  package static func broken(by bytes: [UInt8]) -> String? {
    var fault: String?
    let taken = quickest(over: Limit.reading) {
      fault =
        broken(Crontab(bytes), in: bytes) ?? broken(Crontab(bytes, userColumn: true), in: bytes)
    }
    if let fault { return fault }
    guard taken <= Limit.reading else { return "\(taken) to read \(bytes.count) bytes" }
    let file = ScheduleFile(
      path: "/etc/app.cron", relativeName: "app.cron", kind: .crontab, bytes: bytes)
    return FilesLaw.broken(by: file)
  }

  private static func broken(_ crontab: Crontab, in bytes: [UInt8]) -> String? {
    let newline = UInt8(ascii: "\n")
    let lines = bytes.count { $0 == newline } + 1
    let places =
      crontab.entries.map { ($0.line, $0.bytes) } + crontab.errors.map { ($0.line, $0.bytes) }
    for (line, range) in places {
      guard 1...lines ~= line, range.upperBound <= bytes.count, !bytes[range].contains(newline)
      else {
        return "line \(line) lies at \(range) of \(bytes.count) bytes"
      }
    }
    for error in crontab.errors where error.column < 1 || error.length < 0 || error.message.isEmpty
    {
      return "an error has no place: \(error)"
    }
    let used = Set(places.map(\.0))
    return used.count == places.count ? nil : "a line is two things"
  }
}
