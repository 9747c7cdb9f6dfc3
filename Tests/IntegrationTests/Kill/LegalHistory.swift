// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Support

/// A history as a daemon without a fault would leave it, made from a seed: what the checker must
/// pass, and the ground in which faults are planted.
struct LegalHistory {
  private var random: SeededGenerator
  private let start = Instant(milliseconds: 1_800_000_000_000)
  private(set) var evidence: Evidence
  private var number = 0

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    evidence = Evidence(jobs: [], witness: [], spells: [], ledger: [:], ends: start)
    live()
    evidence.ends = evidence.spells[evidence.spells.count - 1].endedAt - .seconds(5)
    for var job in KillJob.all(30) {
      job.milliseconds = min(job.milliseconds, 300)
      evidence.jobs.append(job)
      run(job)
    }
    evidence.witness.sort { $0.at < $1.at }
  }

  private mutating func milliseconds(_ range: ClosedRange<Int64>) -> TimeSpan {
    TimeSpan(milliseconds: Int64.random(in: range, using: &random))
  }

  /// Lives and outages; what is caught up is over before the next instant comes.
  private mutating func live() {
    var second: Int64 = 0
    for _ in 0..<5 {
      let ready = start + .seconds(second) + milliseconds(100...600)
      let length = Int64.random(in: 3...6, using: &random)
      evidence.spells.append(
        Spell(
          launchedAt: ready - TimeSpan(milliseconds: 50), readyAt: ready,
          endedAt: start + .seconds(second + length) + milliseconds(0...999)))
      second += length + Int64.random(in: 1...5, using: &random)
    }
    evidence.spells[4].endedAt = evidence.spells[4].endedAt + .seconds(10)
  }

  private mutating func run(_ job: KillJob) {
    evidence.ledger[job.name] = []
    var cursor = evidence.spells[0].readyAt ?? start
    for spell in evidence.spells {
      guard let ready = spell.readyAt else { continue }
      catchUp(job, from: &cursor, ready: ready)
      // What would not be over by the end is left for the next life.
      let last = min(spell.endedAt - .seconds(2), evidence.ends)
      while let instant = job.times.next(after: cursor), instant <= last {
        make(job, instant, startedAt: instant + TimeSpan(milliseconds: 1))
        cursor = instant
      }
    }
  }

  private mutating func catchUp(_ job: KillJob, from cursor: inout Instant, ready: Instant) {
    var missed: [Instant] = []
    while let instant = job.times.next(after: cursor), instant <= min(ready, evidence.ends) {
      missed.append(instant)
      cursor = instant
    }
    guard let newest = missed.last else { return }
    var began = ready
    switch job.catchUp {
    case .skip: leaveOut(job, missed)
    case .latest:
      leaveOut(job, missed.dropLast())
      make(job, newest, startedAt: began)
    case .all:
      for instant in missed {
        make(job, instant, startedAt: began)
        began = began + TimeSpan(milliseconds: 1)
      }
    }
  }

  private mutating func leaveOut(_ job: KillJob, _ instants: [Instant]) {
    guard let first = instants.first, let last = instants.last else { return }
    var row = RunSummary(
      runID: nil, job: job.name, trigger: "schedule", scheduledFor: first, state: "missed")
    row.reason = "down"
    row.lastScheduledFor = last
    row.count = instants.count
    evidence.ledger[job.name]?.append(row)
  }

  /// A run and all its attempts, each a millisecond long so that none is in the way of the next.
  private mutating func make(_ job: KillJob, _ instant: Instant, startedAt: Instant) {
    number += 1
    let id = "legal-\(number)"
    let attempts = min(job.failing, job.retries) + 1
    for attempt in 1...attempts {
      let code: Int32 = attempt <= job.failing ? 1 : 0
      for event in ["start", "end"] {
        evidence.witness.append(
          WitnessLine(
            event: event, job: job.name, runID: id, scheduledFor: instant, attempt: attempt,
            trigger: "schedule", at: startedAt.milliseconds, exit: event == "end" ? code : 0))
      }
    }
    var row = RunSummary(
      runID: id, job: job.name, trigger: "schedule", scheduledFor: instant,
      state: job.failing >= attempts ? "failed" : "completed", attempt: attempts)
    row.startedAt = startedAt
    row.finishedAt = startedAt + TimeSpan(milliseconds: 1)
    row.exitCode = job.failing >= attempts ? 1 : 0
    evidence.ledger[job.name]?.append(row)
  }
}
