// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler

/// `beatctl upcoming`.
enum UpcomingCommand {
  static let command = Command(
    name: "upcoming", operands: "[PATH…]", count: 0...10_000,
    summary: "what will fire when, as a timeline that shows the herds",
    details: """
      Hours across, jobs down, a mark for each fire; the last row is how many fires a column has,
      its digits below each other. With PATHs it is about those schedule files and needs no daemon;
      where they have errors it exits 1, and shows the jobs that are whole all the same.
      """,
    options: [
      Option("for", value: "DURATION", help: "how far to look ahead, at most 31d (24h)"),
      Option("tz", value: "ZONE", help: "the zone of the hours (the system's)"),
    ],
    examples: ["beatctl upcoming", "beatctl upcoming --for 7d /etc/beat/schedules"]
  ) { session in
    let now = session.around.now()
    let zone =
      try session.invocation.value("tz").map { try session.around.zones.zone(named: $0) }
      ?? session.zone
    let end = now + (try span(session))
    let paths = session.invocation.operands
    let files = paths.isEmpty ? nil : try NamedFiles(paths, session)
    let coming =
      try files.map { ComingFires(of: $0.jobs, from: now, to: end) }
      ?? ComingFires(asking: session.daemon(), from: now, to: end)
    if session.wantsJSON {
      try session.show(json: UpcomingList(coming, from: now, to: end))
    } else {
      let timeline = coming.timeline(from: now, to: end, zone: zone, on: session.terminal)
      try session.output.write(
        timeline.render(
          on: session.terminal, zone: zone,
          herdJobs: timeline.herd.map { coming.jobs(at: $0.at) } ?? []))
    }
    return files?.hasErrors == true ? .failed : .done
  }

  private static func span(_ session: Session) throws(Failure) -> TimeSpan {
    guard let text = session.invocation.value("for") else { return .hours(24) }
    let longest = TimeSpan.hours(24 * Timeline.longestDays)
    guard let span = try? TimeSpan(parsing: text), span > .zero, span <= longest else {
      throw Failure.usage(
        "--for: \"\(text)\" is not a length of time from 1ms to 31d", hint: "as in 24h or 7d")
    }
    return span
  }
}

/// `{"upcoming":[{"at","jobs":[…]}]}`, earliest first.
struct UpcomingList: Encodable {
  /// The most instants that are listed.
  static let limit = 100_000

  private let from: Instant
  private let to: Instant
  /// False where fires were left out.
  private let complete: Bool
  private let upcoming: [Item]

  private struct Item: Encodable {
    let at: Instant
    let jobs: [String]
  }

  init(_ coming: ComingFires, from: Instant, to: Instant) {
    self.from = from
    self.to = to
    var jobs: [Instant: [String]] = [:]
    // Of a job that was cut the rest is not known, so the list ends where the first one does.
    let end = coming.jobs.filter { $0.rest != nil }.compactMap(\.instants.last).min()
    for job in coming.jobs {
      for instant in job.instants where instant <= end ?? to {
        jobs[instant, default: []].append(job.name)
      }
    }
    let instants = jobs.keys.sorted()
    complete = end == nil && instants.count <= Self.limit
    upcoming = instants.prefix(Self.limit).map { Item(at: $0, jobs: (jobs[$0] ?? []).sorted()) }
  }
}
