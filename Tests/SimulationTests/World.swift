// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support

/// A scheduler among faults, drawn from a seed.
final class World {
  /// How many of the last things that happened are kept.
  static let trailLength = 50

  let knobs: Knobs
  let daemon: Daemon
  let draws: JobDraws
  let limits: SchedulerCore.Limits
  private(set) var violations: [String] = []
  private(set) var trail: [Trace] = []
  private(set) var decisions: [Decision] = []
  /// What the files hold, by place.
  var jobs: [Job]
  var gone: Set<Int> = []
  /// What was answered, and what of it is durable.
  var live = Ledger()
  private var durable = Ledger()
  var boots = 1
  var isDraining = false
  /// The wall clock was set at some time: what is left of a retry delay is not in the store.
  var wasStepped = false
  /// Runs that were forced.
  var forced: Set<RunID> = []
  /// The furthest that the wall clock has been.
  private var furthest: Instant
  /// By how much the wall clock was set wrong by a visit to 1970.
  var wrongBy = TimeSpan.zero
  private var spawned: Set<Spawn> = []
  private var retryDue: [RunID: ElapsedTime] = [:]
  private var source: DecisionSource

  private struct Spawn: Hashable {
    let run: RunID
    let attempt: Int
  }

  init(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let knobs = Knobs(&generator)
    var jobGenerator = SeededGenerator(seed: seed ^ 0x10B5)
    let draws = try JobDraws(&jobGenerator, knobs)
    let count = Int.random(in: 1...6, using: &jobGenerator)
    jobs = (0..<count).map { draws.job(at: $0, &jobGenerator) }
    limits = SchedulerCore.Limits(
      processes: Int.random(in: 1...4, using: &jobGenerator), queues: JobDraws.queues)
    daemon = Daemon(
      at: Moment(wall: draws.start, elapsed: ElapsedTime(milliseconds: 1_000_000)),
      Executions(seed: seed, knobs))
    self.knobs = knobs
    self.draws = draws
    furthest = draws.start
    source = DecisionSource(seed: seed, knobs)
    listen()
    start()
  }

  private func listen() {
    daemon.answered = { [unowned self] in hear($0, $1) }
    daemon.remembered = { [unowned self] record in
      for change in record.step.changes { durable.apply(change) }
      if let deed = record.deed { durable.apply(deed) }
    }
    daemon.starting = { [unowned self] in begin($0) }
    daemon.died = { [unowned self] in
      live = durable
      retryDue = [:]
    }
  }

  func fail(_ what: String) { violations.append(what) }

  private func note(_ event: Trace.Event) {
    trail.append(Trace(wall: daemon.now.wall, event: event))
    if trail.count > 2 * Self.trailLength { trail.removeFirst(Self.trailLength) }
  }

  /// One draw of what happens next.
  func step() { carryOut(source.next(isUp: daemon.core != nil)) }

  /// Does this.
  func carryOut(_ decision: Decision) {
    decisions.append(decision)
    note(.decision(decision))
    perform(decision)
    daemon.advance(by: .zero)
    furthest = max(furthest, daemon.now.wall)
    if daemon.core != nil { checkStanding() }
    violations.append(contentsOf: daemon.violations)
  }

  /// What the files hold.
  var defined: [Job] { jobs.indices.filter { !gone.contains($0) }.map { jobs[$0] } }

  // MARK: Starting

  /// Starts the daemon, where it is down, on what the files hold.
  func start() {
    guard daemon.core == nil else { return }
    isDraining = false
    var set = JobSet(jobs: defined)
    var current: [JobID: Job] = [:]
    for job in defined { if let id = identity(of: job) { current[id] = job } }
    for (id, entry) in durable.entries where !entry.isVanished {
      guard let former = entry.job else { continue }
      if current[id].map({ !$0.isSame(as: former) }) ?? true { set.former[entry.name] = former }
    }
    var deeds: [Ledger.Deed] = []
    let wall = daemon.now.wall
    // What lies ahead of the clock shows that it was set back meanwhile.
    if let newest = durable.entries.values.map(\.cursor).max(), newest > wall {
      deeds.append(.setBack(to: wall))
    }
    deeds.append(.loaded(defined, at: wall))
    daemon.start(
      set, limits: limits, boot: .init(key: "boot \(boots)", isRecent: boots > 1), deeds: deeds)
  }

  private func identity(of job: Job) -> JobID? {
    if let id = durable.ids[job.name] { return id }
    guard let old = job.rare?.was, !defined.contains(where: { $0.name == old }) else { return nil }
    return durable.ids[old]
  }

  // MARK: Listening

  private func hear(_ record: Daemon.Record, _ event: CoreEvent) {
    furthest = max(furthest, record.wall)
    let changes = record.step.changes
    if case .setBack? = record.deed, let deed = record.deed { live.apply(deed) }
    let before = LedgerBefore(changes, live)
    for change in changes {
      live.apply(change)
      note(.change(change, live.name(of: change)))
    }
    var isLoad = false
    if case .load = event { isLoad = true }
    let laws = StepLaws(
      changes, before: before, after: live, at: record.wall, isLoad: isLoad)
    violations.append(contentsOf: laws.violations)
    noteRetries(changes)
    if case .loaded? = record.deed, let deed = record.deed { live.apply(deed) }
    if changes.count > 2_000 { fail("I8 a step of \(changes.count) changes") }
  }

  private func noteRetries(_ changes: [Change]) {
    for case .runChanged(let run) in changes {
      if run.state == .retrying, let retryAt = run.retryAt {
        retryDue[run.id] = daemon.now.elapsed + (retryAt - daemon.now.wall)
      }
    }
  }

  // MARK: Starts

  private func begin(_ order: AttemptOrder) {
    note(.start(order.run, attempt: order.attempt))
    guard let run = daemon.store.run(order.run) else {
      fail("I3 attempt of run \(order.run.rawValue) without a row")
      return
    }
    if run.attempt < order.attempt { fail("I3 attempt \(order.attempt) is not recorded") }
    if !spawned.insert(Spawn(run: order.run, attempt: order.attempt)).inserted {
      fail("I6 attempt \(order.attempt) of run \(order.run.rawValue) is started twice")
    }
    if furthest < run.startAt ?? run.scheduledFor {
      fail("I2 run \(run.id.rawValue) starts before its instant")
    }
    if let due = retryDue.removeValue(forKey: order.run), daemon.now.elapsed < due {
      fail("run \(run.id.rawValue) is tried again before its delay is over")
    }
    checkRepeats(run, order)
    checkLimits(run, order)
    let job = live.entries[run.job]?.job
    daemon.executions.begin(
      order, interval: job?.interval(at: run.scheduledFor) ?? .seconds(60),
      at: daemon.now.elapsed)
  }

  /// Under `on-lost = "fail"` a run that may not be retried is started at most once.
  private func checkRepeats(_ run: Run, _ order: AttemptOrder) {
    guard run.task == nil else { return }
    let options = order.options.value
    if run.failures > max(4, options.retries.maximum) {
      fail("I5 run \(run.id.rawValue) failed \(run.failures) times and is tried again")
    }
    if options.onLost == .fail, run.lostInRow > 0 {
      fail("I6 run \(run.id.rawValue) was lost and is started again")
    }
    if run.lostInRow > 2 { fail("I5 run \(run.id.rawValue) was lost thrice and is started again") }
  }

  private func checkLimits(_ run: Run, _ order: AttemptOrder) {
    // One that is over at this very moment may be an adoption that came too late.
    let others = daemon.executions.living.values.filter {
      $0.order.run != order.run && $0.endsAt > daemon.now.elapsed
    }
    if order.work.isProcessWork,
      others.count(where: { $0.order.work.isProcessWork }) >= limits.processes
    {
      fail("run \(run.id.rawValue) is one process too many")
    }
    let queue = queue(of: run)
    let beside = others.filter { daemon.store.run($0.order.run).map(self.queue) == queue }
      .map(\.order.run.rawValue).sorted()
    if let limit = limits.queues[queue] ?? nil, beside.count >= limit {
      fail("run \(run.id.rawValue) is one too many in queue \(queue), beside \(beside)")
    }
    guard run.task == nil, order.options.value.overlap != .allow, !forced.contains(run.id) else {
      return
    }
    let rivals = others.filter {
      !forced.contains($0.order.run) && daemon.store.run($0.order.run)?.job == run.job
    }
    if let rival = rivals.first {
      fail("I4 run \(run.id.rawValue) starts beside run \(rival.order.run.rawValue)")
    }
  }

  private func queue(of run: Run) -> String {
    if let task = run.task { return task.queue ?? "default" }
    return live.entries[run.job]?.job?.rare?.queue ?? "default"
  }

  // MARK: The end

  /// Ends all faults, lets everything finish, and holds the whole ledger against what was named.
  func settle() {
    note(.end)
    daemon.faults = StoreFaults()
    daemon.death = nil
    if isDraining { daemon.die(processesLive: true) }
    start()
    daemon.advance(by: .seconds(5))
    let wall = max(furthest, daemon.now.wall)
    if wall > daemon.now.wall { setClock(to: wall) }
    daemon.handle(.command(.resume(nil)))
    for queue in ["default", "one", "three"] { daemon.handle(.command(.resumeQueue(queue))) }
    for job in defined { daemon.handle(.command(.resume(job.name))) }
    daemon.advance(by: .seconds(61))
    for index in jobs.indices { jobs[index] = jobs[index].withoutSchedule }
    reload()
    for _ in 0..<40 where !live.open.isEmpty && daemon.violations.isEmpty {
      daemon.advance(by: .hours(24))
      for job in defined where live.ids[job.name].map({ live.pauses[.job($0)] != nil }) == true {
        daemon.handle(.command(.resume(job.name)))
      }
    }
    violations.append(contentsOf: daemon.violations)
    for id in live.open.sorted().prefix(3) {
      guard let run = live.runs[id] else { continue }
      fail("liveness: run \(id.rawValue) of job \(run.job.rawValue) stays \(run.state.word)")
    }
    if !daemon.isQuiet { fail("liveness: something waits to be remembered at the end") }
    checkSpans()
  }

  private func checkSpans() {
    for (_, entry) in durable.entries.sorted(by: { $0.key < $1.key }) {
      var named = 0
      for span in entry.spans {
        let lost = entry.firstUncovered(by: span.job, after: span.after, through: span.through)
        if let lost { fail("I1 \(entry.name): \(lost.rfc3339) was named, and nothing tells of it") }
        named += span.job.times.count(after: span.after, through: span.through)
      }
      guard !durable.wasSetBack, entry.spans.count > 0, !knobs.year1970 else { continue }
      let told = entry.scheduled.count + entry.rows.reduce(0) { $0 + $1.count }
      if told != named, entry.spans.allSatisfy(\.job.namesInstants) {
        fail("I1 \(entry.name): \(named) instants were named, and the ledger tells of \(told)")
      }
    }
  }
}

extension Job {
  func isSame(as other: Job) -> Bool {
    name == other.name && times == other.times && work == other.work && options == other.options
  }
}
