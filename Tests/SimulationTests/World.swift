// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support

/// A scheduler among faults, drawn from a seed: jobs of every policy, attempts that fail and take
/// long, kills, reboots, outages, pauses, triggers, edits, jobs that go and return, and steps of
/// the clock in the nights in which a zone's clock changes.
///
/// In every third world the clock is set back too: there no instant may have two runs, but what
/// was named cannot be counted from outside.
final class World {
  let scheduler: ManualScheduler
  private(set) var violations: [String] = []
  private(set) var log: [String] = []
  private var generator: SeededGenerator
  private var jobs: [Job]
  /// What stood, from when to when, by job.
  private var spans: [JobName: [DefinitionSpan]] = [:]
  private var gone: Set<JobName> = []
  private let draws: JobDraws
  private let isSetBack: Bool
  private var checkedStarts = 0

  init(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...6, using: &generator)
    let draws = try JobDraws(&generator)
    let jobs = (0..<count).map { draws.job("job\($0)", &generator) }
    var works = SeededGenerator(seed: seed ^ 0xABCD)
    scheduler = try ManualScheduler(
      at: draws.start, jobs: jobs,
      limits: .init(processes: Int.random(in: 1...4, using: &generator))
    ) { _ in Self.work(&works) }
    self.jobs = jobs
    self.draws = draws
    self.generator = generator
    isSetBack = seed.isMultiple(of: 3)
    for job in jobs { spans[job.name] = [DefinitionSpan(job, after: draws.start)] }
  }

  /// One draw of what happens next, and then what must hold.
  func step() throws {
    let event = generator.pick(Event.weighted)
    log.append("\(scheduler.now.wall.rfc3339) \(event)")
    try carryOut(event)
    try checkStarts()
    checkOverlap()
  }

  /// Ends all faults, lets everything finish, and checks the whole ledger.
  func settle() throws {
    if scheduler.core == nil { try scheduler.restart() }
    try scheduler.perform(.resume(nil))
    for job in jobs { try scheduler.perform(.resume(job.name)) }
    for job in jobs { end(job.name) }
    try scheduler.load(JobSet(jobs: jobs.map(JobDraws.stopped)))
    try scheduler.advance(by: .hours(24 * 30))
    let open = try scheduler.store.load().openRuns
    if !open.isEmpty { violations.append("open at the end: \(open.map(\.state))") }
    try checkLedger()
  }

  /// Takes what was thrown as a violation.
  func fail(_ what: String) { violations.append(what) }

  private enum Event: CaseIterable {
    case advance, longAdvance, kill, killDaemonOnly, reboot, pause, pauseAll, resume, resumeAll
    case trigger, force, replay, reload, jump, jumpBack, edit, remove, bringBack

    static let weighted: [Event] =
      Array(repeating: .advance, count: 20) + Array(repeating: .longAdvance, count: 3)
      + allCases + [.edit, .edit, .jumpBack, .jumpBack]
  }

  private func carryOut(_ event: Event) throws {
    let name = generator.pick(jobs).name
    switch event {
    case .advance: try scheduler.advance(by: draw(0...90_000))
    case .longAdvance: try scheduler.advance(by: draw(0...7_200_000))
    case .kill: try outage { scheduler.kill() }
    case .killDaemonOnly: try outage { scheduler.kill(processesLive: true) }
    case .reboot:
      scheduler.kill()
      scheduler.pass(draw(0...600_000))
      try scheduler.restart(afterReboot: true)
    case .pause: try scheduler.perform(.pause(name, until: until(), note: nil))
    case .pauseAll: try scheduler.perform(.pause(nil, until: until(), note: nil))
    case .resume: try scheduler.perform(.resume(name))
    case .resumeAll: try scheduler.perform(.resume(nil))
    case .trigger: try scheduler.perform(.trigger(name, payload: nil, force: false))
    case .force: try scheduler.perform(.trigger(name, payload: nil, force: true))
    case .replay: try replayNewest()
    case .reload: try reload()
    case .jump: try scheduler.setWallClock(to: scheduler.now.wall + draw(1_000...9_000_000))
    case .jumpBack where isSetBack:
      try scheduler.setWallClock(to: scheduler.now.wall - draw(1...7_200_000))
    case .jumpBack: break
    case .edit: try edit(name)
    case .remove:
      end(name)
      gone.insert(name)
      try reload()
    case .bringBack:
      for job in jobs where gone.contains(job.name) { begin(job) }
      gone = []
      try reload()
    }
  }

  private func reload() throws {
    try scheduler.load(JobSet(jobs: jobs.filter { !gone.contains($0.name) }))
  }

  private func edit(_ name: JobName) throws {
    guard let index = jobs.firstIndex(where: { $0.name == name }), !gone.contains(name) else {
      return
    }
    let old = jobs[index]
    jobs[index] = draws.edited(old, &generator)
    if jobs[index].times != old.times || jobs[index].isEnabled != old.isEnabled {
      end(name)
      begin(jobs[index])
    }
    try reload()
  }

  private func begin(_ job: Job) {
    guard job.isEnabled else { return }
    spans[job.name, default: []].append(DefinitionSpan(job, after: scheduler.now.wall))
  }

  private func end(_ name: JobName) {
    guard let last = spans[name]?.indices.last, spans[name]?[last].through == nil else { return }
    spans[name]?[last].through = scheduler.now.wall
  }

  private func outage(_ kill: () -> Void) throws {
    kill()
    scheduler.pass(draw(0...1_800_000))
    try scheduler.restart()
  }

  private func replayNewest() throws {
    var query = HistoryQuery()
    query.onlyDead = true
    guard case .run(let dead)? = try scheduler.history(query).first else { return }
    try scheduler.perform(.replay(dead))
  }

  private func draw(_ range: ClosedRange<Int64>) -> TimeSpan {
    TimeSpan(milliseconds: Int64.random(in: range, using: &generator))
  }

  private func until() -> Instant? {
    generator.chance(50) ? scheduler.now.wall + draw(1...3_600_000) : nil
  }

  // MARK: What must hold

  /// No attempt starts before its instant, or without a row that says so.
  private func checkStarts() throws {
    for order in scheduler.started[checkedStarts...] {
      guard let run = try scheduler.store.run(order.run) else {
        violations.append("attempt of run \(order.run.rawValue) without a row")
        continue
      }
      if run.attempt < order.attempt { violations.append("attempt \(order.attempt) not recorded") }
      if let begun = run.startedAt, begun < run.scheduledFor, !isSetBack {
        violations.append("run \(run.id.rawValue) started before its instant")
      }
    }
    checkedStarts = scheduler.started.count
  }

  /// But for `allow` and forced runs, a job has one attempt under way.
  private func checkOverlap() {
    guard let core = scheduler.core else { return }
    var running: [JobID: Int] = [:]
    for id in core.runningRuns {
      guard let run = try? scheduler.store.run(id), run.trigger == .schedule else { continue }
      running[run.job, default: 0] += 1
    }
    for job in jobs where job.options.value.overlap != .allow {
      guard let id = core.id(of: job.name), let count = running[id], count > 1 else { continue }
      violations.append("\(count) scheduled attempts of \(job.name) at once")
    }
  }

  /// Every instant that a schedule named stands in the ledger exactly once.
  private func checkLedger() throws {
    let rows = try scheduler.history()
    let names = scheduler.core?.names() ?? [:]
    for job in jobs {
      let own = rows.filter { names[$0.job] == job.name }
      checkRuns(of: job.name, own)
      if !isSetBack, job.namesInstants { checkInstants(of: job.name, own) }
    }
  }

  private func checkRuns(of name: JobName, _ rows: [LedgerRow]) {
    let scheduled = rows.compactMap(\.run).filter { $0.trigger == .schedule }.map(\.scheduledFor)
    if Set(scheduled).count != scheduled.count {
      violations.append("\(name): an instant has two runs")
    }
  }

  private func checkInstants(of name: JobName, _ rows: [LedgerRow]) {
    var seen: [Instant: Int] = [:]
    for row in rows {
      for instant in instants(of: row, name) { seen[instant, default: 0] += 1 }
    }
    for (instant, count) in seen where count > 1 {
      violations.append("\(name): \(instant.rfc3339) stands \(count) times")
    }
    var named: Set<Instant> = []
    for span in spans[name] ?? [] { named.formUnion(span.instants) }
    for instant in named.symmetricDifference(seen.keys).sorted().prefix(3) {
      let what = named.contains(instant) ? "was named and is not" : "was not named and is"
      violations.append("\(name): \(instant.rfc3339) \(what) in the ledger")
    }
  }

  private func instants(of row: LedgerRow, _ name: JobName) -> [Instant] {
    switch row {
    case .run(let run): return run.trigger == .schedule ? [run.scheduledFor] : []
    case .folded: return []
    case .stretch(let stretch):
      let instants = (spans[name] ?? []).flatMap(\.instants).filter {
        $0 >= stretch.first && $0 <= stretch.last
      }
      if instants.count != stretch.count {
        violations.append("\(name): a row of \(stretch.count) spans \(instants.count)")
      }
      return instants
    }
  }

  private static func work(_ generator: inout SeededGenerator) -> SimulatedWork {
    let outcome: AttemptOutcome =
      switch Int.random(in: 0..<20, using: &generator) {
      case 0..<12: .exited(0)
      case 12..<16: .exited(1)
      case 16: .signalled(11)
      case 17: .timedOut(exitCode: nil, signal: 15)
      case 18: .notStarted("no such file")
      default: .snoozed(.seconds(20))
      }
    let long = generator.chance(10) ? Int64(3_000_000) : 20_000
    return SimulatedWork(
      outcome, taking: TimeSpan(milliseconds: Int64.random(in: 0...long, using: &generator)))
  }
}
