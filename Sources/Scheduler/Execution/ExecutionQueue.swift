// SPDX-License-Identifier: Apache-2.0

internal import CronParser
internal import Dispatch

/// One serial dispatch queue as an actor's executor: dispatch sources on it act on the actor's
/// state at once, by `assumeIsolated`, without a hop.
final class ExecutionQueue: SerialExecutor {
  /// The queue, for sources and timers.
  let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    unsafe UnownedSerialExecutor(ordinary: self)
  }

  func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}

extension DispatchQueue {
  /// Calls `body` once after `span` of elapsed time, unless the timer is cancelled before.
  func timer(
    after span: TimeSpan, _ body: @escaping @Sendable () -> Void
  ) -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: self)
    timer.setEventHandler(handler: body)
    timer.schedule(deadline: .now() + .milliseconds(Self.bounded(span)))
    timer.activate()
    return timer
  }

  /// Milliseconds that dispatch's nanoseconds can hold: at most a hundred years.
  private static func bounded(_ span: TimeSpan) -> Int {
    let century: Int64 = 100 * 366 * 86_400_000
    return Int(min(max(span.milliseconds, 0), century))
  }
}
