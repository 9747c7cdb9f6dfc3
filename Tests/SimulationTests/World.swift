// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support

/// A scheduler among faults, drawn from a seed: jobs of every policy, attempts that fail and take
/// long, kills, reboots, outages, pauses, triggers, edits and steps of the clock.
final class World {
  let start: Instant = at("2026-03-10T12:00:00Z")
  let scheduler: ManualScheduler
  private(set) var violations: [String] = []
  private(set) var log: [String] = []
  private var generator: SeededGenerator
  private var jobs: [Job]
  private var checkedStarts = 0

  init(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...6, using: &generator)
    let jobs = (0..<count).map { Self.job($0, &generator) }
    var works = SeededGenerator(seed: seed ^ 0xABCD)
    scheduler = try ManualScheduler(
      at: start, jobs: jobs,
      limits: .init(processes: Int.random(in: 1...4, using: &generator))
    ) { _ in Self.work(&works) }
    self.jobs = jobs
    self.generator = generator
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
    try scheduler.load(JobSet(jobs: jobs.map(Self.stopped)))
    try scheduler.advance(by: .hours(24 * 30))
    let open = try scheduler.store.load().openRuns
    if !open.isEmpty { violations.append("open at the end: \(open.map(\.state))") }
    try checkLedger()
  }

  private enum Event: CaseIterable {
    case advance, longAdvance, kill, killDaemonOnly, reboot, pause, pauseAll, resume, resumeAll
    case trigger, force, replay, reload, jump

    static let weighted: [Event] =
      Array(repeating: .advance, count: 20) + Array(repeating: .longAdvance, count: 3) + allCases
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
    case .reload: try scheduler.load(JobSet(jobs: jobs))
    case .jump: try scheduler.setWallClock(to: scheduler.now.wall + draw(1_000...9_000_000))
    }
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
      if let begun = run.startedAt, begun < run.scheduledFor {
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
      guard case .every = job.times.schedule else { continue }
      var seen: [Instant: Int] = [:]
      for row in rows where names[row.job] == job.name {
        for instant in instants(of: row, job) { seen[instant, default: 0] += 1 }
      }
      for (instant, count) in seen where count > 1 {
        violations.append("\(job.name): \(instant.rfc3339) stands \(count) times")
      }
      guard let last = seen.keys.max() else { continue }
      let named = job.times.count(after: start, through: last)
      if named != seen.count {
        violations.append(
          "\(job.name): \(named) instants were named, \(seen.count) are in the ledger")
      }
    }
  }

  private func instants(of row: LedgerRow, _ job: Job) -> [Instant] {
    switch row {
    case .run(let run): return run.trigger == .schedule ? [run.scheduledFor] : []
    case .stretch(let stretch):
      var instants = [stretch.first]
      while let next = job.times.next(after: instants[instants.count - 1]), next <= stretch.last {
        instants.append(next)
      }
      if instants.count != stretch.count {
        violations.append("\(job.name): a row of \(stretch.count) spans \(instants.count)")
      }
      return instants
    }
  }

  // MARK: What is drawn

  private static func job(_ number: Int, _ generator: inout SeededGenerator) -> Job {
    let schedule: Schedule =
      switch generator.pick([0, 0, 0, 1, 2]) {
      case 0:
        .every(
          IntervalSchedule(
            period: .seconds(Int64.random(in: 20...900, using: &generator)),
            anchor: Instant(milliseconds: Int64.random(in: 0...100_000, using: &generator))))
      case 1: .everyAfter(.seconds(Int64.random(in: 20...900, using: &generator)), firstNow: false)
      default: .reboot
      }
    return .of("job\(number)", schedule) { options in
      options.overlap = generator.pick(OverlapPolicy.allCases)
      options.catchUp = generator.pick(CatchUpPolicy.allCases)
      options.catchUpLimit = generator.pick([1, 3, 1_000])
      options.onLost = generator.pick(LostPolicy.allCases)
      options.retries = RetryPolicy(maximum: generator.pick([0, 0, 1, 4]))
      if generator.chance(30) {
        options.deadline = .seconds(Int64.random(in: 0...600, using: &generator))
      }
      if generator.chance(30) { options.maximumOverlap = Int.random(in: 1...3, using: &generator) }
    }
  }

  /// The same job, switched off, so that what is open can finish.
  private static func stopped(_ job: Job) -> Job {
    var options = job.options.value
    options.enabled = false
    return Job(
      name: job.name, times: job.times, scheduleText: job.scheduleText, work: job.work,
      options: Shared(options))
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
