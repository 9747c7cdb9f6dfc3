// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// The edge round the core, in a world of its own: it gathers steps while a commit is under way,
/// remembers, and then acts, as `JobScheduler` does; and it may die at each of these points.
final class Daemon {
  /// Where it dies.
  enum DeathPoint: Int64 {
    case beforeCommit = 0
    case afterCommit
    case afterStarts
  }

  /// A batch of changes on its way to the store.
  private struct Batch {
    let records: [Record]
    var dueAt: ElapsedTime
  }

  /// What was answered to one event.
  struct Record {
    let step: CoreStep
    let deed: Ledger.Deed?
    let wall: Instant
  }

  let store = MemoryStore()
  private(set) var core: SchedulerCore?
  var now: Moment
  var executions: Executions
  var faults = StoreFaults()
  /// Dies at this point once so many commits have been made.
  var death: (commits: Int64, point: DeathPoint, processesLive: Bool)?

  /// Told of each step before it is durable, and of each record once it is.
  var answered: (Record, CoreEvent) -> Void = { _, _ in }
  var remembered: (Record) -> Void = { _ in }
  var starting: (AttemptOrder) -> Void = { _ in }
  var died: () -> Void = {}
  private(set) var violations: [String] = []

  private var outbox: [Record] = []
  private var underWay: Batch?
  private var inbox: [CoreEvent] = []
  private var batch: Int64 = 0
  private var isInTrouble = false
  private var isPumping = false

  init(at now: Moment, _ executions: Executions) {
    self.now = now
    self.executions = executions
  }

  /// Nothing waits to be remembered or done.
  var isQuiet: Bool { outbox.isEmpty && underWay == nil && inbox.isEmpty && !isInTrouble }

  func fail(_ what: String) { violations.append(what) }

  // MARK: Life and death

  /// Starts a core from what is durable.
  func start(
    _ set: JobSet, limits: SchedulerCore.Limits, boot: SchedulerCore.BootFacts,
    deeds: [Ledger.Deed]
  ) {
    let snapshot = store.load()
    batch = snapshot.newestBatch
    core = SchedulerCore(snapshot, limits: limits, boot: boot, at: now)
    for deed in deeds.dropLast() {
      answered(Record(step: CoreStep(), deed: deed, wall: now.wall), .tick)
      remembered(Record(step: CoreStep(), deed: deed, wall: now.wall))
    }
    handle(.load(set), deed: deeds.last)
  }

  /// Dies: what was not durable is forgotten.
  func die(processesLive: Bool) {
    guard core != nil else { return }
    core = nil
    outbox = []
    underWay = nil
    inbox = []
    isInTrouble = false
    death = nil
    faults.failing = []
    executions.lose(processesLive: processesLive) { self.store.run($0)?.process }
    died()
  }

  // MARK: Time

  /// Lets time go on, and does what becomes due on the way.
  func advance(by span: TimeSpan) {
    let end = now.elapsed + span
    var rounds = 0
    while core != nil, let next = nextElapsed(), next <= end, violations.isEmpty {
      move(to: max(next, now.elapsed))
      doDue()
      rounds += 1
      if rounds > 200_000 { fail("I8 a storm: over 200,000 wake-ups without an end") }
    }
    move(to: end)
    doDue()
    handle(.tick)
    if core == nil { executions.endUnwatched(through: now.elapsed) }
  }

  private func move(to elapsed: ElapsedTime) {
    let span = TimeSpan(milliseconds: elapsed.milliseconds - now.elapsed.milliseconds)
    now = Moment(wall: now.wall + span, elapsed: elapsed, suspended: now.suspended)
  }

  private func nextElapsed() -> ElapsedTime? {
    guard let core else { return nil }
    let wall = core.nextWallDeadline.map { now.elapsed + ($0 - now.wall) }
    return [wall, core.nextElapsedDeadline, executions.next, underWay?.dueAt]
      .compactMap(\.self).min()
  }

  /// The timers and the executor are heard in either order.
  private func doDue() {
    if let batch = underWay, batch.dueAt <= now.elapsed { tryCommit() }
    if now.elapsed.milliseconds.isMultiple(of: 2) { tickIfDue() }
    for event in executions.events(through: now.elapsed) { handle(event) }
    tickIfDue()
  }

  private func tickIfDue() {
    guard let core else { return }
    let isDue =
      core.nextWallDeadline.map { $0 <= now.wall } == true
      || core.nextElapsedDeadline.map { $0 <= now.elapsed } == true
    if isDue { handle(.tick) }
  }

  // MARK: Remember, then act

  @discardableResult
  func handle(_ event: CoreEvent, deed: Ledger.Deed? = nil) -> CoreReply? {
    guard let step = core?.handle(event, at: now) else { return nil }
    let record = Record(step: step, deed: deed, wall: now.wall)
    answered(record, event)
    if !step.isEmpty || deed != nil { outbox.append(record) }
    pump()
    return step.reply
  }

  private func pump() {
    guard !isPumping else { return }
    isPumping = true
    defer { isPumping = false }
    while core != nil, violations.isEmpty {
      if underWay == nil, !outbox.isEmpty {
        send()
      } else if !inbox.isEmpty {
        let event = inbox.removeFirst()
        guard let step = core?.handle(event, at: now) else { return }
        let record = Record(step: step, deed: nil, wall: now.wall)
        answered(record, event)
        if !step.isEmpty { outbox.append(record) }
      } else {
        return
      }
    }
  }

  private func send() {
    let records = outbox
    outbox = []
    guard records.contains(where: { !$0.step.changes.isEmpty }) else {
      for record in records { remembered(record) }
      act(on: records)
      return
    }
    underWay = Batch(records: records, dueAt: now.elapsed + faults.delay)
    if faults.delay == .zero { tryCommit() }
  }

  private func tryCommit() {
    guard let sent = underWay else { return }
    if isDeath(at: .beforeCommit) { return }
    let changes = sent.records.flatMap(\.step.changes)
    switch faults.next(at: now.elapsed) {
    case .fails:
      // The same batch is tried again, and nothing of it is done before it is in.
      if !isInTrouble {
        isInTrouble = true
        inbox.append(.storeFailed)
      }
      underWay?.dueAt = now.elapsed + .seconds(1)
      pump()
      return
    case .failsButIsDurable, .succeeds: break
    }
    do {
      try store.commit(changes, batch: batch + 1)
      batch += 1
    } catch {
      fail("the store refuses: \(error)")
      return
    }
    for record in sent.records { remembered(record) }
    if isDeath(at: .afterCommit) { return }
    underWay = nil
    act(on: sent.records)
    if isInTrouble {
      isInTrouble = false
      inbox.append(.storeRecovered)
    }
    pump()
  }

  private func isDeath(at point: DeathPoint) -> Bool {
    guard let death, death.point == point else { return false }
    guard death.commits <= 0 else {
      self.death?.commits -= 1
      return false
    }
    die(processesLive: death.processesLive)
    return true
  }

  private func act(on records: [Record]) {
    for order in records.flatMap(\.step.starts) {
      starting(order)
    }
    if isDeath(at: .afterStarts) { return }
    for record in records {
      for adoption in record.step.adoptions { executions.adopt(adoption, at: now.elapsed) }
      for run in record.step.stops { executions.stop(run, at: now.elapsed) }
      if let instant = record.step.ledgerWanted {
        inbox.append(.ledgerTail(store.ledgerTail(after: instant), after: instant))
      }
    }
  }
}

/// What is wrong with the store.
struct StoreFaults {
  enum Answer { case succeeds, fails, failsButIsDurable }

  /// Commits that are going to fail, and whether what they hold is durable all the same.
  var failing: [Bool] = []
  /// No commit succeeds before this.
  var downUntil: ElapsedTime?
  /// So long a commit takes.
  var delay = TimeSpan.zero

  /// What becomes of the next commit.
  mutating func next(at now: ElapsedTime) -> Answer {
    if let downUntil, now < downUntil { return .fails }
    guard !failing.isEmpty else { return .succeeds }
    return failing.removeFirst() ? .failsButIsDurable : .fails
  }
}
