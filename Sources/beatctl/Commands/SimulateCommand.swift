// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// `beatctl simulate`.
enum SimulateCommand {
  static let command = Command(
    name: "simulate", operands: "PATH…", count: 1...10_000,
    summary: "what schedule files would do in a time: runs, misses, overlaps",
    details: """
      Runs the very scheduler that beatd has, on a clock of its own, over the files; nothing is
      started. Attempts take no time and succeed, unless said otherwise. beatd first reads the files
      at --from. While it is down nothing runs, and what ran is lost; what it missed is made up for
      by each job's policy. Exits 1 where the files have errors; the jobs that are whole are
      simulated all the same.
      TIME: RFC 3339, now, or a duration ahead: of --from for all but --from itself.
      """,
    options: [
      Option("tz", value: "ZONE", help: "the zone of times that are shown (the system's)"),
      Option("from", value: "TIME", help: "when it begins (now)"),
      Option("to", value: "TIME", help: "when it ends (24h after it began)"),
      Option("down", value: "A..B", repeats: true, help: "beatd is down from A to B"),
      Option(
        "takes", value: "JOB=DURATION", repeats: true,
        help: "how long an attempt takes; JOB may be `*`, for all others"),
      Option(
        "fails", value: "JOB=N", repeats: true,
        help: "the first N attempts of each run fail; JOB may be `*`"),
    ],
    examples: [
      "beatctl simulate /etc/beat/schedules --to 7d",
      "beatctl simulate jobs.toml --from 2027-03-27T00:00:00Z --to 48h --down 2h..9h",
      "beatctl simulate jobs.toml --takes backup=90m --fails backup=1",
    ]
  ) { session in
    let plan = try plan(session)
    let files = try NamedFiles(session.invocation.operands, session)
    let work = try SimulatedAnswers(
      takes: session.invocation.values("takes"), fails: session.invocation.values("fails"),
      jobs: files.jobs)
    let simulation = try Simulation(plan, jobs: files.jobs, work: work)
    if session.wantsJSON {
      try session.show(json: simulation.reply)
    } else {
      let named = try session.invocation.value("tz").map {
        try session.around.zones.zone(named: $0)
      }
      let zone = named ?? session.zone
      try session.output.write(simulation.render(on: session.terminal, zone: zone))
    }
    return files.hasErrors ? .failed : .done
  }

  private static func plan(_ session: Session) throws(Failure) -> SimulationPlan {
    let now = session.around.now()
    let invocation = session.invocation
    var from = now
    if let text = invocation.value("from") {
      from = try TimeArgument.parse(text, option: "--from", now: now, .ahead)
    }
    var to = from + .hours(24)
    if let text = invocation.value("to") {
      to = try TimeArgument.parse(text, option: "--to", now: from, .ahead)
    }
    guard from < to else { throw Failure.usage("--to must be later than --from") }
    var downs: [Range<Instant>] = []
    for text in invocation.values("down") { downs.append(try down(text, from: from)) }
    return SimulationPlan(from: from, to: to, downs: downs)
  }

  private static func down(_ text: String, from: Instant) throws(Failure) -> Range<Instant> {
    let bytes = Array(text.utf8)
    let dots = bytes.indices.dropLast().first { bytes[$0] == 0x2E && bytes[$0 + 1] == 0x2E }
    guard let dots else {
      throw Failure.usage("--down: \"\(text)\" is not A..B", hint: "as in 2h..9h")
    }
    let first = String(decoding: bytes[..<dots], as: UTF8.self)
    let last = String(decoding: bytes[(dots + 2)...], as: UTF8.self)
    let begins = try TimeArgument.parse(first, option: "--down", now: from, .ahead)
    let ends = try TimeArgument.parse(last, option: "--down", now: from, .ahead)
    guard begins < ends else { throw Failure.usage("--down: \"\(text)\" ends before it begins") }
    return begins..<ends
  }
}
