// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// `beatctl check`.
enum CheckCommand {
  static let command = Command(
    name: "check", operands: "PATH…", count: 0...10_000,
    summary: "say what is wrong with schedule files",
    details: """
      Exits 1 where there are errors. With --config FILE, beatd's settings are checked too, their
      queues are those that jobs may name, and their time zone is that of jobs that name none.
      Without PATH: the files that the settings name.
      """,
    options: [Option("config", value: "FILE", help: "the settings, as in /etc/beat/beatd.toml")],
    examples: [
      "beatctl check /etc/beat/schedules", "beatctl check --config /etc/beat/beatd.toml jobs.toml",
    ]
  ) { session in
    let settings = try CheckedSettings(session)
    let named = session.invocation.operands
    guard let paths = named.isEmpty ? settings.schedules : named else {
      throw Failure.usage("check: which files?", hint: "beatctl check PATH…")
    }
    let check = ScheduleCheck(
      paths: paths,
      context: NamedFiles.context(
        session, zone: settings.zone, queues: settings.value?.queueNames),
      now: session.around.now()
    ).adding(settings.diagnostics)
    if session.wantsJSON {
      try session.show(json: Report(check))
    } else {
      try session.output.write(render(check, terminal: session.terminal))
    }
    return check.errorCount > 0 ? .failed : .done
  }

  /// The settings that `--config` names.
  private struct CheckedSettings {
    /// Nil where none are named, and where they are wrong: then anything may be meant.
    let value: DaemonSettings?
    let diagnostics: [Diagnostic]
    let zone: Zone

    /// The files that they name; none where they are wrong, nil where they name none.
    var schedules: [String]? { diagnostics.isEmpty ? value?.schedules : [] }

    init(_ session: Session) throws {
      guard let path = session.invocation.value("config") else {
        (value, diagnostics, zone) = (nil, [], session.zone)
        return
      }
      let (settings, faults) = DaemonSettings.read(path, zones: session.around.zones)
      diagnostics = faults
      value = faults.isEmpty ? settings : nil
      zone = try value?.timezone.map(session.around.zones.zone(named:)) ?? session.zone
    }
  }

  /// The report for people.
  static func render(_ check: ScheduleCheck, terminal: Terminal) -> String {
    let texts = check.diagnostics.map { $0.rendered + "\n\n" }.joined()
    let summary =
      "\(counted(check.fileCount, "file")), \(counted(check.jobCount, "job")), "
      + "\(counted(check.errorCount, "error")), \(counted(check.warningCount, "warning"))"
    let style: Style =
      check.errorCount > 0 ? .bad : check.warningCount > 0 ? .warning : .good
    let ignored =
      check.ignored.isEmpty
      ? "" : "passed over, by their names: \(list(check.ignored.map(Diagnostic.escaped)))\n"
    return texts + ignored + style.apply(summary, on: terminal) + "\n"
  }

  /// The first few of many.
  private static func list(_ names: [String]) -> String {
    let more = names.count > 8 ? " and \(names.count - 8) more" : ""
    return names.prefix(8).joined(separator: ", ") + more
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  private struct Report: Encodable {
    let files: Int
    let jobs: Int
    let errors: Int
    let warnings: Int
    let ignored: [String]
    let diagnostics: [Item]

    init(_ check: ScheduleCheck) {
      files = check.fileCount
      jobs = check.jobCount
      errors = check.errorCount
      warnings = check.warningCount
      ignored = check.ignored
      diagnostics = check.diagnostics.map(Item.init)
    }
  }

  private struct Item: Encodable {
    let file: String
    let line: Int
    let column: Int
    let length: Int
    let severity: String
    let category: String
    let message: String
    let expected: String?
    let suggestion: String?

    init(_ diagnostic: Diagnostic) {
      file = diagnostic.file
      line = diagnostic.line
      column = diagnostic.column
      length = diagnostic.length
      severity = diagnostic.severity.rawValue
      category = diagnostic.category.rawValue
      message = diagnostic.message
      expected = diagnostic.expected
      suggestion = diagnostic.suggestion
    }
  }
}
