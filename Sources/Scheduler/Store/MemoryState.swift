// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A job and an instant that its schedule names.
struct ScheduledInstant: Hashable {
  let job: JobID
  let instant: Instant
}

/// One attempt of a run.
struct AttemptKey: Hashable {
  let run: RunID
  let attempt: Int
}

/// All that a ``MemoryStore`` holds, and how to take back what was changed since the last batch.
struct MemoryState {
  struct JobRow {
    var name: JobName
    var cursor: Instant
    var vanishedAt: Instant?
    var failureSpell = 0
    var completedAt: Instant?
    var appearedAt: Instant?
  }

  let tag: String
  private(set) var jobs: [JobID: JobRow] = [:]
  private var numbers: [JobName: JobID] = [:]
  private(set) var runs: [RunID: Run] = [:]
  private(set) var scheduled: [ScheduledInstant: RunID] = [:]
  private(set) var attempts: [AttemptKey: Attempt] = [:]
  private(set) var outputs: [AttemptKey: CapturedOutput] = [:]
  private(set) var stretches: [Int64: Stretch] = [:]
  private(set) var definitions: [JobID: [StoredDefinition]] = [:]
  private(set) var folds: [FoldedRuns.Key: FoldedRuns] = [:]
  private(set) var pauses: [PauseTarget: Pause] = [:]
  private(set) var newestBatch: Int64 = 0
  private(set) var boot: Boot?
  private(set) var clockSteps: [ClockStep] = []
  private(set) var claimedAhead: ClaimedSpan?
  private(set) var next = NextNumbers()
  private var undoSteps: [(inout MemoryState) -> Void] = []

  init(tag: String) { self.tag = tag }

  /// Each job's newest stretch: the one with the latest last instant, then the highest number.
  func latestStretches() -> [JobID: Stretch] {
    Dictionary(stretches.values.map { ($0.job, $0) }) { left, right in
      (left.last, left.id) > (right.last, right.id) ? left : right
    }
  }

  /// Failed runs that no other run replays.
  func deadLetters() -> Set<RunID> {
    let replayed = Set(runs.values.compactMap(\.replayOf))
    return Set(runs.values.filter { $0.state == .failed }.map(\.id)).subtracting(replayed)
  }

  /// Keeps what was changed, as this batch.
  mutating func finish(_ batch: Int64) {
    newestBatch = batch
    undoSteps = []
  }

  /// Takes back what was changed since the last batch.
  mutating func undo() {
    for step in undoSteps.reversed() { step(&self) }
    undoSteps = []
  }

  mutating func apply(_ change: Change) throws(StoreError) {
    switch change {
    case .jobAppeared(let id, let name, let cursor): try appear(id, name, cursor: cursor)
    case .jobVanished(let id, let instant):
      try edit(id) { $0.vanishedAt = instant }
      endDefinition(of: id, at: instant)
    case .defined(let id, let job, let instant): try define(id, job, at: instant)
    case .jobRenamed(let id, let name): try rename(id, name)
    case .failureSpell(let id, let count): try edit(id) { $0.failureSpell = count }
    case .completed(let id, let instant): try edit(id) { $0.completedAt = instant }
    case .cursor(let id, let instant): try edit(id) { $0.cursor = instant }
    case .runMade(let run): try make(run)
    case .runChanged(let run):
      guard let old = runs[run.id] else { throw .unknownRun(run.id) }
      set(\.runs[run.id], run.keepingIdentity(of: old))
    case .attemptEnded(let id, let attempt):
      set(\.attempts[AttemptKey(run: id, attempt: attempt.number)], attempt)
    case .output(let id, let attempt, let output):
      guard output.total > 0 else { return }
      set(\.outputs[AttemptKey(run: id, attempt: attempt)], output)
    case .stretch(let stretch):
      set(\.stretches[stretch.id], stretch)
      count { $0.count(stretch: stretch.id) }
    case .stretchRemoved(let id): set(\.stretches[id], nil)
    case .paused(let pause): set(\.pauses[pause.target], pause)
    case .resumed(let target): set(\.pauses[target], nil)
    case .boot(let boot): set(\.boot, boot)
    case .clockStepped(let step): set(\.clockSteps, clockSteps + [step])
    case .claimedAhead(let span): set(\.claimedAhead, span)
    }
  }

  private mutating func define(_ id: JobID, _ job: Job, at instant: Instant) throws(StoreError) {
    guard jobs[id] != nil else { throw .unknownJob(id) }
    endDefinition(of: id, at: instant)
    var writer = DefinitionWriter()
    let fingerprint = writer.write(job)
    var versions = (definitions[id] ?? []).filter { $0.since != instant }
    versions.append(
      StoredDefinition(
        text: writer.text, fingerprint: fingerprint, since: instant, until: nil))
    set(\.definitions[id], versions.sorted { $0.since < $1.since })
  }

  private mutating func endDefinition(of id: JobID, at instant: Instant) {
    guard let versions = definitions[id] else { return }
    set(
      \.definitions[id],
      versions.map {
        StoredDefinition(
          text: $0.text, fingerprint: $0.fingerprint, since: $0.since, until: $0.until ?? instant)
      })
  }

  private mutating func edit(
    _ id: JobID, _ change: (inout JobRow) -> Void
  ) throws(StoreError) {
    guard var job = jobs[id] else { throw .unknownJob(id) }
    change(&job)
    set(\.jobs[id], job)
  }

  private mutating func rename(_ id: JobID, _ name: JobName) throws(StoreError) {
    guard let old = jobs[id]?.name else { throw .unknownJob(id) }
    guard numbers[name] ?? id == id else { throw .jobRenumbered(id, name) }
    set(\.numbers[old], nil)
    set(\.numbers[name], id)
    try edit(id) { $0.name = name }
  }

  private mutating func appear(
    _ id: JobID, _ name: JobName, cursor: Instant
  ) throws(StoreError) {
    guard jobs[id]?.name ?? name == name, numbers[name] ?? id == id else {
      throw .jobRenumbered(id, name)
    }
    var job = jobs[id] ?? JobRow(name: name, cursor: cursor)
    job.cursor = cursor
    job.vanishedAt = nil
    job.appearedAt = cursor
    set(\.jobs[id], job)
    set(\.numbers[name], id)
    count { $0.count(job: id.rawValue) }
  }

  private mutating func make(_ run: Run) throws(StoreError) {
    guard runs[run.id] == nil else { throw .runMadeTwice(run) }
    if run.trigger == .schedule {
      let key = ScheduledInstant(job: run.job, instant: run.scheduledFor)
      guard scheduled[key] == nil else { throw .runMadeTwice(run) }
      set(\.scheduled[key], run.id)
    }
    set(\.runs[run.id], run)
    count { $0.count(run: run.id.rawValue) }
  }

  mutating func take(_ fold: FoldedRuns) {
    folds[fold.key, default: FoldedRuns(fold.key, first: fold.first, last: fold.last, count: 0)]
      .take(fold)
  }

  mutating func forget(_ run: Run) {
    runs[run.id] = nil
    if run.trigger == .schedule {
      scheduled[ScheduledInstant(job: run.job, instant: run.scheduledFor)] = nil
    }
    for key in attempts.keys where key.run == run.id { attempts[key] = nil }
    for key in outputs.keys where key.run == run.id { outputs[key] = nil }
  }

  mutating func forget(_ stretch: Stretch) { stretches[stretch.id] = nil }

  private mutating func count(_ change: (inout NextNumbers) -> Void) {
    var changed = next
    change(&changed)
    set(\.next, changed)
  }

  private mutating func set<Value>(_ path: WritableKeyPath<MemoryState, Value>, _ value: Value) {
    let old = self[keyPath: path]
    undoSteps.append { $0[keyPath: path] = old }
    self[keyPath: path] = value
  }
}
