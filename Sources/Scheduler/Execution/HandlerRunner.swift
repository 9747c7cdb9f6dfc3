// SPDX-License-Identifier: Apache-2.0

internal import CronParser
internal import Synchronization

/// Runs handlers, each in a task of its own, and reports how they ended.
final class HandlerRunner: Sendable {
  private let handlers: [String: Handler]
  private let sink: @Sendable (ExecutionEvent) -> Void
  private let running = Mutex<[RunID: RunningHandler]>([:])

  init(handlers: [String: Handler], sink: @escaping @Sendable (ExecutionEvent) -> Void) {
    self.handlers = handlers
    self.sink = sink
  }

  /// Starts an attempt of a task; returns at once.
  func start(_ order: AttemptOrder, name: String, payload: String) {
    let handler = handlers[name] ?? unknown(name)
    let output = OutputBuffer(attempt: order.attempt)
    let context = context(order, payload: payload, output: output)
    let isNew = running.withLock { running in
      guard running[order.run] == nil else { return false }
      let task = Task.detached {
        let outcome = await Self.outcome(of: handler, context)
        self.finish(order.run, outcome)
      }
      running[order.run] = RunningHandler(attempt: order.attempt, task: task, output: output)
      return true
    }
    guard isNew else {
      let message = "not started: an attempt of run \(order.runText) is under way already"
      return sink(.ended(order.run, attempt: order.attempt, .notStarted(message), nil))
    }
    if let timeout = order.options.value.timeout { limit(order.run, to: timeout) }
  }

  /// Cancels a handler, which holds its place until it returns.
  func stop(_ run: RunID) { cancel(run, because: .stopped(exitCode: nil, signal: nil)) }

  /// What a running handler has logged; nil where none of that run is running.
  func output(of run: RunID, from offset: Int) -> LiveOutput? {
    running.withLock { $0[run]?.output }?.read(from: offset)
  }
}

private struct RunningHandler {
  let attempt: Int
  let task: Task<Void, Never>
  let output: OutputBuffer
  /// Cancels it when its timeout is over.
  var timer: Task<Void, Never>?
  /// What it was told, which is what is reported whatever it returns then.
  var ending: AttemptOutcome?
}

extension HandlerRunner {
  /// A hundred years in milliseconds, which every clock can add to now.
  private static let longestTimeout: Int64 = 100 * 366 * 86_400_000

  private func context(
    _ order: AttemptOrder, payload: String, output: OutputBuffer
  ) -> HandlerContext {
    let (run, sink) = (order.run, sink)
    return HandlerContext(
      job: order.job, runID: order.runText, attempt: order.attempt,
      scheduledFor: order.scheduledFor, trigger: order.trigger, zone: order.zone, payload: payload,
      directory: order.options.value.surroundings.directory,
      log: { line in
        if output.append(Array("\(line)\n".utf8)[...]) { sink(.printed(run)) }
      })
  }

  private func unknown(_ name: String) -> Handler {
    let known = handlers.keys.sorted().joined(separator: ", ")
    let message = "no handler is registered under \"\(name)\"; known: \(known)"
    return { _ in throw HandlerError.permanent(message) }
  }

  private static func outcome(of handler: Handler, _ context: HandlerContext) async
    -> AttemptOutcome
  {
    do {
      return .returned(try await handler(context))
    } catch let error as HandlerError {
      switch error {
      case .permanent(let message): return .threwPermanently(message)
      case .retryAfter(let span, let message): return .retryAfter(span, message)
      case .snooze(let span): return .snoozed(span)
      }
    } catch {
      return .threw("\(error)")
    }
  }

  private func limit(_ run: RunID, to timeout: TimeSpan) {
    running.withLock { running in
      running[run]?.timer = Task.detached {
        let left = Duration.milliseconds(min(max(timeout.milliseconds, 0), Self.longestTimeout))
        guard (try? await Task.sleep(for: left)) != nil else { return }
        self.cancel(run, because: .timedOut(exitCode: nil, signal: nil))
      }
    }
  }

  private func cancel(_ run: RunID, because ending: AttemptOutcome) {
    let task = running.withLock { running -> Task<Void, Never>? in
      guard running[run]?.ending == nil else { return nil }
      running[run]?.ending = ending
      return running[run]?.task
    }
    task?.cancel()
  }

  private func finish(_ run: RunID, _ outcome: AttemptOutcome) {
    guard let handler = running.withLock({ $0.removeValue(forKey: run) }) else { return }
    handler.timer?.cancel()
    let output = handler.output.close()
    sink(.ended(run, attempt: handler.attempt, handler.ending ?? outcome, output))
  }
}
