// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What a person is shown of a job: its definition and where it stands.
public struct JobView: Sendable {
  /// Where a job stands.
  public enum State: String, Sendable, CaseIterable {
    /// An attempt is under way.
    case running
    /// A run waits for its next attempt.
    case retrying
    /// A run waits for its turn.
    case queued
    /// Nothing is under way.
    case idle
    /// Switched off in its file.
    case disabled
    /// Its newest definition is in error; the last good one is in force.
    case broken
    /// No instant is left.
    case ended
  }

  /// Its number.
  public let id: JobID
  /// Its definition.
  public let job: Job
  /// Where it stands.
  public let state: State
  /// The pause that holds it: its own, else its queue's, else that of everything.
  public let pause: Pause?
  /// The next instant after now that its schedule names, as the pause allows; nil where there is
  /// none.
  public let next: Instant?
}

extension SchedulerCore {
  /// Every defined job, by name.
  ///
  /// - Complexity: O(jobs log jobs).
  public func jobViews() -> [JobView] {
    entries.indices.compactMap { view(slot: $0) }.sorted { $0.job.name < $1.job.name }
  }

  /// How many jobs are defined.
  public var definedCount: Int { entries.count { $0.job != nil } }

  /// The definitions in force.
  public var definitions: [Job] { entries.compactMap(\.job) }

  /// One job, or nil.
  public func jobView(_ name: JobName) -> JobView? {
    slots[name].flatMap { view(slot: $0) }
  }

  /// The job's number; also where it has no definition any more.
  public func id(of name: JobName) -> JobID? { slots[name].map { entries[$0].id } }

  /// The name of a job that has been seen, also where it has no definition any more.
  ///
  /// - Complexity: O(log jobs).
  public func name(of id: JobID) -> JobName? { slot(of: id).map { entries[$0].name } }

  /// The name of the job of a row; of an enqueued task's, the task's.
  public func name(of row: LedgerRow) -> JobName? {
    row.run?.task.flatMap { JobName($0.name) } ?? name(of: row.job)
  }

  /// The place of a job: they stand in the order of their numbers.
  func slot(of id: JobID) -> Int? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = low + (high - low) / 2
      if entries[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].id == id ? low : nil
  }

  /// The numbers of all jobs ever seen, that of enqueued tasks among them.
  public var jobNumbers: [JobID] { entries.map(\.id) }

  /// Which of a job's runs are kept whole; nil while it has no definition that could say: then all.
  public func keepPolicy(of id: JobID) -> KeepPolicy? {
    guard let slot = slot(of: id) else { return nil }
    if slot == Self.taskSlot { return KeepPolicy() }
    return entries[slot].options.map { $0.rare?.value.keep ?? KeepPolicy() }
  }

  /// The names of all jobs ever seen, by number.
  public func names() -> [JobID: JobName] {
    Dictionary(entries.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
  }

  /// The pause of everything.
  public var globalPause: Pause? { pause }

  /// How many runs stand in each open state.
  public func openCounts() -> [RunState: Int] {
    var counts: [RunState: Int] = [:]
    for open in runs.values { counts[open.run.state, default: 0] += 1 }
    return counts
  }

  /// True while the run's state is not final.
  public func isOpen(_ run: RunID) -> Bool { runs[run].map { !$0.run.state.isFinal } ?? false }

  /// The runs whose attempts are under way, by number.
  public var runningRuns: [RunID] {
    runs.values.filter { $0.run.state == .running }.map(\.run.id).sorted()
  }

  private func view(slot: Int) -> JobView? {
    let entry = entries[slot]
    guard let job = entry.job else { return nil }
    let hold = entry.pause ?? queues[entry.queue].pause ?? pause
    return JobView(
      id: entry.id, job: job, state: state(of: entry, job), pause: hold,
      next: next(of: slot, under: hold))
  }

  private func state(of entry: JobEntry, _ job: Job) -> JobView.State {
    let states = Set(entry.open.compactMap { runs[$0]?.run.state })
    if states.contains(.running) { return .running }
    if states.contains(.retrying) { return .retrying }
    if states.contains(.queued) { return .queued }
    if !job.options.value.enabled { return .disabled }
    if entry.isBroken { return .broken }
    switch job.times.schedule {
    case .cron, .every, .at: return entry.armedFor == nil ? .ended : .idle
    case .everyAfter, .reboot, .manual: return .idle
    }
  }

  private func next(of slot: Int, under hold: Pause?) -> Instant? {
    guard let hold else { return entries[slot].armedFor }
    guard let until = hold.until else { return nil }
    return instant(of: slot, after: max(entries[slot].cursor, until - TimeSpan(milliseconds: 1)))
  }
}
