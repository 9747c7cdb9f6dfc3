// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import CronParser
internal import Dispatch
internal import Glibc
internal import Synchronization

// MARK: - Running

extension ProcessRunner {
  /// Takes up a process that an earlier daemon started, where it is still that process.
  func takeUp(_ order: AttemptOrder, _ identity: ProcessIdentity) {
    let attempt = ProcessAttempt(order, buffer: nil)
    attempt.pid = identity.pid
    attempt.startTicks = identity.startTicks
    guard attempts[order.run] == nil else { return }
    attempts[order.run] = attempt
    stayWhileBusy()
    guard identity.boot == boot, !boot.isEmpty else {
      return finish(attempt, .lost("the machine was started anew while it ran"))
    }
    // Opened first: where the start time is the right one afterwards, the descriptor is of that
    // process too, as a number is not given anew while its process lives.
    guard (try? openPoll()) != nil, let process = try? FileDescriptor.process(identity.pid),
      ProcessStatus(pid: identity.pid)?.startTicks == identity.startTicks
    else {
      let message =
        "process \(identity.pid) ended while no beatd held it: its exit code is not known"
      return finish(attempt, .lost(message))
    }
    attempt.process = SharedDescriptor(process)
    takeUpOutput(of: attempt)
    attend(attempt)
  }

  /// What a process that was left running prints from now on, and what it printed last.
  private func takeUpOutput(of attempt: ProcessAttempt) {
    let order = attempt.order
    guard order.options.value.rare?.value.onStop == .leave,
      let file = FileDescriptor.lastingPipe(of: attempt.pid)
    else { return }
    let buffer = OutputBuffer(attempt: order.attempt)
    _ = watch(SharedDescriptor(file)) { watch in
      let pipe = OutputPipe(run: order.run, watch: watch, buffer: buffer)
      attempt.pipe = pipe
      return .pipe(pipe)
    }
    guard attempt.pipe != nil else { return }
    attempt.buffer = buffer
    outputs.withLock { $0[order.run] = buffer }
  }

  /// Awaits the end of a process that runs.
  func attend(_ attempt: ProcessAttempt) {
    guard let process = attempt.process else { return }
    attempt.phase = .running
    attempt.watch = watch(process) { _ in .process(attempt) }
    guard attempt.watch != nil else { return giveUp(attempt) }
    if attempt.ending != nil { return tellToEnd(attempt) }
    guard let timeout = attempt.order.options.value.timeout else { return }
    attempt.timer = executor.queue.timer(
      after: timeout, handler(attempt.order.run) { $0.end($1, because: .timedOut) })
  }

  /// The kernel will not say when it ends, so it may not go on.
  func giveUp(_ attempt: ProcessAttempt) {
    signal(attempt, SIGKILL)
    finish(attempt, .lost("process \(attempt.pid) could not be watched and was killed"))
  }
}

// MARK: - Ending

extension ProcessRunner {
  /// How long a process that has ended may wait for another to reap it.
  private static let reapingLimit = TimeSpan.seconds(1)

  /// Tells an attempt to end, once; one that has ended by itself is left to be reported so.
  func end(_ attempt: ProcessAttempt, because ending: ProcessAttempt.Ending) {
    guard attempt.ending == nil else { return }
    switch attempt.phase {
    case .waiting, .busy: finish(attempt, .stopped(exitCode: nil, signal: nil))
    case .starting: attempt.ending = ending
    case .running:
      attempt.ending = ending
      tellToEnd(attempt)
    case .leaving, .over: break
    }
  }

  private func tellToEnd(_ attempt: ProcessAttempt) {
    signal(attempt, SIGTERM)
    // One that was stopped would not hear of it.
    signal(attempt, SIGCONT)
    attempt.timer?.cancel()
    attempt.timer = executor.queue.timer(
      after: attempt.order.options.value.grace, handler(attempt.order.run) { $0.kill($1) })
  }

  private func kill(_ attempt: ProcessAttempt) {
    attempt.isKilled = true
    signal(attempt, SIGKILL)
  }

  /// Signals the whole group.
  ///
  /// That of an adopted process, which is not ours to reap, only where the process or others of its
  /// group are there to keep the number from being another's.
  private func signal(_ attempt: ProcessAttempt, _ number: Int32) {
    if attempt.isAdopted, let process = attempt.process,
      clinux_pidfd_send_signal(process.file.number, 0) < 0,
      ProcessStatus.living(inGroup: attempt.pid).isEmpty
    {
      return
    }
    _ = clinux_kill_group(attempt.pid, number)
  }

  /// The main process has ended; where it was told to, the others of its group are to go as well.
  func hasEnded(_ attempt: ProcessAttempt) {
    guard attempt.ending != nil else { return conclude(attempt) }
    attempt.phase = .leaving
    awaitGroup(attempt)
  }

  /// Waits for one other process of the group after another, until there is none: at the end of
  /// grace they are killed, and while one cannot die its work is not over.
  func awaitGroup(_ attempt: ProcessAttempt) {
    if let watch = attempt.watch { forget(watch) }
    attempt.watch = nil
    let members = ProcessStatus.living(inGroup: attempt.pid)
    if attempt.isKilled, !members.isEmpty { signal(attempt, SIGKILL) }
    for pid in members {
      guard let member = try? FileDescriptor.process(pid) else { continue }
      attempt.watch = watch(SharedDescriptor(member)) { _ in .member(attempt) }
      if attempt.watch != nil { return }
    }
    conclude(attempt)
  }

  /// Learns how the process ended, takes what it left in its pipe, and reports it.
  func conclude(_ attempt: ProcessAttempt) {
    guard let process = attempt.process else { return }
    var end = clinux_exit()
    var result = attempt.isAdopted ? -ECHILD : unsafe clinux_reap(process.file.number, &end)
    // Not ours to reap; newer kernels tell it all the same.
    if result == -ECHILD { result = unsafe clinux_pidfd_exit(process.file.number, &end) }
    // As long as nobody reaped it, /proc tells it too.
    if result != 1, attempt.isAdopted, let seen = unreapedEnd(of: attempt) {
      (end, result) = (seen, 1)
    }
    if result == 0, awaitReaping(attempt) { return }
    drain(attempt)
    finish(attempt, attempt.outcome(result == 1 ? end : nil))
  }

  /// How an adopted process ended, while it is still there to be asked.
  private func unreapedEnd(of attempt: ProcessAttempt) -> clinux_exit? {
    guard let status = ProcessStatus(pid: attempt.pid), status.startTicks == attempt.startTicks
    else { return nil }
    // The kernel lets the same readers see either, but refuses this one to others aloud.
    return status.end(mayRead: readKernelFile("/proc/\(attempt.pid)/io") != nil)
  }

  /// Somebody else has the first word on the process's end: its parent, or a debugger.
  ///
  /// False where that was waited for already.
  private func awaitReaping(_ attempt: ProcessAttempt) -> Bool {
    guard !attempt.isReapingAwaited, let process = attempt.process else { return false }
    attempt.isReapingAwaited = true
    attempt.phase = .leaving
    if let watch = attempt.watch { forget(watch) }
    attempt.watch = watch(process, for: .hangUp) { _ in .zombie(attempt) }
    attempt.timer?.cancel()
    attempt.timer = executor.queue.timer(
      after: Self.reapingLimit, handler(attempt.order.run) { $0.conclude($1) })
    return true
  }

  /// Reports an attempt's end and lets go of all that was held for it.
  func finish(_ attempt: ProcessAttempt, _ outcome: AttemptOutcome) {
    let order = attempt.order
    DeathPoint.pass(.exited)
    attempt.phase = .over
    if let watch = attempt.watch { forget(watch) }
    attempt.timer?.cancel()
    (attempt.watch, attempt.timer, attempt.process, attempt.pipe) = (nil, nil, nil, nil)
    attempts[order.run] = nil
    stayWhileBusy()
    outputs.withLock { $0[order.run] = nil }
    sink(.ended(order.run, attempt: order.attempt, outcome, attempt.buffer?.close()))
  }
}
