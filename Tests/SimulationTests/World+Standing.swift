// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// What must hold between events.
extension World {
  /// Nothing is due that has not been dealt with, and a timer waits for what comes next.
  func checkStanding() {
    guard let core = daemon.core, daemon.isQuiet, !isDraining else { return }
    let wall = daemon.now.wall
    for (id, entry) in live.entries.sorted(by: { $0.key < $1.key }) {
      guard let job = entry.job, job.isEnabled else { continue }
      guard let next = nextInstant(of: job, entry) else { continue }
      if next <= wall { fail("I7 \(entry.name): \(next.rfc3339) is due and was not dealt with") }
      if core.nextWallDeadline ?? .latest > next {
        fail("I7 \(entry.name): no timer for \(next.rfc3339) (\(id.rawValue))")
      }
    }
    for pause in live.pauses.values {
      if let until = pause.until, until <= wall { fail("I7 a pause until \(until.rfc3339) holds") }
    }
    for id in live.open {
      guard let run = live.runs[id], run.state == .pending, let start = run.startAt else {
        continue
      }
      if start <= wall { fail("I7 run \(id.rawValue) waits for \(start.rfc3339)") }
    }
  }

  private func nextInstant(of job: Job, _ entry: Ledger.Entry) -> Instant? {
    switch job.times.schedule {
    case .cron, .every, .at:
      var next = job.times.next(after: entry.cursor)
      while let instant = next, entry.scheduled[instant] != nil {
        next = job.times.next(after: instant)
      }
      return next
    case .everyAfter(let period, _):
      let isBusy = live.open.contains {
        live.runs[$0]?.trigger == .schedule && live.ids[job.name] == live.runs[$0]?.job
      }
      return isBusy || live.wasSetBack ? nil : entry.cursor + period
    case .reboot, .manual: return nil
    }
  }

  // MARK: Restart

  /// A core that starts from the store goes on as the one that runs: the same timers, the same
  /// steps.
  func probe() {
    guard var running = daemon.core, daemon.isQuiet, !isDraining, running.runningCount == 0,
      daemon.faults.isSound, !defined.contains(where: { $0.rare?.expectWithin != nil }),
      !wasStepped || !live.open.contains(where: { live.runs[$0]?.state == .retrying }),
      !live.entries.values.contains(where: { $0.isVanished && $0.cursor > daemon.now.wall }),
      live.pauses.isEmpty || !live.wasSetBack,
      live.pauses.isEmpty || !defined.contains(where: \.isFixedDelay)
    else { return }
    let now = daemon.now
    var restarted = SchedulerCore(
      daemon.store.load(), limits: limits, boot: .init(key: "boot \(boots)", isRecent: boots > 1),
      at: now)
    let first = restarted.handle(.load(JobSet(jobs: running.definitions)), at: now)
    if let instant = first.ledgerWanted {
      fail("I10 a restart thinks that the clock was set back from \(instant.rfc3339)")
    }
    if !first.changes.isEmpty { fail("I10 a restart changes \(first.changes.prefix(3))") }
    compare(&running, &restarted, from: now)
  }

  private func compare(
    _ running: inout SchedulerCore, _ restarted: inout SchedulerCore, from start: Moment
  ) {
    var now = start
    for round in 0..<8 {
      var event = CoreEvent.tick
      for _ in 0..<20 {
        let left = Following(running.handle(event, at: now))
        let right = Following(restarted.handle(event, at: now))
        let isSame = left.made.count > 1 ? left.made == right.made : left == right
        if !isSame {
          fail("I10 after a restart another step follows: \(left) became \(right)")
          return
        }
        // In which order what is due together is made is up to the timers.
        if left.made.count > 1 { return }
        guard let run = running.runningRuns.first else { break }
        event = .attemptEnded(run, attempt: left.attempt(of: run), .exited(0), nil)
      }
      guard running.nextWallDeadline == restarted.nextWallDeadline,
        running.nextElapsedDeadline == restarted.nextElapsedDeadline
      else {
        fail("I10 after a restart other timers wait (\(round) wake-ups later)")
        return
      }
      let waits = [
        running.nextWallDeadline.map { $0 - now.wall },
        running.nextElapsedDeadline.map {
          TimeSpan(milliseconds: $0.milliseconds - now.elapsed.milliseconds)
        },
      ].compactMap(\.self)
      guard let wait = waits.min().map({ max($0, .zero) }) else { return }
      now = Moment(wall: now.wall + wait, elapsed: now.elapsed + wait, suspended: now.suspended)
    }
  }
}

/// What follows from a step, as far as it must be the same after a restart.
private struct Following: Hashable {
  struct Made: Hashable {
    let job: JobID
    let instant: Instant
    let trigger: Trigger
  }

  var made: Set<Made> = []
  var rows: Set<Stretch> = []
  var starts: [RunID: Int] = [:]

  init(_ step: CoreStep) {
    for change in step.changes {
      switch change {
      case .runMade(let run):
        made.insert(Made(job: run.job, instant: run.scheduledFor, trigger: run.trigger))
      case .stretch(let row): rows.insert(row)
      default: break
      }
    }
    for order in step.starts { starts[order.run] = order.attempt }
  }

  func attempt(of run: RunID) -> Int { starts[run] ?? 1 }
}

extension StoreFaults {
  var isSound: Bool { failing.isEmpty && downUntil == nil }
}
