// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// What holds of any schedule file, whatever is in it.
enum FilesLaw {
  private static let context: LoadContext = {
    var context = LoadContext(
      defaultZone: .utc, zones: ZoneDirectory(), shippedHandlers: ["session-cleanup"])
    context.warningsAt = Instant(milliseconds: 1_800_000_000_000)
    return context
  }()

  static func broken(by file: ScheduleFile) -> String? {
    var result = LoadResult()
    let taken = quickest(over: Limit.reading) {
      result = ScheduleSet.load(files: [file], context: context)
    }
    guard taken <= Limit.reading else { return "\(taken) to load \(file.bytes.count) bytes" }
    let names = result.jobs.map(\.name)
    guard Set(names).count == names.count else { return "a name is used twice: \(names)" }
    for diagnostic in result.diagnostics {
      let text = diagnostic.rendered
      guard diagnostic.line >= 0, diagnostic.column >= 0, diagnostic.length >= 0,
        !diagnostic.message.isEmpty
      else { return "a diagnostic has no place: \(diagnostic)" }
      if text.unicodeScalars.contains(where: {
        $0.value < 0x20 && !"\n\t".unicodeScalars.contains($0)
      }) {
        return "a diagnostic holds what a terminal obeys: \(text.debugDescription)"
      }
    }
    let plan = LoadPlan(old: result.jobs, new: result)
    guard plan.added.isEmpty, plan.changed.isEmpty, plan.removed.isEmpty else {
      return "read again, the file differs from itself"
    }
    return broken(jobs: result.jobs)
  }

  private static func broken(jobs: [Job]) -> String? {
    for job in jobs.prefix(4) {
      let law = WalkLaw(times: job.times)
      for instant in [Instant(milliseconds: 1_800_000_000_000), .earliest, .latest] {
        if let fault = law.broken(at: instant) { return "\(job.name): \(fault)" }
      }
    }
    return nil
  }
}
