// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler

/// What the schedule files said last, and which of it stands: the last good definition of what is
/// in error now.
actor ScheduleKeeper {
  private let reader: ScheduleReader
  private let scheduler: JobScheduler
  private let log: Log
  private var watcher: FileWatcher?
  private var standing: [Job] = []
  private(set) var broken: [BrokenFile] = []

  init(_ reader: ScheduleReader, _ scheduler: JobScheduler, log: Log) {
    self.reader = reader
    self.scheduler = scheduler
    self.log = log
  }

  /// The first reading: starts the scheduler, and from then on follows what changes.
  func start() async throws {
    watcher = FileWatcher { [weak self] in
      Task { await self?.reload() }
    }
    if watcher == nil {
      log.warning("changes of schedule files are not noticed: send HUP, or use beatctl reload")
    }
    let (plan, _) = read()
    try await scheduler.start(JobSet(jobs: plan.jobs, broken: Set(plan.kept.map(\.name))))
    standing = plan.jobs
  }

  /// Reads the files again and puts what they say into force.
  @discardableResult
  func reload() async -> ReloadReply {
    let (plan, isNews) = read()
    await scheduler.load(JobSet(jobs: plan.jobs, broken: Set(plan.kept.map(\.name))))
    standing = plan.jobs
    let reply = ReloadReply(
      added: plan.added.count, changed: plan.changed.count, removed: plan.removed.count,
      unchanged: plan.unchanged.count, broken: broken)
    if isNews || reply.added + reply.changed + reply.removed > 0 {
      log.info(
        "schedules read", LogField("added", reply.added), LogField("changed", reply.changed),
        LogField("removed", reply.removed), LogField("unchanged", reply.unchanged),
        LogField("broken_files", broken.count))
    }
    return reply
  }

  private func read() -> (plan: LoadPlan, isNews: Bool) {
    let (result, watch) = reader.readFiles()
    watcher?.watch(watch)
    let before = broken
    broken = Self.brokenFiles(result.diagnostics)
    if broken != before { tell() }
    return (LoadPlan(old: standing, new: result), broken != before)
  }

  private func tell() {
    for file in broken {
      for line in file.diagnostics.split(separator: "\n") {
        log.write(.error, "schedule error", [LogField("says", line)])
      }
    }
    if broken.isEmpty, !standing.isEmpty { log.info("all schedule files are good") }
  }

  private static func brokenFiles(_ diagnostics: [Diagnostic]) -> [BrokenFile] {
    var files: [BrokenFile] = []
    for diagnostic in diagnostics where diagnostic.severity == .error {
      if let index = files.firstIndex(where: { $0.file == diagnostic.file }) {
        files[index].diagnostics += "\n" + diagnostic.rendered
      } else {
        files.append(BrokenFile(file: diagnostic.file, diagnostics: diagnostic.rendered))
      }
    }
    return files
  }
}
