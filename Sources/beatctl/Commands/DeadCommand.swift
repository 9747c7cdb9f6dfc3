// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl dead list` and `beatctl dead replay`.
enum DeadCommand {
  static let list = Command(
    name: "dead list", operands: "", count: 0...0,
    summary: "runs that used up their attempts", examples: ["beatctl dead list"]
  ) { session in
    let answer = try session.daemon().ask(.dead)
    try session.show(answer, as: HistoryReply.self) { reply in
      guard !reply.runs.isEmpty else { return "no dead letters\n" }
      return HistoryCommand.render(
        reply, terminal: session.terminal, zone: session.zone, now: session.around.now())
    }
    return .done
  }

  static let replay = Command(
    name: "dead replay", operands: "RUN…", count: 1...10_000,
    summary: "run dead letters once more",
    details: """
      Each becomes a new run with the scheduled instant of the old. Stops at the first that can't be
      replayed; those before it are.
      """,
    examples: ["beatctl dead replay k3v9q2-1842"]
  ) { session in
    let daemon = try session.daemon()
    var made: [RunSummary] = []
    do {
      for run in session.invocation.operands {
        let answer = try daemon.send(
          APIRoute.replay.method, APIRoute.replay.target([run]), body: nil)
        let new = try APICoder.decode(RunSummary.self, from: answer)
        made.append(new)
        guard !session.wantsJSON else { continue }
        try session.output.line(DisplayText.escaped(text(of: new, replaying: run)))
      }
    } catch {
      if session.wantsJSON { try session.show(json: HistoryReply(runs: made)) }
      throw error
    }
    if session.wantsJSON { try session.show(json: HistoryReply(runs: made)) }
    return made.contains { $0.state == "skipped" } ? .failed : .done
  }

  private static func text(of new: RunSummary, replaying old: String) -> String {
    let reason = new.reason.map { " (\($0))" } ?? ""
    return "run \(new.runID ?? "-") of \(new.job) replays \(old): \(new.state)\(reason)"
  }
}
