// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl list`.
enum ListCommand {
  static let command = Command(
    name: "list", operands: "[PATTERN]", count: 0...1,
    summary: "jobs, their last run and their next",
    details: "PATTERN: `*` stands for any text, `?` for one character.",
    examples: ["beatctl list", "beatctl list 'backup*'"]
  ) { session in
    let pattern = session.invocation.operands.first.map { [("pattern", $0)] } ?? []
    let answer = try session.daemon().ask(.jobs, query: pattern)
    guard !session.wantsJSON else {
      try session.output.write(bytes: answer)
      try session.output.write("\n")
      return .done
    }
    let text = render(
      try JobListReply(json: answer), terminal: session.terminal, zone: session.zone,
      now: session.around.now())
    try session.output.write(text)
    return .done
  }

  /// The answer for people.
  static func render(
    _ reply: JobListReply, terminal: Terminal, zone: Zone, now: Instant
  ) -> String {
    guard !reply.jobs.isEmpty else { return "no jobs\n" }
    var table = Table([
      .init("JOB", cut: .last), .init("SCHEDULE", cut: .last), .init("ZONE", cut: .first),
      .init("STATE", cut: .last), .init("LAST", cut: .last), .init("NEXT", cut: .last),
    ])
    for job in reply.jobs {
      table.add([
        Styled(job.name), Styled(job.schedule), Styled(job.timezone, .dim),
        state(of: job),
        last(job.last, now),
        Styled(job.next.map { next($0, zone, now) } ?? "-"),
      ])
    }
    return table.render(on: terminal)
  }

  private static func state(of job: JobSummary) -> Styled {
    let state = job.state.rawValue
    guard job.paused else { return Styled(state, .of(state: state)) }
    return Styled(job.state == .idle ? "paused" : "\(state), paused", .warning)
  }

  private static func next(_ instant: Instant, _ zone: Zone, _ now: Instant) -> String {
    "\(TimeText.brief(instant, to: now)), \(TimeText.near(instant, in: zone, now: now))"
  }

  private static func last(_ run: LastRun?, _ now: Instant) -> Styled {
    guard let run else { return Styled("-") }
    if let retryAt = run.retryAt {
      return Styled("failed, again \(TimeText.brief(retryAt, to: now))", .warning)
    }
    let when = (run.finishedAt ?? run.startedAt).map { " " + TimeText.brief($0, to: now) } ?? ""
    let code = run.exitCode.flatMap { $0 == 0 ? nil : ", exit \($0)" }
    let detail = run.state == "failed" ? run.signal.map { ", signal \($0)" } ?? code ?? "" : ""
    return Styled("\(run.state)\(when)\(detail)", .of(state: run.state))
  }
}
