// SPDX-License-Identifier: Apache-2.0

import BeatAPI

/// `beatctl cancel`.
enum CancelCommand {
  static let command = Command(
    name: "cancel", operands: "RUN", count: 1...1, summary: "call a run off, or stop it",
    details: """
      A run that waits is cancelled at once. Of one that runs, the process is told to end (TERM,
      then KILL after the job's grace), the handler or the request is cancelled. It is not tried
      again, is no dead letter, and nobody is told of a failure.
      """,
    examples: ["beatctl cancel k3v9q2-1842"]
  ) { session in
    let answer = try session.daemon().send(
      APIRoute.cancel.method, APIRoute.cancel.target(session.invocation.operands), body: nil)
    try session.show(answer, as: RunSummary.self) { render($0) }
    return .done
  }

  /// The answer for people.
  static func render(_ run: RunSummary) -> String {
    guard run.isFinal else {
      return DisplayText.escaped(
        "run \(run.runID ?? "-") of \(run.job) is told to end") + "\n"
    }
    return RunAnswer.render(run)
  }
}
