// SPDX-License-Identifier: Apache-2.0

import BeatAPI

/// The answer to a command that makes a run.
enum RunAnswer {
  /// Shows the run, with `--wait` once it has ended; the exit code says whether it went well.
  static func show(
    _ answer: [UInt8], from daemon: any Daemon, _ session: Session
  ) throws -> ExitCode {
    let run = try APICoder.decode(RunSummary.self, from: answer)
    guard session.invocation.has("wait"), !run.isFinal, let id = run.runID else {
      try session.show(answer, as: RunSummary.self) { render($0) }
      return run.isFinal && run.state != "completed" ? .failed : .done
    }
    return try wait(for: id, daemon, session)
  }

  private static func wait(
    for id: String, _ daemon: any Daemon, _ session: Session
  ) throws -> ExitCode {
    while true {
      let answer = try daemon.ask(.run, [id], query: [("wait", "1")])
      let run = try APICoder.decode(RunDetail.self, from: answer).summary
      guard run.isFinal else { continue }
      try session.show(answer, as: RunDetail.self) { render($0.summary) }
      return run.state == "completed" ? .done : .failed
    }
  }

  /// The answer for people.
  static func render(_ run: RunSummary) -> String {
    let took = ResultPhrase.took(run.startedAt, run.finishedAt)
    var text = "run \(run.runID ?? "-") of \(run.job): \(run.state)"
    if let reason = run.reason { text += " (\(reason))" }
    if run.state == "completed", !took.isEmpty { text += " in \(took)" }
    let result = ResultPhrase.text(
      error: run.error, exitCode: run.exitCode, signal: run.signal)
    if !result.isEmpty { text += ": \(result)" }
    if run.state == "failed", let id = run.runID { text += "; see `beatctl logs \(id)`" }
    return DisplayText.escaped(text) + "\n"
  }
}
