// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl pause` and `beatctl resume`.
enum PauseCommand {
  private static let all = Option("all", help: "everything, instead of one job")

  static let pause = Command(
    name: "pause", operands: "JOB|--all", count: 0...1,
    summary: "let nothing of a job, or of all, be started",
    details: """
      What is due meanwhile is recorded as missed; running attempts go on, waiting ones wait.
      TIME: RFC 3339, or a duration ahead, as in 2h.
      """,
    options: [
      all, Option("until", value: "TIME", help: "resume by itself then"),
      Option("reason", value: "TEXT", help: "why, for those who look later"),
    ],
    examples: ["beatctl pause backup --until 2h --reason 'disk is being moved'"]
  ) { session in
    let invocation = session.invocation
    let now = session.around.now()
    let until = try invocation.value("until").map {
      try TimeArgument.parse($0, option: "--until", now: now, .ahead)
    }
    if let until, until <= now { throw Failure.usage("--until: the time has passed") }
    let request = PauseRequest(until: until, note: invocation.value("reason"))
    let answer =
      if let job = try job(of: session) {
        try session.daemon().tell(.pause, [job], request)
      } else {
        try session.daemon().tell(.pauseAll, [], request)
      }
    try session.show(answer, as: PauseReply.self) { render($0, zone: session.zone, now: now) }
    return .done
  }

  static let resume = Command(
    name: "resume", operands: "JOB|--all", count: 0...1, summary: "end a pause",
    details: "What passed meanwhile stays missed.", options: [all],
    examples: ["beatctl resume backup", "beatctl resume --all"]
  ) { session in
    let request = ResumeRequest()
    let answer =
      if let job = try job(of: session) {
        try session.daemon().tell(.resume, [job], request)
      } else {
        try session.daemon().tell(.resumeAll, [], request)
      }
    try session.show(answer, as: PauseReply.self) {
      render($0, zone: session.zone, now: session.around.now())
    }
    return .done
  }

  /// The job that is meant; nil: everything.
  private static func job(of session: Session) throws(Failure) -> String? {
    let job = session.invocation.operands.first
    guard (job == nil) == session.invocation.has("all") else {
      throw Failure.usage("say which job, or --all, and not both")
    }
    return job
  }

  /// The answer for people.
  static func render(_ reply: PauseReply, zone: Zone, now: Instant) -> String {
    let what = DisplayText.escaped(reply.job ?? "everything")
    guard let pause = reply.pause else { return "\(what) is resumed\n" }
    let until = pause.until.map { " until \(TimePhrase.at($0, zone, now))" } ?? ""
    let note = pause.note.map { ": \(DisplayText.escaped($0))" } ?? ""
    return "\(what) is paused\(until)\(note)\n"
  }
}
