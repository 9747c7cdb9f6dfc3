// SPDX-License-Identifier: Apache-2.0

public import CronParser
public import Scheduler

/// A scheduler whose time moves when it is told to: years in a second, the same each time.
///
/// It drives the real core over a real store; attempts are simulated. Nothing runs but inside the
/// calls made to it.
///
/// ```swift
/// let scheduler = try ManualScheduler(at: start, jobs: [job]) { _ in SimulatedWork(.exited(1)) }
/// try scheduler.advance(by: .hours(1))
/// let rows = try scheduler.history()
/// ```
public final class ManualScheduler {
  private struct Ending {
    let at: ElapsedTime
    let sequence: Int
    let order: AttemptOrder
    let work: SimulatedWork
  }

  /// Where jobs and runs are remembered.
  public let store: any Store
  /// Both clocks.
  public private(set) var now: Moment
  /// Every attempt that was started, in order.
  public private(set) var started: [AttemptOrder] = []
  /// Everything that was told, in order.
  public private(set) var notices: [Notice] = []
  /// The core; nil while the daemon is down.
  public private(set) var core: SchedulerCore?

  private let work: (AttemptOrder) -> SimulatedWork
  private let limits: SchedulerCore.Limits
  private var boot: SchedulerCore.BootFacts
  private var jobs: JobSet
  private var endings: [Ending] = []
  private var batch: Int64 = 0
  private var sequence = 0

  /// A scheduler with these jobs, loaded at `start`.
  ///
  /// - Throws: what the store throws.
  public init(
    at start: Instant, jobs: [Job], store: any Store = MemoryStore(),
    limits: SchedulerCore.Limits = .init(processes: 128),
    work: @escaping (AttemptOrder) -> SimulatedWork = { _ in SimulatedWork() }
  ) throws {
    self.store = store
    self.work = work
    self.limits = limits
    self.jobs = JobSet(jobs: jobs)
    now = Moment(wall: start, elapsed: ElapsedTime(milliseconds: 1_000_000))
    boot = SchedulerCore.BootFacts(key: "boot 1", isRecent: false)
    try bringUp(self.jobs)
  }

  /// Moves time on, and does everything that becomes due on the way, in order.
  public func advance(by span: TimeSpan) throws {
    try advance(to: now.wall + span)
  }

  /// Moves time on to an instant of the wall clock.
  ///
  /// - Parameters:
  ///   - end: how far.
  ///   - goesOn: asked before each moment at which something is due; false leaves time there.
  /// - Returns: whether `end` was reached.
  /// - Throws: what the store throws.
  @discardableResult
  public func advance(to end: Instant, while goesOn: () -> Bool = { true }) throws -> Bool {
    while let next = nextMoment(), next <= end {
      guard goesOn() else { return false }
      move(to: max(next, now.wall))
      try endAttempts()
      try handle(.tick)
    }
    move(to: end)
    try handle(.tick)
    return true
  }

  /// Sets the wall clock; elapsed time stands.
  public func setWallClock(to instant: Instant) throws {
    now = Moment(wall: instant, elapsed: now.elapsed)
    try handle(.tick)
  }

  /// Puts other definitions into force.
  public func load(_ set: JobSet) throws {
    jobs = set
    if core != nil { try handle(.load(set)) }
  }

  /// Asks for something.
  @discardableResult
  public func perform(_ command: CoreCommand) throws -> CoreReply {
    guard core != nil else { return .refused("the daemon is down") }
    return try handle(.command(command)) ?? .done
  }

  /// Hands the core an event that a real edge would, such as the pid of a process.
  public func report(_ event: CoreEvent) throws { try handle(event) }

  /// Kills the daemon: what runs in it is lost, processes live on where `processesLive`.
  public func kill(processesLive: Bool = false) {
    core = nil
    if !processesLive { endings = [] }
  }

  /// Lets time pass while the daemon is down.
  public func pass(_ span: TimeSpan) {
    move(to: now.wall + span)
  }

  /// Starts the daemon again; `afterReboot` of the machine as well.
  public func restart(afterReboot: Bool = false) throws {
    if afterReboot {
      endings = []
      boot = SchedulerCore.BootFacts(key: boot.key + "+", isRecent: true)
    }
    try bringUp(jobs)
  }

  /// The ledger, newest first.
  public func history(_ query: HistoryQuery = HistoryQuery()) throws -> [LedgerRow] {
    var query = query
    query.limit = max(query.limit, 1_000_000)
    return try store.history(query)
  }

  private func bringUp(_ set: JobSet) throws {
    let snapshot = try store.load()
    batch = snapshot.newestBatch
    core = SchedulerCore(snapshot, limits: limits, boot: boot, at: now)
    try handle(.load(set))
  }

  private func move(to instant: Instant) {
    let span = instant - now.wall
    now = Moment(wall: instant, elapsed: now.elapsed + span)
  }

  private func nextMoment() -> Instant? {
    guard let core else { return nil }
    let elapsed = [core.nextElapsedDeadline, endings.map(\.at).min()].compactMap(\.self).min()
    let waiting = elapsed.map {
      now.wall + TimeSpan(milliseconds: $0.milliseconds - now.elapsed.milliseconds)
    }
    return [core.nextWallDeadline, waiting].compactMap(\.self).min()
  }

  private func endAttempts() throws {
    let due = endings.filter { $0.at <= now.elapsed }
      .sorted { ($0.at, $0.sequence) < ($1.at, $1.sequence) }
    for ending in due {
      endings.removeAll { $0.sequence == ending.sequence }
      try handle(
        .attemptEnded(
          ending.order.run, attempt: ending.order.attempt, ending.work.outcome,
          ending.work.output))
    }
  }

  @discardableResult
  private func handle(_ event: CoreEvent) throws -> CoreReply? {
    guard let step = core?.handle(event, at: now) else { return nil }
    if !step.changes.isEmpty {
      batch += 1
      try store.commit(step.changes, batch: batch)
    }
    for order in step.starts { begin(order) }
    for adoption in step.adoptions { adopt(adoption) }
    for run in step.stops { stop(run) }
    notices.append(contentsOf: step.notices)
    if let instant = step.ledgerWanted {
      try handle(.ledgerTail(store.ledgerTail(after: instant), after: instant))
    }
    return step.reply
  }

  private func begin(_ order: AttemptOrder) {
    started.append(order)
    let work = work(order)
    sequence += 1
    endings.append(
      Ending(at: now.elapsed + work.duration, sequence: sequence, order: order, work: work))
  }

  /// A process that outlived the daemon ends when it would have; its exit code is lost.
  private func adopt(_ adoption: Adoption) {
    sequence += 1
    let living = endings.first { $0.order.run == adoption.order.run }
    endings.removeAll { $0.order.run == adoption.order.run }
    endings.append(
      Ending(
        at: living?.at ?? now.elapsed, sequence: sequence, order: adoption.order,
        work: SimulatedWork(.lost("its exit code is not known"))))
  }

  private func stop(_ run: RunID) {
    guard let index = endings.firstIndex(where: { $0.order.run == run }),
      let delay = endings[index].work.stopsAfter
    else { return }
    let ending = endings[index]
    sequence += 1
    endings[index] = Ending(
      at: min(ending.at, now.elapsed + delay), sequence: sequence, order: ending.order,
      work: SimulatedWork(.stopped(exitCode: nil, signal: 15)))
  }
}
