// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What became of an attempt, and what follows.
extension SchedulerCore {
  /// A handler may put itself off this often.
  private static let snoozeLimit = 100
  /// So many attempts lost in a row make a dead letter.
  private static let lostLimit = 3

  mutating func attemptStarted(_ id: RunID, attempt: Int, _ process: ProcessIdentity) {
    guard let run = runs[id]?.run, run.state == .running, run.attempt == attempt else { return }
    runs[id]?.run.process = process
    touch(id)
  }

  mutating func attemptEnded(
    _ id: RunID, attempt: Int, _ outcome: AttemptOutcome, _ output: CapturedOutput?
  ) {
    guard var open = runs[id], open.run.state == .running, open.run.attempt == attempt else {
      return
    }
    if let output, output.total > 0 {
      step.changes.append(.output(id, attempt: attempt, output))
    }
    open.run.finishedAt = now.wall
    open.run.process = nil
    open.run.record(outcome)
    runs[id] = open
    givePlacesBack(id)
    touch(id)
    follow(id, verdict(on: outcome, of: open))
  }

  /// What is to be done after an attempt.
  private enum Verdict {
    case complete
    case retry(after: TimeSpan)
    case fail
    case cancel(Reason)
  }

  private mutating func follow(_ id: RunID, _ verdict: Verdict) {
    switch verdict {
    case .complete: finish(id, .completed)
    case .fail: finish(id, .failed)
    case .cancel(let reason): finish(id, .cancelled, reason: reason)
    case .retry(let delay):
      setState(id, .retrying)
      runs[id]?.run.retryAt = now.wall + delay
      if let open = runs[id] { step.notices.append(.retrying(name(of: open), open.run)) }
      waitForRetry(id)
    }
  }

  private mutating func verdict(on outcome: AttemptOutcome, of open: OpenRun) -> Verdict {
    let options = options(of: open).value
    if let reason = open.stopReason { return .cancel(reason) }
    switch outcome {
    case .exited(let code) where options.success.contains(code): return .complete
    case .returned: return .complete
    case .snoozed(let delay): return snooze(open, delay)
    case .lost, .stopped: return lost(open, options)
    case .threwPermanently: return .fail
    case _ where !options.retries.covers(outcome): return .fail
    case .retryAfter(let delay, _), .answered(_, let delay?):
      return failed(open, options, wait: min(delay, options.retries.cap))
    case .exited, .signalled, .timedOut, .notStarted, .threw, .answered, .unanswered:
      return failed(open, options, wait: nil)
    }
  }

  private mutating func failed(
    _ open: OpenRun, _ options: JobOptions, wait: TimeSpan?
  ) -> Verdict {
    let failures = open.run.failures + 1
    runs[open.run.id]?.run.failures = failures
    runs[open.run.id]?.run.lostInRow = 0
    guard failures <= options.retries.maximum, isDefined(open) else { return .fail }
    return .retry(
      after: wait ?? options.retries.delay(afterAttempt: failures, of: open.run.id))
  }

  /// Lost attempts do not use up retries, but so many in a row make a dead letter.
  private mutating func lost(_ open: OpenRun, _ options: JobOptions) -> Verdict {
    let inRow = open.run.lostInRow + 1
    runs[open.run.id]?.run.lostInRow = inRow
    guard options.onLost == .retry, inRow < Self.lostLimit, isDefined(open) else {
      return .fail
    }
    return .retry(after: options.retries.delay(afterAttempt: inRow, of: open.run.id))
  }

  /// True where there is something to try again.
  private func isDefined(_ open: OpenRun) -> Bool {
    open.run.task != nil || entries[open.slot].job != nil
  }

  private mutating func snooze(_ open: OpenRun, _ delay: TimeSpan) -> Verdict {
    let snoozes = open.run.snoozes + 1
    runs[open.run.id]?.run.snoozes = snoozes
    runs[open.run.id]?.run.lostInRow = 0
    guard snoozes <= Self.snoozeLimit else {
      runs[open.run.id]?.run.error = "put itself off more than \(Self.snoozeLimit) times"
      return .fail
    }
    // Of a job that went away what would wait is called off.
    guard isDefined(open) else { return .cancel(.removed) }
    return .retry(after: max(.zero, delay))
  }

  /// Sets the timer of a run that waits for its next attempt.
  ///
  /// Where the clock was set back in an outage, the whole delay is waited for, and no more.
  mutating func waitForRetry(_ id: RunID, wasSetBack: Bool = false) {
    guard let open = runs[id] else { return }
    let rest = (open.run.retryAt ?? now.wall) - now.wall
    var delay = max(.zero, rest)
    if wasSetBack, let retryAt = open.run.retryAt, let end = open.run.finishedAt, retryAt > end {
      delay = min(delay, retryAt - end)
    }
    if delay < rest {
      runs[id]?.run.retryAt = now.wall + delay
      touch(id)
    }
    let deadline = now.elapsed + delay
    runs[id]?.timer = elapsedTimers.insert(
      at: deadline.milliseconds, payload: id.rawValue)
  }

  mutating func retryIsDue(_ id: RunID) {
    guard let open = runs[id], open.run.state == .retrying else { return }
    runs[id]?.timer = nil
    runs[id]?.retryIsDue = true
    ready(id)
  }

  /// Ends a run for good.
  mutating func finish(_ id: RunID, _ state: RunState, reason: Reason? = nil) {
    guard let open = runs[id], !open.run.state.isFinal else { return }
    cancelTimer(of: open)
    setState(id, state)
    runs[id]?.timer = nil
    runs[id]?.isReady = false
    runs[id]?.run.reason = reason
    runs[id]?.run.retryAt = nil
    if open.run.finishedAt == nil { runs[id]?.run.finishedAt = now.wall }
    takeOut(open)
    guard let run = runs[id]?.run else { return }
    step.notices.append(.ended(name(of: open), run))
    if let key = run.task?.key { openKeys[key] = nil }
    guard open.slot != Self.taskSlot else { return }
    countFixedDelay(open.slot, from: run)
    follow(run, slot: open.slot)
    if entries[open.slot].options?.overlap != .allow { promote(open.slot) }
  }

  private mutating func cancelTimer(of open: OpenRun) {
    guard let timer = open.timer else { return }
    if open.run.state == .pending {
      wallTimers.cancel(timer)
    } else {
      elapsedTimers.cancel(timer)
    }
  }

  private mutating func takeOut(_ open: OpenRun) {
    guard open.slot != Self.taskSlot else { return }
    // A state that is final is in nobody's way: `setState` has counted it out.
    if open.isForced { entries[open.slot].outOfTurn -= 1 }
    if let index = entries[open.slot].open.firstIndex(of: open.run.id) {
      entries[open.slot].open.remove(at: index)
    }
  }

  /// A fixed delay counts from the final end of the last scheduled run.
  private mutating func countFixedDelay(_ slot: Int, from run: Run) {
    guard run.trigger == .schedule, isLoaded,
      case .everyAfter? = entries[slot].job?.times.schedule
    else { return }
    moveCursor(slot, to: now.wall)
    arm(slot)
  }
}

extension Run {
  fileprivate mutating func record(_ outcome: AttemptOutcome) {
    switch outcome {
    case .exited(let code):
      exitCode = code
      error = code == 0 ? nil : "exit code \(code)"
    case .signalled(let number):
      signal = number
      error = "ended by \(SignalName.of(number))"
    case .timedOut(let code, let number):
      exitCode = code
      signal = number
      error = "timed out"
    case .stopped(let code, let number):
      exitCode = code
      signal = number
      error = "stopped"
    case .notStarted(let why), .threw(let why), .threwPermanently(let why),
      .retryAfter(_, let why), .lost(let why), .unanswered(let why):
      error = why
    case .answered(let status, _):
      error = HTTPStatus.text(status)
      result = HTTPStatus.result(status)
    case .returned(let value): result = value
    case .snoozed: error = "put itself off"
    }
  }
}

/// Names of signals, for people.
enum SignalName {
  /// `SIGKILL`; `signal 40` where there is no name.
  static func of(_ number: Int32) -> String {
    let names = [
      1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT",
      7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2",
      13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
    ]
    return names[Int(number)] ?? "signal \(number)"
  }
}
