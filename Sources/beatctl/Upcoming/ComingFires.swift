// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler

/// The coming fires of many jobs, looked up within a bound.
struct ComingFires {
  /// One job's.
  struct JobFires {
    let name: String
    /// In order.
    let instants: [Instant]
    /// The next fire after an instant, where the job has more than were looked up.
    let rest: ((Instant) -> Instant?)?
  }

  /// How many fires are looked up at most, of all jobs.
  static let limit = 2_000_000
  /// As ``limit``, where a daemon must be asked for each.
  static let askedLimit = 200_000

  /// The jobs that fire.
  private(set) var jobs: [JobFires] = []

  /// Works out the fires after `from` and before `to`.
  init(of jobs: [Job], from: Instant, to: Instant) {
    let limit = Self.share(of: Self.limit, among: jobs.count)
    for job in jobs where job.options.value.enabled {
      add(job.name.text, limit, to) { last, count in
        var found: [Instant] = []
        var last = last ?? from
        while found.count < count, let instant = job.times.next(after: last), instant < to {
          found.append(instant)
          last = instant
        }
        return found
      }
    }
  }

  /// Asks a daemon for the fires after `from` and before `to`.
  init(asking daemon: any Daemon, from: Instant, to: Instant) throws {
    let reply = try JobListReply(json: daemon.ask(.jobs))
    let due = reply.jobs.filter { $0.next.map { $0 < to } ?? false }
    let limit = min(Self.share(of: Self.askedLimit, among: due.count), NextCommand.limit)
    for job in due {
      // A pause may hold back what comes before the next instant that the daemon names.
      let first = (job.next ?? from) - TimeSpan(milliseconds: 1)
      try add(job.name, limit, to) { last, count in
        let query = [("count", "\(count)"), ("from", max(last ?? first, from).rfc3339)]
        let answer = try daemon.ask(.jobNext, [job.name], query: query)
        return try APICoder.decode(NextReply.self, from: answer).next.filter { $0 < to }
      }
    }
  }

  private mutating func add(
    _ name: String, _ limit: Int, _ to: Instant,
    _ find: @escaping (Instant?, Int) throws -> [Instant]
  ) rethrows {
    let instants = try find(nil, limit)
    guard !instants.isEmpty else { return }
    let isCut = instants.count == limit
    jobs.append(
      JobFires(
        name: name, instants: instants,
        rest: isCut ? { (try? find($0, 1))?.first } : nil))
  }

  private static func share(of limit: Int, among jobs: Int) -> Int {
    min(100_000, max(100, limit / max(1, jobs)))
  }

  /// The jobs that fire within a second.
  func jobs(at second: Instant) -> [String] {
    jobs.filter { job in
      job.instants.contains { $0 >= second && $0 < second + .seconds(1) }
    }.map(\.name).sorted()
  }

  /// The fires as a timeline that fits a terminal.
  func timeline(from: Instant, to: Instant, zone: Zone, on terminal: Terminal) -> Timeline {
    let limit = Timeline.columnLimit(names: jobs.map(\.name), on: terminal)
    var timeline = Timeline(from: from, to: to, zone: zone, columnLimit: limit)
    for job in jobs { timeline.add(job.name, job.instants, cut: job.rest) }
    timeline.finish()
    return timeline
  }
}
