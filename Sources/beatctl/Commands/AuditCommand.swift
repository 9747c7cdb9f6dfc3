// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl audit`.
enum AuditCommand {
  static let command = Command(
    name: "audit", operands: "", count: 0...0,
    summary: "hold what the schedules named against the ledger",
    details: """
      Every instant that a schedule named must have a run, or a row that says why it has none. Exits
      1 where one has neither, or where the ledger holds an instant that no schedule named.
      TIME: RFC 3339, or a duration ago, as in 7d; without it, as far back as the definitions are
      known.
      """,
    options: [Option("since", value: "TIME", help: "only what was due after this")],
    examples: ["beatctl audit", "beatctl audit --since 7d --json"]
  ) { session in
    var query: [(String, String)] = []
    if let text = session.invocation.value("since") {
      let since = try TimeArgument.parse(
        text, option: "--since", now: session.around.now(), .ago)
      query.append(("since", since.rfc3339))
    }
    let answer = try session.daemon().ask(.audit, query: query)
    let reply = try APICoder.decode(AuditReply.self, from: answer)
    try session.show(answer, as: AuditReply.self) {
      render($0, terminal: session.terminal, zone: session.zone, now: session.around.now())
    }
    return reply.findings.isEmpty ? .done : .failed
  }

  /// The answer for people.
  static func render(
    _ reply: AuditReply, terminal: Terminal, zone: Zone, now: Instant
  ) -> String {
    var text = ""
    if !reply.findings.isEmpty {
      var table = Table([
        .init("JOB", cut: .last), .init("SCHEDULED FOR"), .init("WHAT", cut: .last),
      ])
      for item in reply.findings {
        table.add([
          Styled(item.job), Styled(TimeText.local(item.scheduledFor, in: zone)),
          Styled(what(item, zone), .bad),
        ])
      }
      text += table.render(on: terminal) + "\n"
    }
    for job in reply.shortened {
      text += "\(DisplayText.escaped(job)): only the newer part of its ledger was looked at\n"
    }
    return text + summary(reply, terminal, zone, now)
  }

  private static func what(_ item: AuditItem, _ zone: Zone) -> String {
    let last = TimeText.local(item.lastScheduledFor, in: zone)
    let more = item.count > 1 ? " (\(item.count) instants, to \(last))" : ""
    switch item.kind {
    case "unaccounted": return "named by the schedule, not in the ledger" + more
    case "never-named": return "in the ledger, not named by the schedule" + more
    default: return item.kind + more
    }
  }

  private static func summary(
    _ reply: AuditReply, _ terminal: Terminal, _ zone: Zone, _ now: Instant
  ) -> String {
    let since = reply.since.map { ", since \(TimePhrase.at($0, zone, now))" } ?? ""
    let instants = reply.checked == 1 ? "1 instant" : "\(reply.checked) instants"
    let jobs = reply.jobs == 1 ? "1 job" : "\(reply.jobs) jobs"
    let looked = "\(instants) of \(jobs)\(since)"
    guard !reply.findings.isEmpty else {
      return Style.good.apply("nothing unaccounted for", on: terminal) + ": \(looked)\n"
    }
    let count = reply.findings.reduce(0) { $0 + $1.count }
    return Style.bad.apply("\(count) instants do not agree", on: terminal) + ": \(looked)\n"
  }
}
