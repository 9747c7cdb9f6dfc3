// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl trigger`.
enum TriggerCommand {
  static let command = Command(
    name: "trigger", operands: "JOB", count: 1...1, summary: "run a job now",
    details: """
      Also while the job is paused; its schedule does not move. Where an earlier run of it has not
      ended, its overlap policy decides: a run that is left out is recorded, and the exit code is 1.
      With --wait the exit code is 1 where the run does not complete.
      """,
    options: [
      Option("with", value: "JSON", help: "a payload in place of the job's own: an object"),
      Option("wait", help: "wait until the run has ended, retries included"),
      Option("force", help: "run it whatever overlaps, and though it is disabled"),
    ],
    examples: ["beatctl trigger backup --wait", #"beatctl trigger report --with '{"day":"mon"}'"#]
  ) { session in
    let invocation = session.invocation
    let request = TriggerRequest(
      payload: try payload(invocation.value("with")), force: invocation.has("force"))
    let daemon = try session.daemon()
    let answer = try daemon.tell(.trigger, invocation.operands, request)
    let run = try APICoder.decode(RunSummary.self, from: answer)
    guard invocation.has("wait"), !run.isFinal, let id = run.runID else {
      try session.show(answer, as: RunSummary.self) { render($0) }
      return run.isFinal && run.state != "completed" ? .failed : .done
    }
    return try wait(for: id, daemon, session)
  }

  private static func payload(_ text: String?) throws -> JSONValue? {
    guard let text else { return nil }
    let value: JSONValue
    do {
      value = try APICoder.decode(JSONValue.self, from: Array(text.utf8))
    } catch {
      throw Failure.usage(
        "--with: not JSON", hint: #"expected an object, as in '{"table":"sessions"}'"#)
    }
    guard case .object = value else {
      throw Failure.usage("--with: expected a JSON object, as in '{\"table\":\"sessions\"}'")
    }
    return value
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
