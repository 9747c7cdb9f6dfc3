// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl status`.
enum StatusCommand {
  static let command = Command(
    name: "status", operands: "", count: 0...0,
    summary: "is beatd up, and how is it", examples: ["beatctl status"]
  ) { session in
    let answer = try session.daemon().ask(.status)
    try session.show(answer, as: StatusReply.self) {
      render($0, terminal: session.terminal, zone: session.zone, now: session.around.now())
    }
    return .done
  }

  /// The answer for people.
  static func render(
    _ reply: StatusReply, terminal: Terminal, zone: Zone, now: Instant
  ) -> String {
    var sheet = Sheet()
    sheet.add("beatd", "\(reply.version), process \(reply.pid)")
    sheet.add("up since", TimePhrase.at(reply.startedAt, zone, now))
    sheet.add("state file", reply.stateFile)
    for (index, path) in reply.schedules.enumerated() {
      sheet.add(index == 0 ? "schedules" : "", path)
    }
    sheet.add("time zone", reply.timezone)
    sheet.add("jobs", text(of: reply.jobs))
    sheet.add(
      "runs", "\(reply.running) running, \(reply.queued) queued, \(reply.retrying) retrying")
    sheet.add("dead letters", "\(reply.dead)", reply.dead > 0 ? .bad : .plain)
    if let pause = reply.paused {
      sheet.add("paused", PausePhrase.text(pause, zone, now), .warning)
    }
    for (index, queue) in (reply.queues ?? []).filter(isWorthSaying).enumerated() {
      sheet.add(index == 0 ? "queues" : "", text(of: queue, zone, now), .warning)
    }
    sheet.add(
      "next due", reply.next.map { "\($0.job), \(TimePhrase.at($0.at, zone, now))" } ?? "nothing")
    var text = sheet.render(on: terminal)
    if let trouble = reply.storeTrouble {
      text += "\n" + Style.bad.apply("nothing is started: ", on: terminal)
      text += DisplayText.escaped(trouble) + "\n"
    }
    for file in reply.broken {
      text += "\n" + Style.bad.apply("broken: \(DisplayText.escaped(file.file))", on: terminal)
      text += "\n" + DisplayText.escapedOutput(file.diagnostics) + "\n"
    }
    return text
  }

  private static func isWorthSaying(_ queue: QueueSummary) -> Bool {
    queue.pause != nil || (queue.isFull && queue.waiting > 0)
  }

  private static func text(of queue: QueueSummary, _ zone: Zone, _ now: Instant) -> String {
    var parts: [String] = []
    if let pause = queue.pause { parts.append("paused \(PausePhrase.text(pause, zone, now))") }
    if queue.isFull, let limit = queue.limit { parts.append("full, \(queue.running) of \(limit)") }
    parts.append("\(queue.waiting) waiting")
    return "\(queue.name): \(parts.joined(separator: "; "))"
  }

  private static func text(of counts: JobCounts) -> String {
    let parts = [
      ("idle", counts.idle), ("running", counts.running), ("retrying", counts.retrying),
      ("queued", counts.queued), ("disabled", counts.disabled), ("broken", counts.broken),
      ("ended", counts.ended), ("paused", counts.paused),
    ].filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    let list = parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    return "\(counts.total)\(list)"
  }
}
