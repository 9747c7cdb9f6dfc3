// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support

/// The attempts that are under way, and what becomes of them: drawn from the seed and the attempt's
/// own identity, so that it does not depend on what else happens.
struct Executions {
  struct Living {
    let order: AttemptOrder
    var endsAt: ElapsedTime
    var outcome: AttemptOutcome
    let process: ProcessIdentity?
    /// The process is told of so long after it began; nil: not before it ends.
    var tellsAt: ElapsedTime?
  }

  private let seed: UInt64
  private let knobs: Knobs
  private(set) var living: [RunID: Living] = [:]
  private var pids: Int32 = 1_000

  init(seed: UInt64, _ knobs: Knobs) {
    self.seed = seed
    self.knobs = knobs
  }

  /// When something happens next.
  var next: ElapsedTime? {
    living.values.flatMap { [$0.endsAt, $0.tellsAt ?? $0.endsAt] }.min()
  }

  mutating func begin(_ order: AttemptOrder, interval: TimeSpan, at now: ElapsedTime) {
    var generator = generator(of: order)
    let outcome = outcome(of: order, &generator)
    var duration = duration(interval, &generator)
    var process: ProcessIdentity?
    if case .notStarted = outcome {
      duration = .zero
    } else if order.work.isProcessWork {
      pids += 1
      process = ProcessIdentity(pid: pids, startTicks: UInt64(pids), boot: "boot")
    }
    let told = now + TimeSpan(milliseconds: generator.pick([0, 0, 0, 2, 500]))
    living[order.run] = Living(
      order: order, endsAt: now + duration, outcome: outcome, process: process,
      tellsAt: process == nil ? nil : told)
  }

  /// What the executor says by now, in order.
  mutating func events(through now: ElapsedTime) -> [CoreEvent] {
    var events: [CoreEvent] = []
    for (run, attempt) in living.sorted(by: {
      ($0.value.endsAt, $0.key) < ($1.value.endsAt, $1.key)
    }) {
      if let tellsAt = attempt.tellsAt, tellsAt <= now, let process = attempt.process {
        living[run]?.tellsAt = nil
        events.append(.attemptStarted(run, attempt: attempt.order.attempt, process))
      }
      guard attempt.endsAt <= now else { continue }
      living[run] = nil
      events.append(.attemptEnded(run, attempt: attempt.order.attempt, attempt.outcome, nil))
    }
    return events
  }

  /// The daemon died: what lived in it is gone, and so is what it had not written down.
  mutating func lose(processesLive: Bool, recorded: (RunID) -> ProcessIdentity?) {
    living = living.filter { run, attempt in
      processesLive && attempt.process != nil && recorded(run) == attempt.process
    }
    for run in living.keys { living[run]?.tellsAt = nil }
  }

  /// Processes end while no daemon waits for them.
  mutating func endUnwatched(through now: ElapsedTime) {
    living = living.filter { $0.value.endsAt > now }
  }

  /// An attempt of an earlier daemon is taken up: it may be over, and its exit may not be known.
  mutating func adopt(_ adoption: Adoption, at now: ElapsedTime) {
    let order = adoption.order
    var generator = generator(of: order)
    let isKnown = generator.chance(50)
    if var attempt = living[order.run], attempt.order.attempt == order.attempt {
      if !isKnown { attempt.outcome = .lost("its exit is not known") }
      living[order.run] = attempt
    } else {
      living[order.run] = Living(
        order: order, endsAt: now, outcome: .lost("it is gone"), process: nil, tellsAt: nil)
    }
  }

  mutating func stop(_ run: RunID, at now: ElapsedTime) {
    guard let attempt = living[run] else { return }
    var generator = generator(of: attempt.order)
    let end = now + TimeSpan(milliseconds: generator.pick([0, 0, 5_000, 10_000]))
    guard end < attempt.endsAt else { return }
    living[run]?.endsAt = end
    living[run]?.outcome = .stopped(exitCode: nil, signal: 15)
  }

  private func generator(of order: AttemptOrder) -> SeededGenerator {
    var hash = seed &* 0x9E37_79B9_7F4A_7C15
    for byte in order.job.text.utf8.prefix(4) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash ^= UInt64(bitPattern: order.scheduledFor.milliseconds) &* 0xBF58_476D_1CE4_E5B9
    hash ^= UInt64(order.attempt) << 8 | UInt64(order.trigger.rawValue)
    return SeededGenerator(seed: hash)
  }

  private func outcome(
    of order: AttemptOrder, _ generator: inout SeededGenerator
  ) -> AttemptOutcome {
    let isProcess = order.work.isProcessWork
    let good: AttemptOutcome = isProcess ? .exited(0) : .returned(nil)
    guard knobs.failures, order.attempt < 12, generator.chance(40) else { return good }
    if isProcess {
      return generator.pick([
        .exited(1), .exited(1), .signalled(11), .timedOut(exitCode: nil, signal: 15),
        .notStarted("no such file"),
      ])
    }
    return generator.pick([
      .threw("no"), .threw("no"), .threwPermanently("never"), .snoozed(.seconds(20)),
      .retryAfter(.seconds(45), "busy"), .notStarted("no such handler"),
    ])
  }

  private func duration(_ interval: TimeSpan, _ generator: inout SeededGenerator) -> TimeSpan {
    let some = TimeSpan(milliseconds: Int64.random(in: 0...20_000, using: &generator))
    guard knobs.longRuns, generator.chance(30) else {
      return generator.pick([some, .zero, TimeSpan(milliseconds: 1)])
    }
    let milliseconds = min(interval.milliseconds, 86_400_000)
    return TimeSpan(
      milliseconds: generator.pick([milliseconds - 1, milliseconds, 10 * milliseconds]))
  }
}

extension Work {
  /// True where it takes a process of its own.
  var isProcessWork: Bool {
    switch self {
    case .command, .exec: true
    case .task, .http: false
    }
  }
}
