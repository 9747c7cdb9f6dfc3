// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Where jobs' state and runs are remembered.
///
/// Invariants that every store keeps:
/// 1. `commit` is all or nothing, and what it returned from is durable.
/// 2. There is one row for (job, scheduled instant) among runs whose trigger is `schedule`.
/// 3. A job's number and name stay together for ever.
///
/// A store is used from one thread at a time; its owner sees to that, and that a job has appeared
/// before anything else is said of it.
public protocol Store: AnyObject {
  /// All that a scheduler needs to go on where the last one stopped.
  func load() throws -> StoreSnapshot

  /// Applies the changes in their order, in one transaction.
  ///
  /// - Throws: ``StoreError``. With `.unknown` it may or may not have become durable; everything
  ///   else left the store as it was.
  func commit(_ changes: [Change], batch: Int64) throws

  /// The number of the newest durable batch, 0 in a new store. After an unknown commit it tells
  /// whether that batch is in; the store has reopened its file by then.
  func newestBatch() throws -> Int64

  /// The rows of the ledger, newest first.
  func history(_ query: HistoryQuery) throws -> [LedgerRow]

  /// One run, or nil.
  func run(_ id: RunID) throws -> Run?

  /// The run of an instant that a job's schedule named, or nil.
  func scheduledRun(of job: JobID, at instant: Instant) throws -> Run?

  /// The attempts of a run before its latest, oldest first.
  func earlierAttempts(of id: RunID) throws -> [Attempt]

  /// What an attempt printed; nil where it printed nothing.
  func output(of id: RunID, attempt: Int) throws -> CapturedOutput?

  /// Each job's newest run that has an attempt, of any trigger.
  func latestRuns() throws -> [JobID: Run]

  /// One job's newest run that has an attempt, or nil.
  func latestRun(of job: JobID) throws -> Run?

  /// How many failed runs have not been replayed.
  func deadLetterCount() throws -> Int

  /// Lets go of what it holds; nothing can be done with it afterwards.
  func close()

  /// Each version of a job's definition, oldest first.
  func definitions(of job: JobID) throws -> [StoredDefinition]

  /// The definitions in force, of jobs that have not gone away, that are not among these.
  func definitionsInForce(
    unlike known: [JobName: DefinitionFingerprint]
  ) throws -> [FormerDefinition]

  /// What the ledger holds of instants after this one.
  func ledgerTail(after instant: Instant) throws -> LedgerTail

  /// The newest run that was enqueued with this key, or nil.
  func run(withKey key: String) throws -> Run?

  /// Takes finished rows of a job out of the ledger that `keep` does not hold, the oldest first, at
  /// most `limit` of them, and folds them into rows of a day. Answers how many.
  ///
  /// Never taken: runs that have not ended, dead letters, a job's newest completed and newest
  /// failed run, its newest attempt, and a replay whose dead letter is there.
  func prune(_ job: JobID, keeping keep: KeepPolicy, at now: Instant, limit: Int) throws -> Int

  /// As ``prune(_:keeping:at:limit:)``, the oldest runs of all jobs, whatever their policies.
  func pruneOldest(limit: Int) throws -> Int

  /// How much of the disk what is remembered takes, in bytes.
  func usedBytes() throws -> Int64

  /// Steps of the wall clock at or after an instant (nil: all), newest first, at most `limit`.
  func clockSteps(since: Instant?, limit: Int) throws -> [ClockStep]
}

extension Store {
  /// Nothing: it holds nothing that has to be let go of.
  public func close() {}
}

/// What the ledger holds of instants after one: what a clock that is set back meets again.
public struct LedgerTail: Hashable, Sendable {
  /// Instants that have a run, by job.
  public var claimed: [JobID: Set<Instant>] = [:]
  /// Rows without a run whose last instant is among them, by job, then oldest first.
  public var stretches: [Stretch] = []

  /// Nothing.
  public init() {}
}

/// One thing to remember.
///
/// There are a hundred thousand at a first load, so what is large lies apart.
public enum Change: Hashable, Sendable {
  /// A job is seen for the first time, or again after its removal.
  case jobAppeared(JobID, JobName, cursor: Instant)
  /// A job's definition went away, and the version in force ends.
  case jobVanished(JobID, at: Instant)
  /// A definition comes into force; the one before it ends at that instant.
  indirect case defined(JobID, Job, at: Instant)
  /// A job goes by another name from now on.
  case jobRenamed(JobID, JobName)
  /// So many runs of a job in a row, of any trigger, up to the newest end, are dead letters.
  case failureSpell(JobID, Int)
  /// A run of a job of which one is expected was completed.
  case completed(JobID, at: Instant)
  /// A job's cursor moves.
  case cursor(JobID, Instant)
  /// A run is made.
  indirect case runMade(Run)
  /// A run's row is replaced; its identity stays.
  indirect case runChanged(Run)
  /// An attempt is followed by another.
  indirect case attemptEnded(RunID, Attempt)
  /// What an attempt printed.
  case output(RunID, attempt: Int, CapturedOutput)
  /// A stretch is made, or made longer: replaced by its id.
  case stretch(Stretch)
  /// A stretch is struck out: its instants are due again.
  case stretchRemoved(Int64)
  /// Something is paused; takes the place of an earlier pause of the same.
  case paused(Pause)
  /// A pause ends.
  case resumed(PauseTarget)
  /// The wall clock was set.
  case clockStepped(ClockStep)
  /// Instants after the first of these, up to the second, may have runs though cursors stand
  /// before them; nil: none have.
  case claimedAhead(ClaimedSpan?)
  /// This boot of the machine, and the instant that `@reboot` has in it.
  case boot(Boot)
}

/// A step of the wall clock against elapsed time.
public struct ClockStep: Hashable, Sendable {
  /// What the clock said after it.
  public let at: Instant
  /// By how much; negative: back.
  public let by: TimeSpan

  /// A step.
  public init(at: Instant, by: TimeSpan) {
    self.at = at
    self.by = by
  }
}

/// Where the wall clock was set back to, and how far it had come.
public struct ClaimedSpan: Hashable, Sendable {
  /// Cursors stand here or later.
  public let after: Instant
  /// No instant after this one has a run.
  public let through: Instant

  /// A span.
  public init(after: Instant, through: Instant) {
    self.after = after
    self.through = through
  }
}

/// A boot of the machine.
public struct Boot: Hashable, Sendable {
  /// The kernel's boot id and the start time of PID 1.
  public let key: String
  /// When the daemon first loaded in this boot.
  public let instant: Instant

  /// A boot.
  public init(key: String, instant: Instant) {
    self.key = key
    self.instant = instant
  }
}

/// What a store holds that the core needs.
public struct StoreSnapshot: Sendable, Hashable {
  /// One job's state.
  public struct JobState: Sendable, Hashable {
    /// Its number.
    public let id: JobID
    /// Its name.
    public let name: JobName
    /// The newest instant dealt with; for a fixed delay the instant that the period counts from.
    public let cursor: Instant
    /// When its definition went away, or nil.
    public let vanishedAt: Instant?
    /// The newest row of the ledger without a run, to be made longer.
    public let latestStretch: Stretch?
    /// So many of its runs in a row, of any trigger, up to the newest end, are dead letters.
    public let failureSpell: Int
    /// When a run of it was last completed while one was expected, or nil.
    public let completedAt: Instant?
    /// When it was first seen, or seen again, or nil where that is not known.
    public let appearedAt: Instant?

    /// A job's state.
    public init(
      id: JobID, name: JobName, cursor: Instant, vanishedAt: Instant?, latestStretch: Stretch?,
      failureSpell: Int = 0, completedAt: Instant? = nil, appearedAt: Instant? = nil
    ) {
      self.id = id
      self.name = name
      self.cursor = cursor
      self.vanishedAt = vanishedAt
      self.latestStretch = latestStretch
      self.failureSpell = failureSpell
      self.completedAt = completedAt
      self.appearedAt = appearedAt
    }
  }

  /// The state file's tag, 6 characters of `[a-z0-9]`.
  public var tag: String
  /// Every job ever seen, by number.
  public var jobs: [JobState] = []
  /// Runs whose state is not final, by number.
  public var openRuns: [Run] = []
  /// The numbers to go on with.
  public var nextJob: Int64 = 1
  /// The number of the next run.
  public var nextRun: Int64 = 1
  /// The number of the next stretch.
  public var nextStretch: Int64 = 1
  /// The newest durable batch.
  public var newestBatch: Int64 = 0
  /// What is paused.
  public var pauses: [Pause] = []
  /// The last boot seen.
  public var boot: Boot?
  /// Where runs may lie ahead of cursors, since the clock was set back.
  public var claimedAhead: ClaimedSpan?
  /// The instants in that span that have runs.
  public var claimed: [JobID: Set<Instant>] = [:]

  /// An empty store.
  public init(tag: String) { self.tag = tag }
}

/// Which rows of the ledger.
public struct HistoryQuery: Hashable, Sendable {
  /// Only this job's.
  public var job: JobID?
  /// Only rows in these states; empty: all.
  public var states: Set<RunState> = []
  /// Only rows whose scheduled instant (a stretch's last) is at or after this.
  public var since: Instant?
  /// Only rows whose scheduled instant (a stretch's last) is at or before this.
  public var until: Instant?
  /// Only dead letters: failed runs that have not been replayed.
  public var onlyDead = false
  /// At most so many.
  public var limit = 100

  /// All jobs, all states.
  public init() {}
}

/// A row of the ledger: a run, a stretch of instants that were left out, or what was pruned.
public enum LedgerRow: Hashable, Sendable {
  /// A run.
  case run(Run)
  /// A stretch.
  case stretch(Stretch)
  /// Rows that were pruned.
  case folded(FoldedRuns)

  /// Whose row.
  public var job: JobID {
    switch self {
    case .run(let run): run.job
    case .stretch(let stretch): stretch.job
    case .folded(let fold): fold.key.job
    }
  }

  /// The run, where it is one.
  public var run: Run? {
    if case .run(let run) = self { run } else { nil }
  }

  /// The instant to order by: a run's scheduled instant, of other rows the last.
  public var instant: Instant {
    switch self {
    case .run(let run): run.scheduledFor
    case .stretch(let stretch): stretch.last
    case .folded(let fold): fold.last
    }
  }
}
