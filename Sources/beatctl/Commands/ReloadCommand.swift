// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl reload`.
enum ReloadCommand {
  static let command = Command(
    name: "reload", operands: "", count: 0...0, summary: "read the schedule files again",
    details: """
      Shows what changes: + a new job, - one that is gone, ~ one whose definition is another, with
      its next instant and, where that moves, what it was.
      Exits 1 where a file is in error; what it defined before stays in force.
      """,
    examples: ["beatctl reload"]
  ) { session in
    let answer = try session.daemon().send(
      APIRoute.reload.method, APIRoute.reload.target(), body: nil)
    let reply = try APICoder.decode(ReloadReply.self, from: answer)
    try session.show(answer, as: ReloadReply.self) {
      render($0, zone: session.zone, now: session.around.now(), terminal: session.terminal)
    }
    return reply.broken.isEmpty ? .done : .failed
  }

  /// The answer for people.
  static func render(
    _ reply: ReloadReply, zone: Zone, now: Instant, terminal: Terminal
  ) -> String {
    var text =
      "\(reply.added) added, \(reply.changed) changed, \(reply.removed) removed, "
      + "\(reply.unchanged) unchanged\n"
    let width = reply.plan.map { DisplayText.escaped($0.job).count }.max() ?? 0
    for change in reply.plan { text += line(change, width: width, zone: zone, now: now) + "\n" }
    let all = reply.added + reply.changed + reply.removed
    if all > reply.plan.count { text += "  … and \(all - reply.plan.count) more\n" }
    for file in reply.broken {
      text += Style.bad.apply("broken: \(DisplayText.escaped(file.file))", on: terminal) + "\n"
      text += DisplayText.escapedOutput(file.diagnostics) + "\n"
    }
    return text
  }

  private static func line(
    _ change: PlannedChange, width: Int, zone: Zone, now: Instant
  ) -> String {
    let name = DisplayText.escaped(change.job)
    let padded = name + String(repeating: " ", count: max(0, width - name.count))
    let time = { (instant: Instant?) in
      instant.map { TimeText.near($0, in: zone, now: now) } ?? "never"
    }
    switch change.change {
    case .removed: return "  - \(name)"
    case .added: return "  + \(padded)  next \(time(change.next))"
    case .changed where change.before == change.next:
      return "  ~ \(padded)  next \(time(change.next)), as before"
    case .changed:
      return "  ~ \(padded)  next \(time(change.next)), was \(time(change.before))"
    }
  }
}
