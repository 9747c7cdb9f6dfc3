// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler

/// `beatctl explain`.
enum ExplainCommand {
  static let command = Command(
    name: "explain", operands: "EXPR|JOB|LINE", count: 1...1,
    summary: "what an expression, a crontab line or a job means",
    details: """
      EXPR: fields, or what begins with @. LINE: a crontab's line, quoted: fields and a command. All
      else is a job, asked of the daemon. With -f FILE it is the number of a line of FILE, a crontab
      or a job file, read with everything above it. Of a command it shows what cron's rules make of
      it: the text for the shell, standard input, environment, user and directory.
      """,
    options: [
      Option("file", "f", value: "FILE", help: "explain the job on a line of this file"),
      Option("tz", value: "ZONE", help: "the zone (the system's, or the job's)"),
    ],
    examples: [
      "beatctl explain '30 3 * * mon-fri'", "beatctl explain '0 5 * * 1 tar -cf - . %hello%'",
      "beatctl explain -f /etc/beat/schedules/night.cron 12", "beatctl explain nightly-report",
    ]
  ) { session in
    let explanation = try explain(session)
    if session.wantsJSON {
      try session.show(json: explanation)
    } else {
      let now = session.around.now()
      try session.output.write(explanation.render(on: session.terminal, now: now))
    }
    return .done
  }

  private static func explain(_ session: Session) throws -> Explanation {
    let text = session.invocation.operands.first ?? ""
    let zone = try session.invocation.value("tz").map { try session.around.zones.zone(named: $0) }
    if let file = session.invocation.value("file") {
      let found = try JobLookup(session, zone: zone).job(in: file, at: text)
      return Explanation(of: found, in: zone ?? found.job.times.zone, now: session.around.now())
    }
    switch try ExplainedText(text, zone: zone, session) {
    case .schedule(let schedule):
      let times = FireTimes(schedule, in: try zone ?? session.around.zones.systemZone())
      var explanation = Explanation(of: times, writtenAs: text, now: session.around.now())
      explanation.warnings = ExpressionCheck.warnings(of: text).map(Explanation.Warning.init)
      return explanation
    case .line(let found):
      var explanation = Explanation(
        of: found, in: zone ?? found.job.times.zone, now: session.around.now())
      (explanation.job, explanation.source) = (nil, nil)
      return explanation
    case .job(let name): return try asked(name, zone, session)
    }
  }

  /// A job of the daemon's: what it is from its file, where that can be read and still says so.
  private static func asked(
    _ name: String, _ named: Zone?, _ session: Session
  ) throws -> Explanation {
    let daemon = try session.daemon()
    let detail = try APICoder.decode(JobDetail.self, from: daemon.ask(.job, [name]))
    let now = session.around.now()
    let answer = try daemon.ask(.jobNext, [name], query: [("count", "5"), ("from", now.rfc3339)])
    let next = try APICoder.decode(NextReply.self, from: answer).next
    let own = try session.around.zones.zone(named: detail.summary.timezone)
    var explanation: Explanation
    if let found = JobLookup(session, zone: own).job(of: detail) {
      explanation = Explanation(of: found, in: named ?? own, now: now)
    } else {
      explanation = Explanation(of: detail, in: named ?? own)
    }
    explanation.next = next
    return explanation
  }
}

/// What the operand of `explain` is.
enum ExplainedText {
  case schedule(Schedule)
  case line(JobLookup.Found)
  case job(String)

  /// Fields, or a macro, are a schedule; with more behind them a line; one word is a job's name.
  init(_ text: String, zone: Zone?, _ session: Session) throws {
    let words = text.split { $0 == " " || $0 == "\t" }
    guard words.count > 1 || text.hasPrefix("@") else {
      self = .job(text)
      return
    }
    let fault: CronSyntaxError
    do {
      self = .schedule(try Schedule(crontab: text, spread: SpreadSeed(unnamed: text)))
      return
    } catch {
      fault = error
    }
    let isMacro = words.first?.hasPrefix("@") ?? false
    let fields = isMacro ? (words.first?.lowercased() == "@every" ? 2 : 1) : 5
    guard words.count > fields else { throw Failure(fault, in: text) }
    self = .line(try JobLookup(session, zone: zone).job(ofLine: text))
  }
}
