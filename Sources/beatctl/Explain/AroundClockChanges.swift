// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl next --around-dst`.
enum AroundClockChanges {
  /// The most fires of a day that JSON lists.
  static let limit = 10_000

  static func answer(_ session: Session) throws -> ExitCode {
    let invocation = session.invocation
    guard let text = invocation.operands.first else {
      throw Failure.usage("next --around-dst: which expression, or which job?")
    }
    let now = session.around.now()
    let from = try invocation.value("from").map {
      try TimeArgument.parse($0, option: "--from", now: now, .ahead)
    }
    let named = try invocation.value("tz").map { try session.around.zones.zone(named: $0) }
    let times =
      if text.contains(where: \.isWhitespace) || text.hasPrefix("@") {
        try computed(text, try named ?? session.around.zones.systemZone())
      } else {
        try asked(text, named, session)
      }
    let days = ClockDay.coming(times, after: from ?? now)
    if session.wantsJSON {
      try session.show(json: ClockChangesReply(days, times.zone))
    } else {
      try session.output.write(render(days, times))
    }
    return .done
  }

  private static func computed(_ text: String, _ zone: Zone) throws(Failure) -> FireTimes {
    do {
      let schedule = try Schedule(crontab: text, spread: SpreadSeed(unnamed: text))
      return FireTimes(schedule, in: zone)
    } catch {
      throw Failure(error, in: text)
    }
  }

  private static func asked(
    _ name: String, _ named: Zone?, _ session: Session
  ) throws -> FireTimes {
    let answer = try session.daemon().ask(.job, [name])
    let detail = try APICoder.decode(JobDetail.self, from: answer)
    let own = try session.around.zones.zone(named: detail.summary.timezone)
    let lookup = JobLookup(session, zone: own)
    guard let times = lookup.times(of: detail) else {
      // Intervals and lists of instants are what is left: no clock touches them.
      return FireTimes(.manual, in: named ?? own)
    }
    guard let named else { return times }
    return FireTimes(
      times.schedule, in: named, starts: times.starts, ends: times.ends, daylight: times.daylight)
  }

  /// For people.
  static func render(_ days: [ClockDay], _ times: FireTimes) -> String {
    guard !days.isEmpty else { return "the clock of \(times.zone.name) changes no more\n" }
    guard case .cron = times.schedule else {
      return "not touched: the schedule does not go by the clock on the wall\n"
    }
    return days.map { $0.render(times.zone) }.joined(separator: "\n")
  }
}

/// `{"timezone","changes":[{"at","local_before","local_after",…,"touched","fires":[…]}]}`.
struct ClockChangesReply: Encodable {
  private let timezone: String
  private let changes: [Change]

  private struct Change: Encodable {
    let at: Instant
    let date: String
    let localBefore: String
    let localAfter: String
    let offsetBefore: Int
    let offsetAfter: Int
    let touched: Bool
    /// False where the day has more fires than are listed.
    let complete: Bool
    let fires: [Fire]

    enum CodingKeys: String, CodingKey {
      case at, date, touched, complete, fires
      case localBefore = "local_before"
      case localAfter = "local_after"
      case offsetBefore = "offset_before"
      case offsetAfter = "offset_after"
    }
  }

  private struct Fire: Encodable {
    let local: String
    let mark: String
    let instants: [Instant]
  }

  init(_ days: [ClockDay], _ zone: Zone) {
    timezone = zone.name
    changes = days.map { day in
      Change(
        at: day.change.at, date: day.date, localBefore: day.clockBefore, localAfter: day.clockAfter,
        offsetBefore: day.change.before, offsetAfter: day.change.after, touched: day.isTouched,
        complete: day.fires.count <= AroundClockChanges.limit,
        fires: day.fires.prefix(AroundClockChanges.limit).map {
          Fire(local: ClockDay.clock($0.local), mark: $0.mark.rawValue, instants: $0.instants)
        })
    }
  }
}
