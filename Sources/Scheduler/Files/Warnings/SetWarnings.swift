// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What shows only when all files are read: jobs in each other's way, and what their clocks do.
enum SetWarnings {
  /// Warns of all jobs, with the time that schedules are looked at from.
  static func warn(of files: inout [FileJobs], at now: Instant) {
    for index in files.indices {
      for (number, job) in files[index].jobs.enumerated() {
        let place = files[index].places[number]
        if job.hasEnded(at: now) { warnOfEnd(job, place, &files[index].sink) }
        TransitionWarnings.warn(of: job, place, at: now, &files[index].sink)
      }
    }
    warnOfCase(&files)
    HerdWarnings.warn(of: &files, at: now)
  }

  private static func warnOfEnd(
    _ job: Job, _ place: FileJobs.Place, _ sink: inout DiagnosticSink
  ) {
    sink.report(
      .warning, .never, line: job.source?.line ?? 0, column: place.column, length: place.length,
      "the last instant of this job has passed: it is `ended`, and never due again")
  }

  /// Names that differ by the case of their letters alone.
  private static func warnOfCase(_ files: inout [FileJobs]) {
    var first: [String: (file: Int, job: Int)] = [:]
    for file in files.indices {
      for (number, job) in files[file].jobs.enumerated() {
        let folded = job.name.text.lowercased()
        guard let other = first[folded] else {
          first[folded] = (file, number)
          continue
        }
        let twin = files[other.file].jobs[other.job]
        guard twin.name != job.name, let source = twin.source else { continue }
        let place = files[file].places[number]
        files[file].sink.report(
          .warning, .duplicate, line: job.source?.line ?? 0, column: place.column,
          length: place.length,
          "\"\(job.name)\" and \"\(twin.name)\" (\(source.file):\(source.line)) differ only by case"
        )
      }
    }
  }
}

extension Job {
  /// The schedule names instants, and all of them have passed.
  func hasEnded(at now: Instant) -> Bool {
    switch times.schedule {
    case .cron, .every, .at: times.next(after: now) == nil
    case .everyAfter, .reboot, .manual: times.ends.map { $0 <= now } ?? false
    }
  }
}
