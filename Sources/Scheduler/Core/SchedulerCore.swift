// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// The heart of the scheduler: what is due, what may run, what became of it.
///
/// A pure state machine: it reads no clock and does no I/O. The same events at the same moments
/// give the same steps. Invariants after each event:
/// 1. A run is in `runs` exactly while its state is not final, and in its job's `open` list too.
/// 2. An enabled job with a further instant has one timer, at that instant.
/// 3. A start is answered only together with the changes that record it, in one step.
/// 4. A cursor moves only together with what became of every instant that it passes.
///
/// ```
///            make                start                 ended well
///   (due) ─────────▶ queued ─────────────▶ running ─────────────▶ completed
///                      │  ▲ retryIsDue        │ failed, may retry
///             finish   │  └── retrying ◀──────┤
///                      ▼                      ▼ attempts used up
///        missed · skipped · cancelled       failed
/// ```
public struct SchedulerCore: Sendable {
  /// How much may run at once.
  public struct Limits: Hashable, Sendable {
    /// Processes, of all jobs together.
    public var processes: Int
    /// Attempts of a queue, by its name; a queue that is not here has no limit.
    public var queues: [String: Int?]

    /// A limit on processes, at least 1, and the queues that there are besides `default`.
    public init(processes: Int, queues: [String: Int?] = [:]) {
      self.processes = max(1, processes)
      self.queues = queues
    }
  }

  /// What the machine says of its current boot.
  public struct BootFacts: Hashable, Sendable {
    /// The kernel's boot id and the start time of PID 1.
    public let key: String
    /// True where PID 1 is younger than ten minutes: the daemon's very first load counts as a boot.
    public let isRecent: Bool

    /// Facts about a boot.
    public init(key: String, isRecent: Bool) {
      self.key = key
      self.isRecent = isRecent
    }
  }

  /// The place of enqueued tasks among the jobs: they belong to none.
  static let taskSlot = 0

  let limits: Limits
  let tag: String
  let bootFacts: BootFacts

  var now: Moment
  /// In the order of their numbers; the first, number 0, stands for enqueued tasks.
  var entries: [JobEntry] = []
  var slots = JobNames()
  var runs: [RunID: OpenRun] = [:]
  var wallTimers: TimerQueue
  var elapsedTimers: TimerQueue
  var queues: [RunQueue] = []
  var queueNumbers: [String: Int] = [:]
  /// Which jobs follow a job, by their places.
  var followers: [Int: [Int]] = [:]
  /// Jobs of which a completed run is expected.
  var expectations: [Int: Expectation] = [:]
  /// By place, of jobs whose definition has not been read in this life: when a run was last
  /// completed, or else when the job was first seen.
  var formerCompletions: [Instant?] = []
  /// Open runs that were enqueued with a key.
  var openKeys: [String: RunID] = [:]
  var runningProcesses = 0
  var pause: Pause?
  var pauseTimer: TimerQueue.Handle?
  var boot: Boot?
  var bootInStore: Boot?
  var isFirstStart: Bool
  var nextJob: Int64
  var nextRun: Int64
  var nextStretch: Int64
  var isLoaded = false
  var isDraining = false
  /// What passed while the daemon was down has not been dealt with.
  var isCatchingUp = false
  var storeIsDown = false
  /// The clock was set back to here, and what the ledger holds after it is not known.
  var ledgerAsked: Instant?
  /// Definitions that came since then.
  var waitingLoad: JobSet?
  /// Where runs may lie ahead of cursors, and the instants that have one, by the job's place.
  var claimedAhead: ClaimedSpan?
  var claimed: [Int: Set<Instant>] = [:]

  var step = CoreStep()
  var dirtyRuns: [RunID] = []
  var dirtySlots: [Int] = []
  /// Why instants that are found late in a running daemon are late.
  var lateReason = Reason.late

  /// A core that goes on where the store's last daemon stopped.
  ///
  /// It does nothing before its first `load`.
  public init(_ snapshot: StoreSnapshot, limits: Limits, boot: BootFacts, at now: Moment) {
    self.limits = limits
    self.now = now
    tag = snapshot.tag
    bootFacts = boot
    bootInStore = snapshot.boot
    isFirstStart = snapshot.boot == nil
    wallTimers = TimerQueue(now: now.wall.milliseconds)
    elapsedTimers = TimerQueue(now: now.elapsed.milliseconds)
    nextJob = snapshot.nextJob
    nextRun = snapshot.nextRun
    nextStretch = snapshot.nextStretch
    makeQueues()
    restore(snapshot)
  }

  /// Takes an event and answers what to remember and then do.
  ///
  /// - Complexity: O(log jobs) for each instant that became due, and what the event itself needs.
  public mutating func handle(_ event: CoreEvent, at moment: Moment) -> CoreStep {
    notice(moment)
    advance()
    switch event {
    case .tick: break
    case .load(let set): load(set)
    case .attemptStarted(let run, let attempt, let process):
      attemptStarted(run, attempt: attempt, process)
    case .attemptEnded(let run, let attempt, let outcome, let output):
      attemptEnded(run, attempt: attempt, outcome, output)
    case .ledgerTail(let tail, let instant): takeLedger(tail, after: instant)
    case .storeFailed: storeIsDown = true
    case .storeRecovered: goOnWithStore()
    case .command(let command): step.reply = obey(command)
    case .drain: isDraining = true
    }
    dispatch()
    return flush()
  }

  /// True while what is due is dealt with.
  var isTakingNew: Bool { isLoaded && !isDraining && !storeIsDown }

  /// The instant of the wall clock at which the core wants a tick.
  public var nextWallDeadline: Instant? {
    guard isTakingNew, ledgerAsked == nil else { return nil }
    return wallTimers.earliest.map(Instant.init(milliseconds:))
  }

  /// The elapsed time at which the core wants a tick.
  public var nextElapsedDeadline: ElapsedTime? {
    guard isTakingNew else { return nil }
    return elapsedTimers.earliest.map(ElapsedTime.init(milliseconds:))
  }

  /// How many attempts are under way.
  public var runningCount: Int { queues.reduce(0) { $0 + $1.running } }

  private mutating func makeQueues() {
    queues = [RunQueue(name: "default", limit: limits.queues["default"] ?? nil)]
    for (name, limit) in limits.queues.sorted(by: { $0.key < $1.key }) where name != "default" {
      queues.append(RunQueue(name: name, limit: limit))
    }
    for (number, queue) in queues.enumerated() { queueNumbers[queue.name] = number }
  }

  private mutating func restore(_ snapshot: StoreSnapshot) {
    entries.reserveCapacity(snapshot.jobs.count + 1)
    slots.reserveCapacity(snapshot.jobs.count + 1)
    addTaskEntry()
    var slotByID: [JobID: Int] = [JobID(0): Self.taskSlot]
    for state in snapshot.jobs {
      slotByID[state.id] = entries.count
      slots.insert(state.name, at: entries.count)
      var entry = JobEntry(id: state.id, name: state.name, cursor: state.cursor)
      // Only a row that nothing has come after can be made longer.
      if let row = state.latestStretch, row.last == state.cursor { entry.stretch = row }
      entry.isKnownVanished = state.vanishedAt != nil
      entry.failureSpell = state.failureSpell
      entries.append(entry)
      noteCompletion(state, slot: entries.count - 1)
    }
    restorePauses(snapshot, slotByID)
    claimedAhead = snapshot.claimedAhead
    for (id, instants) in snapshot.claimed {
      if let slot = slotByID[id] { claimed[slot] = instants }
    }
    for run in snapshot.openRuns {
      guard let slot = slotByID[run.job] else { continue }
      takeBack(run, slot: slot)
    }
  }

  private mutating func addTaskEntry() {
    guard let name = JobName("(tasks)") else { return }
    var entry = JobEntry(id: JobID(0), name: name, cursor: .earliest)
    entry.isKnownVanished = true
    entries.append(entry)
  }

  /// Writes down what changed, each row once, and hands the step out.
  private mutating func flush() -> CoreStep {
    var made: [Change] = []
    for id in dirtyRuns {
      guard var open = runs[id], open.isDirty else { continue }
      made.append(open.isNew ? .runMade(open.run) : .runChanged(open.run))
      open.isDirty = false
      open.isNew = false
      runs[id] = open.run.state.isFinal ? nil : open
    }
    for slot in dirtySlots where entries[slot].cursorIsDirty {
      entries[slot].cursorIsDirty = false
      made.append(.cursor(entries[slot].id, entries[slot].cursor))
    }
    dirtyRuns.removeAll(keepingCapacity: true)
    dirtySlots.removeAll(keepingCapacity: true)
    step.changes.append(contentsOf: made)
    defer { step = CoreStep() }
    return step
  }

  mutating func touch(_ id: RunID) {
    guard runs[id]?.isDirty == false else { return }
    runs[id]?.isDirty = true
    dirtyRuns.append(id)
  }

  mutating func moveCursor(_ slot: Int, to instant: Instant) {
    entries[slot].cursor = instant
    guard !entries[slot].cursorIsDirty else { return }
    entries[slot].cursorIsDirty = true
    dirtySlots.append(slot)
  }
}
