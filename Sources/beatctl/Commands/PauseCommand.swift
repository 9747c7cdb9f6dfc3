// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl pause` and `beatctl resume`.
enum PauseCommand {
  private static let targets = [
    Option("queue", value: "Q", help: "the jobs and tasks of a queue, instead of one job"),
    Option("all", help: "everything, instead of one job"),
  ]

  static let pause = Command(
    name: "pause", operands: "JOB|--queue Q|--all", count: 0...1,
    summary: "let nothing of a job, a queue, or all, be started",
    details: """
      What is due meanwhile is recorded as missed; running attempts go on, waiting ones wait.
      TIME: RFC 3339, or a duration ahead, as in 2h.
      """,
    options: targets + [
      Option("until", value: "TIME", help: "resume by itself then"),
      Option("note", value: "TEXT", help: "why, for those who look later"),
      Option("reason", value: "TEXT", help: "the same as --note"),
    ],
    examples: [
      "beatctl pause backup --until 2h --note 'disk is being moved'",
      "beatctl pause --queue reports",
    ]
  ) { session in
    let invocation = session.invocation
    let now = session.around.now()
    let until = try invocation.value("until").map {
      try TimeArgument.parse($0, option: "--until", now: now, .ahead)
    }
    if let until, until <= now { throw Failure.usage("--until: the time has passed") }
    let note = invocation.value("note") ?? invocation.value("reason")
    let request = PauseRequest(until: until, note: note)
    let target = try Target(of: session)
    let answer = try session.daemon().tell(target.pause, target.parameters, request)
    try session.show(answer, as: PauseReply.self) { render($0, zone: session.zone, now: now) }
    return .done
  }

  static let resume = Command(
    name: "resume", operands: "JOB|--queue Q|--all", count: 0...1, summary: "end a pause",
    details: """
      What passed meanwhile stays missed. With --catch-up each job's catch-up policy decides what of
      it is run after all, as backfills.
      """,
    options: targets + [Option("catch-up", help: "make up for what passed meanwhile")],
    examples: ["beatctl resume backup --catch-up", "beatctl resume --all"]
  ) { session in
    let request = ResumeRequest(catchUp: session.invocation.has("catch-up"))
    let target = try Target(of: session)
    let answer = try session.daemon().tell(target.resume, target.parameters, request)
    try session.show(answer, as: PauseReply.self) {
      render($0, zone: session.zone, now: session.around.now())
    }
    return .done
  }

  /// What is meant.
  private enum Target {
    case job(String)
    case queue(String)
    case everything

    init(of session: Session) throws(Failure) {
      let invocation = session.invocation
      let isAll = invocation.has("all")
      switch (invocation.operands.first, invocation.value("queue")) {
      case (let job?, nil) where !isAll: self = .job(job)
      case (nil, let queue?) where !isAll: self = .queue(queue)
      case (nil, nil) where isAll: self = .everything
      default: throw Failure.usage("say which job, --queue Q, or --all, and one of them only")
      }
    }

    var pause: APIRoute {
      switch self {
      case .job: .pause
      case .queue: .pauseQueue
      case .everything: .pauseAll
      }
    }

    var resume: APIRoute {
      switch self {
      case .job: .resume
      case .queue: .resumeQueue
      case .everything: .resumeAll
      }
    }

    var parameters: [String] {
      switch self {
      case .job(let name), .queue(let name): [name]
      case .everything: []
      }
    }
  }

  /// The answer for people.
  static func render(_ reply: PauseReply, zone: Zone, now: Instant) -> String {
    let name = reply.job ?? reply.queue.map { "queue \($0)" } ?? "everything"
    let what = DisplayText.escaped(name)
    guard let pause = reply.pause else { return "\(what) is resumed\n" }
    let until = pause.until.map { " until \(TimePhrase.at($0, zone, now))" } ?? ""
    let note = pause.note.map { ": \(DisplayText.escaped($0))" } ?? ""
    return "\(what) is paused\(until)\(note)\n"
  }
}
