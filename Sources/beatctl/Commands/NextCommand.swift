// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl next` and `beatctl prev`.
enum NextCommand {
  private static let tz = Option("tz", value: "ZONE", help: "the zone (the system's, or the job's)")
  private static let from = Option("from", value: "TIME", help: "instead of now")
  private static let count = Option("count", value: "N", help: "how many (1)")
  /// How many instants may be asked for at once.
  static let limit = 10_000

  static let next = Command(
    name: "next", operands: "EXPR|JOB", count: 0...1,
    summary: "when an expression or a job is due next",
    details: """
      What holds a blank or begins with @ is an expression, and needs no daemon; all else is a job.
      With --batch, standard input holds a question a line, and each is answered with a line:
        {"expr": "0 2 * * *", "tz": "UTC", "from": "2027-01-01T00:00:00Z", "count": 2,
         "inclusive": false, "direction": "next"}
      gives {"expr":…,"next":[…]}, or {"expr":…,"prev":[…]} (newest first) for "direction": "prev",
      or {"expr":…,"error":…}. All keys but expr may be left out: the system's zone, now, 1, false,
      next.
      With --around-dst it shows, for the next two changes of the zone's clock, each time that is
      due on that day: once, twice, skipped, or moved to the end of the gap.
      TIME: RFC 3339, now, or a duration ahead (-2h: ago).
      """,
    options: [
      tz, from, count,
      Option("around-dst", help: "the two days to come on which clocks change"),
      Option("batch", help: "answer questions from standard input"),
    ],
    examples: [
      "beatctl next '0 2 * * *' --tz Europe/Berlin --count 3", "beatctl next backup",
      "beatctl next '30 2 * * *' --around-dst --tz Europe/Berlin",
      "beatctl next --batch < questions.jsonl",
    ]
  ) { session in
    if session.invocation.has("around-dst") { return try AroundClockChanges.answer(session) }
    guard session.invocation.has("batch") else { return try answer(session, .next) }
    guard session.invocation.operands.isEmpty else {
      throw Failure.usage("next: --batch takes its expressions from standard input")
    }
    return try BatchAnswerer(session: session).run()
  }

  static let previous = Command(
    name: "prev", operands: "EXPR|JOB", count: 1...1,
    summary: "when an expression or a job was due last",
    details: "As `next`, backwards: newest first. TIME: RFC 3339, now, or a duration ago.",
    options: [tz, from, count], examples: ["beatctl prev '0 2 * * *' --from 2027-01-01T00:00:00Z"]
  ) { session in try answer(session, .prev) }

  /// Forwards or backwards in time.
  enum Direction: String, Codable { case next, prev }

  private static func answer(_ session: Session, _ direction: Direction) throws -> ExitCode {
    let invocation = session.invocation
    guard let text = invocation.operands.first else {
      throw Failure.usage("\(direction.rawValue): which expression, or which job?")
    }
    let now = session.around.now()
    let from = try invocation.value("from").map { text in
      let from = try TimeArgument.parse(
        text, option: "--from", now: now, direction == .next ? .ahead : .ago)
      let isAfter = direction == .prev && TimeArgument.isFinerThanMillisecond(text)
      return isAfter ? from + TimeSpan(milliseconds: 1) : from
    }
    let count = try invocation.number("count", in: 1...limit, or: 1)
    let named = try invocation.value("tz").map { try session.around.zones.zone(named: $0) }
    let (instants, zone) =
      if text.contains(where: \.isWhitespace) || text.hasPrefix("@") {
        try computed(text, named ?? systemZone(session), from ?? now, count, direction)
      } else {
        try asked(session, text, named, from ?? now, count, direction)
      }
    try show(instants, zone, now, session, direction)
    return .done
  }

  private static func systemZone(_ session: Session) throws -> Zone {
    try session.around.zones.systemZone()
  }

  private static func computed(
    _ text: String, _ zone: Zone, _ from: Instant, _ count: Int, _ direction: Direction
  ) throws(Failure) -> ([Instant], Zone) {
    let schedule: Schedule
    do {
      schedule = try Schedule(crontab: text, spread: SpreadSeed(unnamed: text))
    } catch {
      throw Failure(error, in: text)
    }
    return (instants(of: FireTimes(schedule, in: zone), from, count, direction), zone)
  }

  /// Up to `count` instants, strictly after or before `from`.
  static func instants(
    of times: FireTimes, _ from: Instant, _ count: Int, _ direction: Direction
  ) -> [Instant] {
    var found: [Instant] = []
    var last = from
    while found.count < count {
      let instant = direction == .next ? times.next(after: last) : times.previous(before: last)
      guard let instant else { break }
      found.append(instant)
      last = instant
    }
    return found
  }

  private static func asked(
    _ session: Session, _ job: String, _ named: Zone?, _ from: Instant, _ count: Int,
    _ direction: Direction
  ) throws -> ([Instant], Zone) {
    let query = [("count", "\(count)"), ("from", from.rfc3339)]
    let daemon = try session.daemon()
    let (instants, name): ([Instant], String?)
    switch direction {
    case .next:
      let answer = try daemon.ask(.jobNext, [job], query: query)
      let reply = try APICoder.decode(NextReply.self, from: answer)
      (instants, name) = (reply.next, reply.timezone)
    case .prev:
      let answer = try daemon.ask(.jobPrevious, [job], query: query)
      let reply = try APICoder.decode(PreviousReply.self, from: answer)
      (instants, name) = (reply.prev, reply.timezone)
    }
    let own = name.flatMap { try? session.around.zones.zone(named: $0) }
    return (instants, named ?? own ?? session.zone)
  }

  private static func show(
    _ instants: [Instant], _ zone: Zone, _ now: Instant, _ session: Session,
    _ direction: Direction
  ) throws {
    guard session.wantsJSON else {
      return try session.output.write(render(instants, zone: zone, now: now))
    }
    switch direction {
    case .next: try session.show(json: NextReply(next: instants))
    case .prev: try session.show(json: PreviousReply(prev: instants))
    }
  }

  /// Instants for people, one a line.
  static func render(_ instants: [Instant], zone: Zone, now: Instant) -> String {
    guard !instants.isEmpty else { return "never\n" }
    return instants.map {
      "\(TimeText.full($0, in: zone))  \(TimeText.relative($0, to: now))\n"
    }.joined()
  }
}
