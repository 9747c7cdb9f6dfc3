// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// `beatctl check`.
enum CheckCommand {
  static let command = Command(
    name: "check", operands: "PATH…", count: 1...10_000,
    summary: "say what is wrong with schedule files", details: "Exits 1 where there are errors.",
    examples: ["beatctl check /etc/beat/schedules", "beatctl check jobs.toml"]
  ) { session in
    let check = ScheduleCheck(
      paths: session.invocation.operands, context: NamedFiles.context(session, zone: session.zone),
      now: session.around.now())
    if session.wantsJSON {
      try session.show(json: Report(check))
    } else {
      try session.output.write(render(check, terminal: session.terminal))
    }
    return check.errorCount > 0 ? .failed : .done
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
