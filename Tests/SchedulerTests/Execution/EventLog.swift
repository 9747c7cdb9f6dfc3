// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Synchronization

/// What an executor under test reported, to be awaited.
final class EventLog: Sendable {
  struct End: Sendable {
    let attempt: Int
    let outcome: AttemptOutcome
    let output: CapturedOutput?
    var text: String {
      String(decoding: (output?.head ?? []) + (output?.tail ?? []), as: UTF8.self)
    }
  }

  private struct State {
    var events: [ExecutionEvent] = []
    var ends: [RunID: End] = [:]
    /// Each answers whether it got what it waited for.
    var waiters: [@Sendable (ExecutionEvent) -> Bool] = []
  }
  private let state = Mutex(State())

  var sink: @Sendable (ExecutionEvent) -> Void {
    { event in
      self.state.withLock { state in
        state.events.append(event)
        if case .ended(let run, let attempt, let outcome, let output) = event {
          state.ends[run] = End(attempt: attempt, outcome: outcome, output: output)
        }
        state.waiters.removeAll { $0(event) }
      }
    }
  }

  var events: [ExecutionEvent] { state.withLock { $0.events } }

  /// The first event that `pick` makes something of, past or to come.
  func first<Value: Sendable>(
    where pick: @escaping @Sendable (ExecutionEvent) -> Value?
  ) async -> Value {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        for event in state.events {
          if let value = pick(event) { return continuation.resume(returning: value) }
        }
        state.waiters.append { event in
          guard let value = pick(event) else { return false }
          continuation.resume(returning: value)
          return true
        }
      }
    }
  }

  func end(of run: Int64 = 1) async -> End {
    if let end = state.withLock({ $0.ends[RunID(run)] }) { return end }
    return await first { event in
      guard case .ended(RunID(run), let attempt, let outcome, let output) = event else {
        return nil
      }
      return End(attempt: attempt, outcome: outcome, output: output)
    }
  }

  func start(of run: Int64 = 1) async -> ProcessIdentity {
    await first { event in
      guard case .started(RunID(run), _, let process) = event else { return nil }
      return process
    }
  }

  /// Makes the next ``print(of:)`` wait for an event to come.
  func forgetPrints() {
    state.withLock { state in
      state.events.removeAll { if case .printed = $0 { true } else { false } }
    }
  }

  func print(of run: Int64 = 1) async {
    let _: Bool = await first { event in
      if case .printed(RunID(run)) = event { true } else { nil }
    }
  }
}

/// An order for one attempt.
func order(
  _ work: Work, run: Int64 = 1, attempt: Int = 1, zone: Zone = .utc,
  scheduledFor: Instant = Instant(milliseconds: 1_800_000_000_123),
  options change: (inout JobOptions) -> Void = { _ in }
) -> AttemptOrder {
  var options = JobOptions()
  options.surroundings.directory = "/"
  change(&options)
  return AttemptOrder(
    run: RunID(run), runText: "t-\(run)", job: JobName("a-job")!, attempt: attempt,
    scheduledFor: scheduledFor, trigger: .schedule, work: work, options: Shared(options),
    zone: zone)
}

/// Runs one shell command to its end.
func runShell(
  _ text: String, input: String? = nil, options: (inout JobOptions) -> Void = { _ in }
) async -> EventLog.End {
  let log = EventLog()
  let executor = LocalExecutor(handlers: [:], sink: log.sink)
  executor.start([order(.command(text, input: input), options: options)])
  return await log.end()
}

/// Runs one program to its end.
func runProgram(
  _ words: [String], options: (inout JobOptions) -> Void = { _ in }
) async -> EventLog.End {
  let log = EventLog()
  let executor = LocalExecutor(handlers: [:], sink: log.sink)
  executor.start([order(.exec(words, input: nil), options: options)])
  return await log.end()
}
