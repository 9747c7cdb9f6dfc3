// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl show`.
enum ShowCommand {
  static let command = Command(
    name: "show", operands: "JOB", count: 1...1, summary: "everything on one job",
    examples: ["beatctl show nightly-report"]
  ) { session in
    let answer = try session.daemon().ask(.job, session.invocation.operands)
    try session.show(answer, as: JobDetail.self) {
      render($0, terminal: session.terminal, zone: session.zone, now: session.around.now())
    }
    return .done
  }

  /// The answer for people.
  static func render(_ job: JobDetail, terminal: Terminal, zone: Zone, now: Instant) -> String {
    let summary = job.summary
    var sheet = Sheet()
    sheet.add("job", summary.name, .heading)
    sheet.add("description", summary.description)
    sheet.add("schedule", "\(summary.schedule) (\(summary.timezone))")
    sheet.add(job.work.kind, job.work.text)
    sheet.add("with", job.work.with.map(\.text))
    sheet.add("state", summary.state.rawValue, .of(state: summary.state.rawValue))
    sheet.add("paused", job.pause.map { PausePhrase.text($0, zone, now) }, .warning)
    sheet.add("next", summary.next.map { TimePhrase.at($0, zone, now) } ?? "-")
    sheet.add("defined in", job.source.map { "\($0.file):\($0.line)" })
    for (index, option) in job.options.sorted(by: { $0.key < $1.key }).enumerated() {
      let line = job.optionLines[option.key].map { "  (line \($0))" } ?? ""
      sheet.add(index == 0 ? "options" : "", "\(option.key) = \(option.value)\(line)")
    }
    let head = sheet.render(on: terminal)
    guard !job.runs.isEmpty else { return head + "\nIt has not run yet.\n" }
    let runs = HistoryReply(runs: job.runs)
    return head + "\n" + HistoryCommand.render(runs, terminal: terminal, zone: zone, now: now)
  }
}
