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

  /// Asks a daemon for the fires after `from` and before `to`, with one request.
  init(asking daemon: any Daemon, from: Instant, to: Instant) throws {
    let query = [("from", from.rfc3339), ("to", to.rfc3339)]
    let answer = try daemon.ask(.upcoming, query: query)
    for job in try APICoder.decode(UpcomingReply.self, from: answer).jobs {
      jobs.append(
        JobFires(
          name: job.name, instants: job.at,
          rest: job.later.map { later in { last in later.first { $0 > last } } }))
    }
  }

  private mutating func add(
    _ name: String, _ limit: Int, _ to: Instant,
    _ find: @escaping (Instant?, Int) -> [Instant]
  ) {
    let instants = find(nil, limit)
    guard !instants.isEmpty else { return }
    let isCut = instants.count == limit
    jobs.append(
      JobFires(
        name: name, instants: instants,
        rest: isCut ? { find($0, 1).first } : nil))
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
