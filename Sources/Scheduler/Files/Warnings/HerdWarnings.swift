// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Finds jobs that are due at the same second, and proposes how to spread them.
///
/// Each job's instants of the coming days are looked at, up to a number that keeps the whole within
/// a moment; jobs that are due more often than every five minutes meet everything and count for
/// nothing.
enum HerdWarnings {
  /// So many jobs at one second are a herd.
  static let size = 5
  private static let span = TimeSpan.hours(8 * 24)
  private static let budget = 400_000
  private static let mostPerJob = 200
  private static let mostWarnings = 20

  /// A job among all jobs.
  private struct Member {
    let file: Int
    let job: Int
  }

  static func warn(of files: inout [FileJobs], at now: Instant) {
    let members = members(files)
    guard members.count >= size else { return }
    let fires = fires(of: members, files, from: now)
    var isTold = [Bool](repeating: false, count: members.count)
    var told = 0
    for herd in herds(fires) {
      let rest = herd.members.filter { !isTold[$0] }
      guard rest.count >= size else { continue }
      for member in rest { isTold[member] = true }
      tell(rest.map { members[$0] }, due: herd.due, &files)
      told += 1
      if told == mostWarnings { return }
    }
  }

  private static func members(_ files: [FileJobs]) -> [Member] {
    files.indices.flatMap { file in
      files[file].jobs.indices.compactMap { job in
        switch files[file].jobs[job].times.schedule {
        case .cron, .every:
          files[file].jobs[job].options.value.enabled ? Member(file: file, job: job) : nil
        case .everyAfter, .at, .reboot, .manual: nil
        }
      }
    }
  }

  private struct Fire {
    let due: Instant
    let member: Int
  }

  /// When each job is due in the coming days.
  private static func fires(
    of members: [Member], _ files: [FileJobs], from now: Instant
  ) -> [Fire] {
    let end = now + span
    let most = max(1, min(mostPerJob, budget / members.count))
    var fires: [Fire] = []
    for (number, member) in members.enumerated() {
      let times = files[member.file].jobs[member.job].times
      guard let first = times.next(after: now), let second = times.next(after: first),
        second - first >= .minutes(5)
      else { continue }
      var due = first
      for _ in 0..<most where due <= end {
        fires.append(Fire(due: due, member: number))
        guard let next = times.next(after: due) else { break }
        due = next
      }
    }
    return fires.sorted { ($0.due, $0.member) < ($1.due, $1.member) }
  }

  /// The instants at which a herd is due, the largest first, of equals the first.
  private static func herds(_ fires: [Fire]) -> [(due: Instant, members: [Int])] {
    var herds: [(due: Instant, members: [Int])] = []
    var seen: Set<[Int]> = []
    var start = 0
    while start < fires.count {
      var end = start
      while end < fires.count, fires[end].due == fires[start].due { end += 1 }
      if end - start >= size {
        let members = fires[start..<end].map(\.member)
        if seen.insert(members).inserted { herds.append((fires[start].due, members)) }
      }
      start = end
    }
    return herds.sorted {
      ($1.members.count, $0.due) < ($0.members.count, $1.due)
    }
  }

  // MARK: Telling

  private static func tell(_ herd: [Member], due: Instant, _ files: inout [FileJobs]) {
    guard let first = herd.first else { return }
    let job = files[first.file].jobs[first.job]
    let place = files[first.file].places[first.job]
    let names = herd.prefix(4).map { files[$0.file].jobs[$0.job].name.text }
    let more = herd.count > 4 ? " and \(herd.count - 4) more" : ""
    files[first.file].sink.report(
      .warning, .limit, line: place.scheduleLine, column: place.scheduleColumn,
      length: job.scheduleText.unicodeScalars.count,
      "\(herd.count) jobs are due at the same second, next at \(due.rfc3339): "
        + names.joined(separator: ", ") + more,
      expected: proposal(job, count: herd.count))
  }

  /// Minutes that lie evenly apart and away from those that everyone takes, and Jenkins' `H`.
  private static func proposal(_ job: Job, count: Int) -> String {
    let apart = max(1, 60 / (count + 1))
    let minutes = (1...min(count, 4)).map { String(($0 * apart + 2) % 60) }
    let own = "minutes of their own, such as \(minutes.joined(separator: ", "))"
    let fields = job.scheduleText.split(separator: " ").map(String.init)
    guard case .cron = job.times.schedule, fields.count == 5 else { return own }
    let spread = (["H"] + fields.dropFirst()).joined(separator: " ")
    return own + "; or `\(spread)`, where H is a minute by the job's name"
  }
}
