// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CLinux
import CronParser
import Dispatch
import Scheduler

/// What the schedule files said last, and which of it stands: the last good definition of what is
/// in error now.
actor ScheduleKeeper {
  private var reader: ScheduleReader
  private let scheduler: JobScheduler
  private let log: Log
  private var watcher: FileWatcher?
  private var zoneTimer: (any DispatchSourceTimer)?
  private var isStarting = false
  /// Reloads that were asked for before the first reading was in force.
  private var waitingReloads: [CheckedContinuation<Void, Never>] = []
  private var newestReload: Task<ReloadReply, Never>?
  private(set) var broken: [BrokenFile] = []
  private var warnings: [String] = []
  private var keptZones: [String: ZoneError] = [:]

  init(_ reader: ScheduleReader, _ scheduler: JobScheduler, log: Log) {
    self.reader = reader
    self.scheduler = scheduler
    self.log = log
  }

  /// The zone of jobs that name none.
  var zone: Zone { reader.zone }

  /// The first reading: starts the scheduler, and from then on follows what changes.
  func start() async throws {
    isStarting = true
    defer { letReloadsGo() }
    watcher = FileWatcher { [weak self] in
      Task { await self?.reload() }
    }
    if watcher == nil {
      log.warning("changes of schedule files are not noticed: send HUP, or use beatctl reload")
    }
    if !reader.knowsZone {
      log.warning(
        "no time zone is set on this machine: times are read as UTC; say --timezone, set TZ, or "
          + "link /etc/localtime")
    }
    // Before the reading: a change between the two would tell nobody.
    watcher?.watch(reader.folders)
    let result = readFiles()
    let former = await former(unlike: result.jobs)
    let plan = LoadPlan(old: former.jobs.values.sorted { $0.name < $1.name }, new: result)
    var set = jobSet(plan)
    set.former = former.jobs
    set.unrecorded = former.unrecorded
    // A definition that is not known may be one of a file that can't be read now.
    set.isWhole = broken.isEmpty || (former.isWhole && former.unrecorded.isEmpty)
    try await scheduler.start(set)
    returnMemory()
    followZones()
  }

  private func letReloadsGo() {
    isStarting = false
    for reload in waitingReloads { reload.resume() }
    waitingReloads = []
  }

  /// Reading takes several times the memory of what was read; the last of it is let go of a moment
  /// after the jobs are in force.
  private func returnMemory() {
    DispatchQueue.global().asyncAfter(deadline: .now() + 1) { clinux_return_memory() }
  }

  /// What stood when the last daemon ended and is otherwise now.
  private struct Former {
    var jobs: [JobName: Job] = [:]
    var unrecorded: Set<JobName> = []
    var isWhole = true
  }

  private func former(unlike jobs: [Job]) async -> Former {
    var former = Former()
    do {
      for kept in try await scheduler.formerDefinitions(unlike: jobs) {
        guard let text = kept.text else {
          former.unrecorded.insert(kept.name)
          continue
        }
        read(text, of: kept.name, into: &former)
      }
    } catch {
      former.isWhole = false
      log.error("kept definitions can't be read", LogField("error", "\(error)"))
    }
    return former
  }

  private func read(_ text: String, of name: JobName, into former: inout Former) {
    do {
      former.jobs[name] = try reader.job(kept: text)
    } catch {
      former.unrecorded.insert(name)
      former.isWhole = false
      log.warning(
        "a kept definition can't be read", LogField("job", name), LogField("error", "\(error)"))
    }
  }

  /// A changed zone database is noticed within a minute, and is an edit of the jobs in its zones.
  ///
  /// Nearly always nothing has changed, which is seen where the timer fires: one wake-up.
  private func followZones() {
    let timer = DispatchSource.makeTimerSource()
    timer.schedule(deadline: .now() + 50, repeating: 50, leeway: .seconds(10))
    let zones = reader.zones
    timer.setEventHandler { [weak self] in
      guard zones.changedSinceRead() else { return }
      Task { await self?.checkZones() }
    }
    timer.activate()
    zoneTimer = timer
  }

  private func checkZones() async {
    if reader.zonesHaveChanged { await reload() }
  }

  /// Every reading of the files begins with the zones that they name.
  private func takeUpZones() {
    guard reader.takeUpChangedZones() else { return }
    log.info("the zone database has changed")
  }

  private func tellKeptZones() {
    guard reader.keptZones != keptZones else { return }
    keptZones = reader.keptZones
    for (name, error) in keptZones.sorted(by: { $0.key < $1.key }) {
      log.error(
        "zone keeps its old rules", LogField("zone", name), LogField("error", error.message))
    }
  }

  /// Reads the files again and puts what they say into force; one reading after another, so that
  /// an older one never takes the place of a newer.
  @discardableResult
  func reload() async -> ReloadReply {
    if isStarting { await withCheckedContinuation { waitingReloads.append($0) } }
    let earlier = newestReload
    let reload = Task {
      _ = await earlier?.value
      return await self.reloadNow()
    }
    newestReload = reload
    return await reload.value
  }

  private func reloadNow() async -> ReloadReply {
    let before = broken
    takeUpZones()
    let plan = read(standing: await scheduler.definitions())
    let changes = Self.changes(plan)
    let standing = await scheduler.nextInstants(of: changes.map(\.name))
    tellKeptZones()
    await scheduler.load(jobSet(plan))
    returnMemory()
    let next = await scheduler.nextInstants(of: changes.map(\.name))
    let reply = ReloadReply(
      added: plan.added.count, changed: plan.changed.count, removed: plan.removed.count,
      unchanged: plan.unchanged.count,
      plan: changes.map {
        PlannedChange(
          job: $0.name.text, change: $0.kind, before: standing[$0.name], next: next[$0.name])
      }, broken: broken)
    if broken != before || reply.added + reply.changed + reply.removed > 0 {
      log.info(
        "schedules read", LogField("added", reply.added), LogField("changed", reply.changed),
        LogField("removed", reply.removed), LogField("unchanged", reply.unchanged),
        LogField("broken_files", broken.count))
    }
    return reply
  }

  /// What a plan changes, as much of it as anybody would read.
  private static func changes(_ plan: LoadPlan) -> [(name: JobName, kind: PlannedChange.Kind)] {
    let limit = 1_000
    let removed = plan.removed.prefix(limit).map { ($0.name, PlannedChange.Kind.removed) }
    let changed = plan.changed.prefix(limit).map { ($0.new.name, PlannedChange.Kind.changed) }
    let added = plan.added.prefix(limit).map { ($0.name, PlannedChange.Kind.added) }
    return (removed + changed + added).prefix(limit).map { (name: $0.0, kind: $0.1) }
  }

  private func jobSet(_ plan: LoadPlan) -> JobSet {
    let quiet = plan.jobs.filter { $0.options.value.rare?.value.isQuiet == true }
    log.keepQuiet(of: Set(quiet.map(\.name)))
    return JobSet(jobs: plan.jobs, broken: Set(plan.kept.map(\.name)), isWhole: broken.isEmpty)
  }

  private func read(standing: [Job]) -> LoadPlan {
    LoadPlan(old: standing, new: readFiles())
  }

  private func readFiles() -> LoadResult {
    let (result, watch) = reader.readFiles()
    watcher?.watch(watch)
    let before = broken
    broken = Self.brokenFiles(result.diagnostics)
    if broken != before { tell() }
    tell(warnings: result.diagnostics.filter { $0.severity == .warning }.map(\.rendered))
    return result
  }

  private func tell() {
    for file in broken {
      for line in file.diagnostics.split(separator: "\n") {
        log.write(.error, "schedule error", [LogField("says", line)])
      }
    }
    if broken.isEmpty { log.info("all schedule files are good") }
  }

  /// Tells what is loaded and does not do what it says, once for as long as it stands.
  private func tell(warnings: [String]) {
    for warning in warnings where !self.warnings.contains(warning) {
      let heading = warning.prefix { $0 != "\n" }
      log.warning("schedule warning", LogField("says", String(heading)))
    }
    self.warnings = warnings
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
