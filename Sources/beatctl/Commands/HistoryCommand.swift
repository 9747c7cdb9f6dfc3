// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl history`.
enum HistoryCommand {
  static let command = Command(
    name: "history", operands: "[JOB]", count: 0...1,
    summary: "what ran, and what did not and why, newest first",
    details: """
      STATE: pending, queued, running, retrying, completed, failed, missed, skipped, cancelled.
      TIME: RFC 3339, now, or a duration ago, as in 2h.
      """,
    options: [
      Option("state", value: "STATE", help: "only runs in this state"),
      Option("since", value: "TIME", help: "only what was due at or after this"),
      Option("limit", value: "N", help: "at most so many rows (100)"),
    ],
    examples: ["beatctl history backup", "beatctl history --state failed --since 1d"]
  ) { session in
    let answer = try session.daemon().ask(.runs, query: query(of: session))
    try session.show(answer, as: HistoryReply.self) {
      render($0, terminal: session.terminal, zone: session.zone, now: session.around.now())
    }
    return .done
  }

  private static func query(of session: Session) throws -> [(String, String)] {
    let invocation = session.invocation
    var query: [(String, String)] = []
    if let job = invocation.operands.first { query.append(("job", job)) }
    if let state = invocation.value("state") { query.append(("state", state)) }
    if let text = invocation.value("since") {
      let since = try TimeArgument.parse(
        text, option: "--since", now: session.around.now(), .ago)
      query.append(("since", since.rfc3339))
    }
    if invocation.value("limit") != nil {
      query.append(("limit", "\(try invocation.number("limit", in: 1...100_000, or: 100))"))
    }
    return query
  }

  /// The answer for people.
  static func render(
    _ reply: HistoryReply, terminal: Terminal, zone: Zone, now: Instant
  ) -> String {
    let steps = reply.clockSteps ?? []
    guard !reply.runs.isEmpty || !steps.isEmpty else { return "no runs\n" }
    var table = Table([
      .init("RUN"), .init("JOB", cut: .last), .init("SCHEDULED FOR"), .init("STATE"),
      .init("TOOK"), .init("DETAIL", cut: .last),
    ])
    var left = steps[...]
    for run in reply.runs {
      let instant = run.lastScheduledFor ?? run.scheduledFor
      while let step = left.first, step.at >= instant {
        table.add(row(of: step, zone, now))
        left.removeFirst()
      }
      table.add([
        Styled(run.runID ?? "-"), Styled(run.job),
        Styled(TimeText.withinYear(run.scheduledFor, in: zone, now: now)),
        Styled(run.state, .of(state: run.state)),
        Styled(ResultPhrase.took(run.startedAt, run.finishedAt)),
        Styled(detail(run, zone, now)),
      ])
    }
    for step in left { table.add(row(of: step, zone, now)) }
    return table.render(on: terminal)
  }

  /// A step of the clock among the runs.
  private static func row(of step: ClockStepSummary, _ zone: Zone, _ now: Instant) -> [Styled] {
    let span = TimeSpan(milliseconds: Int64(min(abs(step.by), 1e14) * 1_000))
    let way = step.by < 0 ? "back" : "forward"
    return [
      Styled("-"), Styled("-"), Styled(TimeText.withinYear(step.at, in: zone, now: now)),
      Styled("-"), Styled(""), Styled("clock set \(way) by \(span.text)", .warning),
    ]
  }

  /// What is worth saying about a row beside its columns.
  private static func detail(_ run: RunSummary, _ zone: Zone, _ now: Instant) -> String {
    let time = { TimeText.withinYear($0, in: zone, now: now) }
    var parts: [String] = []
    if run.trigger != "schedule", run.replayOf == nil, run.pruned != true {
      parts.append(run.trigger)
    }
    if let reason = run.reason { parts.append(reason) }
    if run.pruned == true {
      parts.append(pruned(run, time))
    } else if let count = run.count, count > 1, let last = run.lastScheduledFor {
      parts.append("\(count) instants, to \(time(last))")
    }
    if let count = run.missedCount, let first = run.missedFirst, count > 0 {
      parts.append("stands for \(count) missed from \(time(first))")
    }
    if let origin = run.replayOf { parts.append("replay of \(origin)") }
    let result = ResultPhrase.text(
      error: run.error, exitCode: run.exitCode, signal: run.signal)
    if run.attempt > 1 { parts.append("attempt \(run.attempt)") }
    if !result.isEmpty { parts.append(result) }
    if let retryAt = run.retryAt { parts.append("again at \(time(retryAt))") }
    return parts.joined(separator: "; ")
  }

  /// Rows of which only the number is left.
  private static func pruned(_ run: RunSummary, _ time: (Instant) -> String) -> String {
    let count = run.count ?? 1
    let whose = run.trigger == "schedule" ? "" : ", not by the schedule"
    let last = run.lastScheduledFor.map { count > 1 ? ", to \(time($0))" : "" } ?? ""
    return "pruned: \(count) run\(count == 1 ? "" : "s")\(whose)\(last)"
  }
}
