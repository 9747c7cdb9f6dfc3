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
      With --at it runs one instant that the schedule named (RFC 3339), though it was missed or
      skipped; one that has a run already only with --force.
      With --wait the exit code is 1 where the run does not complete.
      """,
    options: [
      Option("with", value: "JSON", help: "a payload in place of the job's own: an object"),
      Option("at", value: "INSTANT", help: "run this instant of the schedule"),
      Option("wait", help: "wait until the run has ended, retries included"),
      Option("force", help: "run it whatever overlaps, and though it is disabled or ran before"),
    ],
    examples: [
      "beatctl trigger backup --wait", #"beatctl trigger report --with '{"day":"mon"}'"#,
      "beatctl trigger report --at 2027-01-01T02:00:00Z",
    ]
  ) { session in
    let invocation = session.invocation
    let request = TriggerRequest(
      payload: try PayloadArgument.parse(invocation.value("with")),
      force: invocation.has("force"), at: try instant(invocation.value("at")))
    guard request.at == nil || request.payload == nil else {
      throw Failure.usage("--with and --at do not go together: an instant runs as its job says")
    }
    let daemon = try session.daemon()
    let answer = try daemon.tell(.trigger, invocation.operands, request)
    return try RunAnswer.show(answer, from: daemon, session)
  }

  private static func instant(_ text: String?) throws(Failure) -> Instant? {
    guard let text else { return nil }
    guard let instant = Instant(rfc3339: text) else {
      throw Failure.usage(
        "--at: \"\(text)\" is not an instant",
        hint: "expected RFC 3339 as in 2027-01-01T09:00:00+01:00; `beatctl prev JOB` lists them")
    }
    return instant
  }
}
