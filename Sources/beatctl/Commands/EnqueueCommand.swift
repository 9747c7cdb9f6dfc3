// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl enqueue`.
enum EnqueueCommand {
  static let command = Command(
    name: "enqueue", operands: "TASK", count: 1...1, summary: "run a task once, now or later",
    details: """
      TASK is a handler's name. It belongs to no job; `beatctl history` lists it under its own name.
      KEY: a second enqueue with the same key answers the first one's run and makes none, until 24
      hours after that run has ended.
      DURATION: as in 90s or 1h30m. TIME: RFC 3339, or a duration ahead.
      With --wait the exit code is 1 where the run does not complete.
      """,
    options: [
      Option("with", value: "JSON", help: "the task's payload: an object"),
      Option("in", value: "DURATION", help: "run it so long from now"),
      Option("at", value: "TIME", help: "run it then"),
      Option("priority", value: "N", help: "0 to 9; higher starts first (5)"),
      Option("retries", value: "N", help: "so many attempts may follow a failed first one (3)"),
      Option("queue", value: "NAME", help: "the queue that it waits in (default)"),
      Option("key", value: "KEY", help: "enqueue once for this key"),
      Option("wait", help: "wait until the run has ended, retries included"),
    ],
    examples: [
      #"beatctl enqueue session-cleanup --with '{"database":"/srv/app.db","table":"sessions"}'"#,
      "beatctl enqueue report-aggregation --in 2h --key report-2027-01",
    ]
  ) { session in
    let daemon = try session.daemon()
    let answer = try daemon.tell(.enqueue, [], request(of: session))
    return try RunAnswer.show(answer, from: daemon, session)
  }

  private static func request(of session: Session) throws -> EnqueueRequest {
    let invocation = session.invocation
    var request = EnqueueRequest(task: invocation.operands[0])
    request.payload = try PayloadArgument.parse(invocation.value("with"))
    request.at = try due(invocation, now: session.around.now())
    if invocation.value("priority") != nil {
      request.priority = try invocation.number("priority", in: 0...9, or: 5)
    }
    if invocation.value("retries") != nil {
      request.retries = try invocation.number("retries", in: 0...1_000_000, or: 3)
    }
    request.queue = invocation.value("queue")
    request.key = invocation.value("key")
    return request
  }

  private static func due(_ invocation: Invocation, now: Instant) throws(Failure) -> Instant? {
    guard let text = invocation.value("in") else {
      guard let text = invocation.value("at") else { return nil }
      return try TimeArgument.parse(text, option: "--at", now: now, .ahead)
    }
    guard invocation.value("at") == nil else {
      throw Failure.usage("--in and --at do not go together")
    }
    guard let span = try? TimeSpan(parsing: text) else {
      throw Failure.usage(
        "--in: \"\(text)\" is not a length of time", hint: "expected one as in 90s or 1h30m")
    }
    return now + span
  }
}
