// SPDX-License-Identifier: Apache-2.0

internal import Dispatch

public import CronParser

/// A scheduler at work: feeds real time and real events to a ``SchedulerCore`` and carries out what
/// it answers, always in this order: remember, then act.
///
/// Steps are gathered while a commit is under way, and committed together: everything due at one
/// wake-up, and all that came meanwhile, shares one transaction. Nothing of a step is done before
/// it is durable.
public actor JobScheduler {
  /// Told of everything that happened, once it is durable; called on the scheduler's own queue, so
  /// it must not block.
  public typealias Observer = @Sendable (_ notice: Notice, _ tag: String) -> Void

  /// What was answered with a step and waits for it to be durable.
  struct Outgoing {
    var step: CoreStep
    var durable: CheckedContinuation<Void, Never>?
  }

  let loop = LoopExecutor(label: "beat.scheduler")
  let stores: StoreQueue
  let executor: any Executor
  private let inbox: EventInbox
  private let observer: Observer
  private let reportTrouble: @Sendable (StoreError) -> Void

  var core: SchedulerCore
  /// What is remembered is kept below this, in bytes, by pruning the oldest finished rows.
  let stateLimit: Int64
  /// The state file's tag: runs are named `TAG-NUMBER`.
  public nonisolated let tag: String
  private var batch: Int64
  private var outbox: [Outgoing] = []
  private var isCommitting = false
  private var isClosed = false
  private var wallTimer: ClockTimer?
  private var elapsedTimer: ClockTimer?
  var waiters = RunWaiters()
  var pruning = PruneSchedule()
  /// The newest copy of what is remembered, and what makes it.
  var backup: Backup?
  var backupTask: Task<Void, Never>?
  /// How many tasks with a key were asked for.
  var keyedTasks = 0
  private var idleWaiters: [CheckedContinuation<Void, Never>] = []
  private var loadedAt = Instant.earliest
  private var editedAt: [JobName: Instant] = [:]
  /// What is wrong with the store at present.
  public private(set) var storeTrouble: StoreError?

  /// The actor's own queue.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe loop.asUnownedSerialExecutor()
  }

  /// A scheduler over a store; it runs nothing before its first `load`.
  ///
  /// - Parameters:
  ///   - store: where it goes on from; it belongs to the scheduler from now on.
  ///   - limits: how much may run at once.
  ///   - boot: what the machine says of its boot.
  ///   - stateLimit: what is remembered is kept below so many bytes.
  ///   - makeExecutor: makes the executor, given where it is to report to.
  ///   - observer: told of everything that happened.
  ///   - reportTrouble: told when the store can't be written; the commit is tried again.
  /// - Throws: ``StoreError`` where the store can't be read, ``RuntimeError`` where the kernel has
  ///   no timer left.
  public init(
    store: sending any Store, limits: SchedulerCore.Limits, boot: SchedulerCore.BootFacts,
    stateLimit: Int64 = 1 << 30,
    makeExecutor: (@escaping @Sendable (ExecutionEvent) -> Void) -> any Executor,
    observer: @escaping Observer, reportTrouble: @escaping @Sendable (StoreError) -> Void
  ) throws {
    let snapshot = try store.load().findingProcesses()
    self.stateLimit = stateLimit
    let inbox = EventInbox()
    self.inbox = inbox
    self.observer = observer
    self.reportTrouble = reportTrouble
    stores = StoreQueue(store)
    executor = makeExecutor { inbox.post($0) }
    core = SchedulerCore(snapshot, limits: limits, boot: boot, at: SystemClock.read())
    tag = snapshot.tag
    batch = snapshot.newestBatch
  }

  /// Starts the clocks, and puts the first definitions into force.
  public func start(_ set: JobSet) async throws {
    let queue = loop.queue
    let tick: @Sendable () -> Void = { [weak self] in
      self?.assumeIsolated { $0.submit(.tick) }
    }
    wallTimer = try ClockTimer(.wall, on: queue, fired: tick)
    elapsedTimer = try ClockTimer(.elapsed, on: queue, fired: tick)
    inbox.setWake { [weak self] in
      queue.async { self?.assumeIsolated { $0.takeEvents() } }
    }
    await load(set)
    loadedAt = SystemClock.read().wall
  }

  /// Since when a job's definition is known to stand.
  func definedSince(_ name: JobName) -> Instant { editedAt[name] ?? loadedAt }

  /// Puts definitions into force; returns once that is durable.
  public func load(_ set: JobSet) async { await durably(.load(set)) }

  /// Does as a person asks; returns once that is durable.
  @discardableResult
  public func perform(_ command: CoreCommand) async -> CoreReply {
    await durably(.command(command)) ?? .done
  }

  /// Takes nothing new, waits for what runs, and after `patience` stops it; returns when nothing
  /// runs but what is left running for the next scheduler to take up, and all is recorded.
  ///
  /// Left are processes of jobs with `on-stop = "leave"`.
  public func shutDown(patience: TimeSpan) async {
    await durably(.drain)
    let limit = DispatchTimeInterval.milliseconds(Int(clamping: patience.milliseconds))
    loop.queue.asyncAfter(deadline: .now() + limit) { [weak self] in
      self?.assumeIsolated { $0.stopAll() }
    }
    if !core.runsToAwait.isEmpty {
      await withCheckedContinuation { idleWaiters.append($0) }
    }
    await settled(evenIfStoreIsDown: true)
    backupTask?.cancel()
    await backupTask?.value
    wallTimer?.cancel()
    elapsedTimer?.cancel()
    // Their descriptors are closed: an event that comes now must not set whatever has the numbers.
    wallTimer = nil
    elapsedTimer = nil
  }

  /// Closes the store, so that its file stands alone; the last thing that is done with a scheduler.
  public func close() async {
    isClosed = true
    backupTask?.cancel()
    await backupTask?.value
    await stores.close()
  }

  /// Stops whatever runs and is not to be left running, and what is about to: a start that waits to
  /// be durable comes first.
  public func stopAll() {
    let runs = core.runsToAwait
    for run in runs { executor.stop(run) }
    guard isCommitting || !outbox.isEmpty else { return }
    var step = CoreStep()
    step.stops = runs
    outbox.append(Outgoing(step: step, durable: nil))
    pump()
  }

  /// Returns when everything answered so far is durable; at once while the store can't be written,
  /// so that it can be asked what is wrong.
  func settled(evenIfStoreIsDown waitsForStore: Bool = false) async {
    guard waitsForStore || storeTrouble == nil, isCommitting || !outbox.isEmpty else { return }
    await withCheckedContinuation { continuation in
      outbox.append(Outgoing(step: CoreStep(), durable: continuation))
      pump()
    }
  }

  @discardableResult
  private func durably(_ event: CoreEvent) async -> CoreReply? {
    let step = core.handle(event, at: SystemClock.read())
    await withCheckedContinuation { continuation in
      outbox.append(Outgoing(step: step, durable: continuation))
      pump()
      arm()
    }
    return step.reply
  }

  func submit(_ event: CoreEvent) {
    let step = core.handle(event, at: SystemClock.read())
    if !step.isEmpty { outbox.append(Outgoing(step: step, durable: nil)) }
    pump()
    arm()
  }

  /// Takes what the executor has left in the inbox.
  func takeEvents() {
    let events = inbox.takeAll()
    guard !events.isEmpty else { return }
    let now = SystemClock.read()
    for event in events {
      guard let event = coreEvent(event) else { continue }
      let step = core.handle(event, at: now)
      if !step.isEmpty { outbox.append(Outgoing(step: step, durable: nil)) }
    }
    pump()
    arm()
  }

  private func coreEvent(_ event: ExecutionEvent) -> CoreEvent? {
    switch event {
    case .started(let run, let attempt, let process):
      return .attemptStarted(run, attempt: attempt, process)
    case .ended(let run, let attempt, let outcome, let output):
      return .attemptEnded(run, attempt: attempt, outcome, output)
    case .printed(let run):
      waiters.wake(.printed, of: run)
      return nil
    }
  }

  private func arm() {
    wallTimer?.arm(core.nextWallDeadline?.milliseconds)
    elapsedTimer?.arm(core.nextElapsedDeadline?.milliseconds)
  }

  /// Commits what has gathered, unless a commit is under way: its end calls again.
  private func pump() {
    guard !isCommitting, !outbox.isEmpty else { return }
    let outgoing = outbox
    outbox = []
    guard !isClosed else { return abandon(outgoing) }
    let changes = outgoing.flatMap(\.step.changes)
    guard !changes.isEmpty else {
      act(on: outgoing)
      return
    }
    isCommitting = true
    batch += 1
    commit(changes, outgoing)
  }

  /// After the end nothing is remembered, so nothing is done; whoever waits is let go.
  private func abandon(_ outgoing: [Outgoing]) {
    for item in outgoing { item.durable?.resume() }
  }

  private func commit(_ changes: [Change], _ outgoing: [Outgoing]) {
    guard !isClosed else { return abandon(outgoing) }
    let number = batch
    let queue = loop.queue
    DeathPoint.pass(.beforeCommit, if: outgoing.contains { !$0.step.starts.isEmpty })
    stores.commit(changes, batch: number) { [weak self] error in
      queue.async { self?.assumeIsolated { $0.committed(changes, outgoing, error) } }
    }
  }

  private func committed(_ changes: [Change], _ outgoing: [Outgoing], _ error: StoreError?) {
    if let error {
      // Nothing of it may be done before it is remembered: the same batch is tried again.
      // What became due since is in its step, and waits behind this batch.
      if storeTrouble == nil { submit(.storeFailed) }
      if storeTrouble != error { reportTrouble(error) }
      storeTrouble = error
      loop.queue.asyncAfter(deadline: .now() + .seconds(1)) { [weak self] in
        self?.assumeIsolated { $0.commit(changes, outgoing) }
      }
      return
    }
    isCommitting = false
    pruning.note(changes)
    DeathPoint.pass(.startedRecorded, if: changes.contains(where: \.recordsStart))
    DeathPoint.pass(.endedRecorded, if: changes.contains(where: \.recordsEnd))
    act(on: outgoing)
    pruneIfDue()
    if storeTrouble != nil {
      storeTrouble = nil
      submit(.storeRecovered)
    }
    pump()
  }

  /// Does what is durable now.
  private func act(on outgoing: [Outgoing]) {
    let starts = outgoing.flatMap(\.step.starts)
    DeathPoint.pass(.claimed, if: !starts.isEmpty)
    if !starts.isEmpty { executor.start(starts) }
    for item in outgoing {
      for adoption in item.step.adoptions {
        executor.adopt(adoption.order, process: adoption.process)
      }
      for run in item.step.stops { executor.stop(run) }
      for notice in item.step.notices { tell(notice) }
      if let instant = item.step.ledgerWanted { lookUpLedger(after: instant) }
      item.durable?.resume()
    }
    guard !idleWaiters.isEmpty, core.runsToAwait.isEmpty else { return }
    for waiter in idleWaiters { waiter.resume() }
    idleWaiters = []
  }

  /// Tells the core what the ledger holds after an instant; until then nothing becomes due, so it
  /// is asked until it answers.
  private func lookUpLedger(after instant: Instant) {
    stores.ledgerTail(after: instant, then: onLoop { $0.takeLedger($1, after: instant) })
  }

  /// What the store's queue is to call when it has done something: `body`, on the scheduler's own.
  func onLoop<Value: Sendable>(
    _ body: @escaping @Sendable (isolated JobScheduler, Value) -> Void
  ) -> @Sendable (Value) -> Void {
    let queue = loop.queue
    return { [weak self] value in
      queue.async { self?.assumeIsolated { body($0, value) } }
    }
  }

  private func takeLedger(_ answer: Result<LedgerTail, any Error>, after instant: Instant) {
    switch answer {
    case .success(let tail): submit(.ledgerTail(tail, after: instant))
    case .failure:
      loop.queue.asyncAfter(deadline: .now() + .seconds(1)) { [weak self] in
        self?.assumeIsolated { $0.lookUpLedger(after: instant) }
      }
    }
  }

  private func tell(_ notice: Notice) {
    observer(notice, tag)
    switch notice {
    case .ended(_, let run):
      waiters.wake(.ended, of: run.id)
      waiters.wake(.printed, of: run.id)
    case .retrying(_, let run), .started(_, let run): waiters.wake(.printed, of: run.id)
    case .jobAppeared(let name), .jobChanged(let name), .jobRenamed(_, let name):
      editedAt[name] = SystemClock.read().wall
    default: break
    }
  }

  /// Waits until something of that kind happens to the run, or for `patience`.
  func wait(for kind: RunWaiters.Kind, of run: RunID, patience: TimeSpan) async {
    let limit = DispatchTimeInterval.milliseconds(Int(clamping: patience.milliseconds))
    await withCheckedContinuation { continuation in
      let ticket = waiters.add(continuation, kind, of: run)
      loop.queue.asyncAfter(deadline: .now() + limit) { [weak self] in
        self?.assumeIsolated { $0.waiters.wake(ticket, kind, of: run) }
      }
    }
  }
}
