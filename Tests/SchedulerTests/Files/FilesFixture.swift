// SPDX-License-Identifier: Apache-2.0

import CronParser

@testable import Scheduler

/// Schedule files from text.
enum FilesFixture {
  static let zones = ZoneDirectory()
  static let context = LoadContext(
    defaultZone: .utc, zones: zones, shippedHandlers: ["session-cleanup", "report-aggregation"])

  static func crontab(_ text: String, _ name: String = "app.cron") -> ScheduleFile {
    ScheduleFile(path: "/etc/\(name)", relativeName: name, kind: .crontab, bytes: Array(text.utf8))
  }

  static func jobFile(_ text: String, _ name: String = "jobs.toml") -> ScheduleFile {
    ScheduleFile(path: "/etc/\(name)", relativeName: name, kind: .jobFile, bytes: Array(text.utf8))
  }

  static func load(_ files: ScheduleFile..., warnings: Bool = false) -> LoadResult {
    var context = context
    if warnings { context.warningsAt = Instant(rfc3339: "2027-01-01T00:00:00Z") }
    return ScheduleSet.load(files: files, context: context)
  }

  /// What is printed of all that is wrong.
  static func rendered(_ result: LoadResult) -> String {
    result.diagnostics.map(\.rendered).joined(separator: "\n")
  }
}

extension LoadResult {
  /// The names of the jobs that are whole.
  var names: [String] { jobs.map(\.name.text) }

  /// The job of a name.
  func job(_ name: String) -> Job? { jobs.first { $0.name.text == name } }
}
