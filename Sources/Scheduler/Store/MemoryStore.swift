// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// A store in dictionaries: the reference that every other store is held against.
///
/// It forgets everything with the process, so it suits tests, simulations and services that need no
/// memory across restarts.
public final class MemoryStore: Store {
  private var state: MemoryState

  /// An empty store.
  ///
  /// The tag is part of every run's name: 6 characters of `[a-z0-9]`.
  public init(tag: String = "memory") { state = MemoryState(tag: tag) }

  /// All that a scheduler needs to go on where the last one stopped.
  public func load() -> StoreSnapshot {
    var snapshot = StoreSnapshot(tag: state.tag)
    let stretches = state.latestStretches()
    snapshot.jobs = state.jobs.sorted { $0.key < $1.key }.map { id, job in
      StoreSnapshot.JobState(
        id: id, name: job.name, cursor: job.cursor, vanishedAt: job.vanishedAt,
        latestStretch: stretches[id], failureSpell: job.failureSpell,
        completedAt: job.completedAt, appearedAt: job.appearedAt)
    }
    snapshot.openRuns = state.runs.values.filter { !$0.state.isFinal }.sorted { $0.id < $1.id }
    snapshot.nextJob = state.next.job
    snapshot.nextRun = state.next.run
    snapshot.nextStretch = state.next.stretch
    snapshot.newestBatch = state.newestBatch
    snapshot.pauses = state.pauses.values.sorted(by: Pause.isListedBefore)
    snapshot.boot = state.boot
    snapshot.claimedAhead = state.claimedAhead
    if let span = state.claimedAhead { snapshot.claimed = claimed(in: span) }
    return snapshot
  }

  private func claimed(in span: ClaimedSpan) -> [JobID: Set<Instant>] {
    var claimed: [JobID: Set<Instant>] = [:]
    for key in state.scheduled.keys where key.instant > span.after && key.instant <= span.through {
      claimed[key.job, default: []].insert(key.instant)
    }
    return claimed
  }

  /// Applies the changes in their order, in one transaction; all or nothing.
  public func commit(_ changes: [Change], batch: Int64) throws(StoreError) {
    guard batch > state.newestBatch else {
      throw .batchAlreadyRecorded(batch, newest: state.newestBatch)
    }
    do {
      for change in changes { try state.apply(change) }
    } catch {
      state.undo()
      throw error
    }
    state.finish(batch)
  }

  /// The number of the newest durable batch, 0 in a new store.
  public func newestBatch() -> Int64 { state.newestBatch }

  /// The rows of the ledger, newest first.
  public func history(_ query: HistoryQuery) -> [LedgerRow] {
    let rows =
      state.runs.values.map(LedgerRow.run) + state.stretches.values.map(LedgerRow.stretch)
      + state.folds.values.map(LedgerRow.folded)
    let dead = query.onlyDead ? state.deadLetters() : []
    let wanted = rows.filter { row in
      (query.job == nil || row.job == query.job)
        && (query.states.isEmpty || query.states.contains(row.state))
        && row.instant >= query.since ?? .earliest
        && query.until.map { row.instant <= $0 } ?? true
        && (!query.onlyDead || row.run.map { dead.contains($0.id) } ?? false)
    }
    return Array(wanted.sorted { $0.isListedBefore($1) }.prefix(max(0, query.limit)))
  }

  /// One run, or nil.
  public func run(_ id: RunID) -> Run? { state.runs[id] }

  /// The run of an instant that a job's schedule named, or nil.
  public func scheduledRun(of job: JobID, at instant: Instant) -> Run? {
    state.scheduled[ScheduledInstant(job: job, instant: instant)].flatMap { state.runs[$0] }
  }

  /// The attempts of a run before its latest, oldest first.
  public func earlierAttempts(of id: RunID) -> [Attempt] {
    state.attempts.filter { $0.key.run == id }.values.sorted { $0.number < $1.number }
  }

  /// What an attempt printed; nil where it printed nothing.
  public func output(of id: RunID, attempt: Int) -> CapturedOutput? {
    state.outputs[AttemptKey(run: id, attempt: attempt)]
  }

  /// Each job's newest run that has an attempt, of any trigger.
  public func latestRuns() -> [JobID: Run] {
    var latest: [JobID: Run] = [:]
    for run in state.runs.values where run.attempt > 0 {
      if let other = latest[run.job], other.id > run.id { continue }
      latest[run.job] = run
    }
    return latest
  }

  /// One job's newest run that has an attempt, or nil.
  public func latestRun(of job: JobID) -> Run? { latestRuns()[job] }

  /// How many failed runs have not been replayed.
  public func deadLetterCount() -> Int { state.deadLetters().count }

  /// Each version of a job's definition, oldest first.
  public func definitions(of job: JobID) -> [StoredDefinition] { state.definitions[job] ?? [] }

  /// The definitions in force, of jobs that have not gone away, that are not among these.
  public func definitionsInForce(
    unlike known: [JobName: DefinitionFingerprint]
  ) -> [FormerDefinition] {
    state.jobs.sorted { $0.key < $1.key }.compactMap { id, job in
      guard job.vanishedAt == nil else { return nil }
      let version = state.definitions[id]?.last { $0.until == nil }
      guard let version else { return FormerDefinition(name: job.name, text: nil) }
      guard known[job.name] != version.fingerprint else { return nil }
      return FormerDefinition(name: job.name, text: version.text)
    }
  }

  /// What the ledger holds of instants after this one.
  public func ledgerTail(after instant: Instant) -> LedgerTail {
    var tail = LedgerTail()
    tail.claimed = claimed(in: ClaimedSpan(after: instant, through: .latest))
    tail.stretches = state.stretches.values.filter { $0.last > instant }
      .sorted { ($0.job.rawValue, $0.first, $0.id) < ($1.job.rawValue, $1.first, $1.id) }
    return tail
  }

  /// The newest run that was enqueued with this key, or nil.
  public func run(withKey key: String) -> Run? {
    state.runs.values.filter { $0.task?.key == key }.max { $0.id < $1.id }
  }

  /// Takes finished rows of a job out that `keep` does not hold, and folds them.
  public func prune(
    _ job: JobID, keeping keep: KeepPolicy, at now: Instant, limit: Int
  ) -> Int {
    let rows = state.prunable(job, keeping: keep, at: now).prefix(max(0, limit))
    state.prune(Array(rows))
    return rows.count
  }

  /// Takes the oldest finished rows of all jobs out, and folds them.
  public func pruneOldest(limit: Int) -> Int {
    let rows = state.oldestPrunable().prefix(max(0, limit))
    state.prune(Array(rows))
    return rows.count
  }

  /// Nothing: it takes no disk.
  public func usedBytes() -> Int64 { 0 }

  /// Steps of the wall clock at or after an instant (nil: all), newest first, at most `limit`.
  public func clockSteps(since: Instant?, limit: Int) -> [ClockStep] {
    let steps = state.clockSteps.reversed().filter { $0.at >= since ?? .earliest }
    return Array(steps.prefix(max(0, limit)))
  }
}
