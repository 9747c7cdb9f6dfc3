// SPDX-License-Identifier: Apache-2.0

internal import CronParser
internal import Dispatch
internal import Synchronization

/// Starts processes, captures what they print, ends them when told to, and reports how they ended.
///
/// 1. Nothing here blocks but the starts, which have threads of their own.
/// 2. A process's end is learnt from its pidfd. It is reaped last of all, so its number, which is
///    its group's as well, stays its own for as long as signals are sent to it.
/// 3. An attempt ends when its main process has ended, whoever still holds its pipe; only one that
///    was told to end waits for the rest of its group as well, which is killed when grace is over.
actor ProcessRunner {
  /// When no start has come to its end for so long, the threads are held.
  private static let holdLimit = TimeSpan(milliseconds: 200)
  private static let busyDelay = TimeSpan(milliseconds: 100)
  private static let busyLimit = 3

  let executor = ExecutionQueue(label: "beat.processes")
  private let account: Account
  let boot: String
  let sink: @Sendable (ExecutionEvent) -> Void
  let outputs = Mutex<[RunID: OutputBuffer]>([:])

  var attempts: [RunID: ProcessAttempt] = [:]
  private var line = StartLine()
  private var starters = StartThreads()
  private var startsEnded = 0
  /// Until the threads are taken to be held, while somebody waits for one.
  private var holdTimer: (any DispatchSourceTimer)?
  /// Itself while there is something to report: whoever made it may have let go of it by then.
  private var selfWhileBusy: ProcessRunner?
  /// Made when it is first needed.
  var poll: DescriptorPoll?
  var watched: [UInt64: Watched] = [:]
  var watchCount: UInt64 = 0
  var readBuffer = [UInt8](repeating: 0, count: 64 * 1024)

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// A runner that reports to `sink` from its own queue.
  init(
    account: Account, boot: String, sink: @escaping @Sendable (ExecutionEvent) -> Void
  ) {
    self.account = account
    self.boot = boot
    self.sink = sink
  }

  /// Starts attempts; returns at once.
  nonisolated func start(_ orders: [AttemptOrder]) {
    onQueue { $0.take(orders) }
  }

  /// Awaits a process that an earlier daemon started.
  nonisolated func adopt(_ order: AttemptOrder, process: ProcessIdentity) {
    onQueue { $0.takeUp(order, process) }
  }

  /// Tells an attempt to end.
  nonisolated func stop(_ run: RunID) {
    onQueue { runner in
      guard let attempt = runner.attempts[run] else { return }
      runner.end(attempt, because: .stopped)
    }
  }

  /// What a running attempt has printed.
  nonisolated func output(of run: RunID, from offset: Int) -> LiveOutput? {
    outputs.withLock { $0[run] }?.read(from: offset)
  }

  private nonisolated func onQueue(_ body: @escaping @Sendable (isolated ProcessRunner) -> Void) {
    executor.queue.async { self.assumeIsolated(body) }
  }

  /// Keeps the runner until all is reported and every pipe is at its end.
  func stayWhileBusy() {
    selfWhileBusy = attempts.isEmpty && watched.isEmpty ? nil : self
  }

  /// What a timer of a run calls.
  nonisolated func handler(
    _ run: RunID, _ body: @escaping @Sendable (isolated ProcessRunner, ProcessAttempt) -> Void
  ) -> @Sendable () -> Void {
    {
      self.assumeIsolated { runner in
        guard let attempt = runner.attempts[run] else { return }
        body(runner, attempt)
      }
    }
  }
}

// MARK: - Starting

extension ProcessRunner {
  private func take(_ orders: [AttemptOrder]) {
    for order in orders {
      guard attempts[order.run] == nil else {
        let message = "not started: an attempt of run \(order.runText) is under way already"
        sink(.ended(order.run, attempt: order.attempt, .notStarted(message), nil))
        continue
      }
      let buffer = OutputBuffer(attempt: order.attempt)
      outputs.withLock { $0[order.run] = buffer }
      let attempt = ProcessAttempt(order, buffer: buffer)
      attempts[order.run] = attempt
      line.append(attempt)
    }
    stayWhileBusy()
    startWaiting()
  }

  private func startWaiting() {
    while !starters.areAllBusy, let attempt = line.next() { start(attempt) }
    if !line.isEmpty, holdTimer == nil { awaitThread() }
  }

  private func awaitThread() {
    let ended = startsEnded
    holdTimer = executor.queue.timer(after: Self.holdLimit) {
      self.assumeIsolated { runner in
        runner.holdTimer = nil
        if runner.startsEnded == ended, runner.starters.areAllBusy { runner.starters.add() }
        runner.startWaiting()
      }
    }
  }

  private func start(_ attempt: ProcessAttempt) {
    do throws(SystemError) {
      try openPoll()
    } catch {
      return finish(attempt, .notStarted("not started: it could not be watched: \(error.text)"))
    }
    guard let starter = starters.take() else { return line.append(attempt) }
    attempt.phase = .starting
    let (order, own, boot) = (attempt.order, account, boot)
    starter.async {
      let result = Result { () throws(StartFailure) in
        try ProcessPlan.read(order, own: own).start(boot: boot)
      }
      DeathPoint.pass(.spawned)
      self.onQueue { runner in
        runner.starters.giveBack(starter)
        runner.began(order.run, result)
      }
    }
  }

  private func began(_ run: RunID, _ result: Result<StartedProcess, StartFailure>) {
    startsEnded &+= 1
    defer { startWaiting() }
    guard let attempt = attempts[run] else { return }
    switch result {
    case .success(let process): welcome(attempt, process)
    case .failure where attempt.ending != nil:
      finish(attempt, .stopped(exitCode: nil, signal: nil))
    case .failure(let failure) where failure.isBusyProgram && attempt.busyStarts < Self.busyLimit:
      attempt.phase = .busy
      attempt.busyStarts += 1
      attempt.timer = executor.queue.timer(
        after: Self.busyDelay, handler(run) { $0.startAgain($1) })
    case .failure(let failure): finish(attempt, .notStarted(failure.message))
    }
  }

  private func startAgain(_ attempt: ProcessAttempt) {
    attempt.timer = nil
    attempt.phase = .waiting
    line.append(attempt)
    startWaiting()
  }

  private func welcome(_ attempt: ProcessAttempt, _ process: StartedProcess) {
    let order = attempt.order
    sink(.started(order.run, attempt: order.attempt, process.identity))
    attempt.pid = process.identity.pid
    attempt.process = process.process
    let pipe = watch(process.output) { watch in
      let pipe = OutputPipe(run: order.run, watch: watch, buffer: attempt.buffer)
      attempt.pipe = pipe
      return .pipe(pipe)
    }
    guard pipe != nil else { return giveUp(attempt) }
    attend(attempt)
  }
}
