// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler
import SchedulerTesting

/// A stretch of time gone through with the real core on a clock of its own.
struct Simulation {
  /// The most rows of the ledger.
  static let rowLimit = 100_000
  /// The most transactions: instants that only make a row longer are work, too.
  static let commitLimit = 500_000

  let plan: SimulationPlan
  /// The most rows of this one.
  let rowLimit: Int
  /// Oldest first.
  let rows: [LedgerRow]
  /// How far it came before a limit was reached; nil: to the end.
  let stoppedAt: Instant?
  let names: [JobID: JobName]
  private let tag: String

  /// Goes through the stretch.
  ///
  /// - Throws: what the store throws, which means that the core contradicts itself.
  init(
    _ plan: SimulationPlan, jobs: [Job], work: SimulatedAnswers, rowLimit: Int = Self.rowLimit
  ) throws {
    self.plan = plan
    self.rowLimit = rowLimit
    let store = CountingStore()
    let scheduler = try ManualScheduler(at: plan.from, jobs: jobs, store: store) {
      work.work(for: $0)
    }
    let isComplete = try Self.go(through: plan, scheduler) {
      store.rows < rowLimit && store.commits < Self.commitLimit
    }
    stoppedAt = isComplete ? nil : scheduler.now.wall
    rows = try scheduler.history().reversed()
    let snapshot = store.load()
    tag = snapshot.tag
    names = Dictionary(
      snapshot.jobs.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
  }

  private static func go(
    through plan: SimulationPlan, _ scheduler: ManualScheduler, while goesOn: () -> Bool
  ) throws -> Bool {
    for down in plan.downs {
      guard try scheduler.advance(to: down.lowerBound, while: goesOn) else { return false }
      scheduler.kill()
      scheduler.pass(down.upperBound - scheduler.now.wall)
      // A daemon that is down to the end is not there to say what it missed.
      if down.upperBound < plan.to { try scheduler.restart() }
    }
    return try scheduler.advance(to: plan.to, while: goesOn)
  }

  /// As JSON: the form of `history`, newest first.
  var reply: SimulationReply {
    let runs = rows.reversed().compactMap { row in
      names[row.job].map { RunSummary(row, of: $0, tag: tag) }
    }
    return SimulationReply(
      from: plan.from, to: plan.to, complete: stoppedAt == nil, stoppedAt: stoppedAt, runs: runs)
  }
}

/// `{"from","to","complete","stopped_at","runs":[…]}`.
struct SimulationReply: Encodable {
  let from: Instant
  let to: Instant
  let complete: Bool
  @OrNull var stoppedAt: Instant?
  let runs: [RunSummary]

  enum CodingKeys: String, CodingKey {
    case from, to, complete, runs
    case stoppedAt = "stopped_at"
  }
}

extension RunSummary {
  /// A row of a ledger that no daemon keeps.
  fileprivate init(_ row: LedgerRow, of job: JobName, tag: String) {
    switch row {
    case .run(let run):
      self.init(
        runID: run.id.text(tag: tag), job: job.text, trigger: run.trigger.word,
        scheduledFor: run.scheduledFor, state: run.state.word, attempt: run.attempt)
      reason = run.reason?.word
      (startedAt, finishedAt, retryAt) = (run.startedAt, run.finishedAt, run.retryAt)
      (exitCode, signal, error) = (run.exitCode, run.signal, run.error)
      (missedCount, missedFirst) = (run.missed?.count, run.missed?.first)
    case .stretch(let stretch):
      self.init(
        runID: nil, job: job.text, trigger: Trigger.schedule.word, scheduledFor: stretch.first,
        state: stretch.state.word)
      reason = stretch.reason.word
      (lastScheduledFor, count) = (stretch.last, stretch.count)
    case .folded(let fold):
      self.init(
        runID: nil, job: job.text, trigger: Trigger.schedule.word, scheduledFor: fold.first,
        state: fold.key.state.word)
      (lastScheduledFor, count) = (fold.last, fold.count)
    }
  }
}
