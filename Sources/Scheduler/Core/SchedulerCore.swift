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

    /// A limit on processes, at least 1.
    public init(processes: Int) { self.processes = max(1, processes) }
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

  let limits: Limits
  let tag: String
  let bootFacts: BootFacts

  var now: Moment
  var entries: [JobEntry] = []
  var slots: [JobName: Int] = [:]
  var runs: [RunID: OpenRun] = [:]
  var wallTimers: TimerQueue
  var elapsedTimers: TimerQueue
  var readyProcesses = ReadyQueue()
  var readyHandlers = ReadyQueue()
  var runningProcesses = 0
  var runningAttempts = 0
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
    restore(snapshot)
  }

  /// Takes an event and answers what to remember and then do.
  ///
  /// - Complexity: O(log jobs) for each instant that became due, and what the event itself needs.
  public mutating func handle(_ event: CoreEvent, at moment: Moment) -> CoreStep {
    let isSetBack = noticeClockSteps(moment)
    now = moment
    if isSetBack { countFixedDelaysAnew() }
    advance()
    switch event {
    case .tick: break
    case .load(let set): load(set)
    case .attemptStarted(let run, let attempt, let process):
      attemptStarted(run, attempt: attempt, process)
    case .attemptEnded(let run, let attempt, let outcome, let output):
      attemptEnded(run, attempt: attempt, outcome, output)
    case .command(let command): step.reply = obey(command)
    case .drain: isDraining = true
    }
    dispatch()
    return flush()
  }

  /// The instant of the wall clock at which the core wants a tick.
  public var nextWallDeadline: Instant? {
    guard isLoaded, !isDraining else { return nil }
    return wallTimers.earliest.map(Instant.init(milliseconds:))
  }

  /// The elapsed time at which the core wants a tick.
  public var nextElapsedDeadline: ElapsedTime? {
    guard isLoaded, !isDraining else { return nil }
    return elapsedTimers.earliest.map(ElapsedTime.init(milliseconds:))
  }

  /// How many attempts are under way.
  public var runningCount: Int { runningAttempts }

  private mutating func restore(_ snapshot: StoreSnapshot) {
    entries.reserveCapacity(snapshot.jobs.count)
    var slotByID: [JobID: Int] = [:]
    for state in snapshot.jobs {
      slotByID[state.id] = entries.count
      slots[state.name] = entries.count
      var entry = JobEntry(id: state.id, name: state.name, cursor: state.cursor)
      // Only a row that nothing has come after can be made longer.
      if let row = state.latestStretch, row.last == state.cursor { entry.stretch = row }
      entry.isKnownVanished = state.vanishedAt != nil
      entries.append(entry)
    }
    for pause in snapshot.pauses {
      guard let job = pause.job else {
        self.pause = pause
        continue
      }
      if let slot = slotByID[job] { entries[slot].pause = pause }
    }
    for run in snapshot.openRuns {
      guard let slot = slotByID[run.job] else { continue }
      runs[run.id] = OpenRun(run: run, slot: slot)
      entries[slot].open.append(run.id)
    }
  }

  /// A step of the wall clock against elapsed time: what is late because of it is so by the step.
  ///
  /// Answers whether the clock was set back.
  private mutating func noticeClockSteps(_ moment: Moment) -> Bool {
    let wall = moment.wall - now.wall
    let elapsed = moment.elapsed.milliseconds - now.elapsed.milliseconds
    let stepped = TimeSpan(milliseconds: wall.milliseconds - elapsed)
    lateReason = .late
    guard isLoaded, abs(stepped.milliseconds) >= 1_000 else { return false }
    if stepped > .zero { lateReason = .clockJump }
    if stepped < .zero { wallTimers.rebase(to: moment.wall.milliseconds) }
    step.notices.append(.clockStepped(stepped))
    return stepped < .zero
  }

  /// A fixed delay that counts from an instant that is in the future now would wait for it.
  private mutating func countFixedDelaysAnew() {
    for slot in entries.indices where entries[slot].cursor > now.wall {
      guard case .everyAfter? = entries[slot].job?.times.schedule else { continue }
      moveCursor(slot, to: now.wall)
      arm(slot)
    }
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
