// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Whether a due instant becomes a run: decided once, by the job's overlap policy.
extension SchedulerCore {
  /// No more than this many runs of a job wait under `queue-all`.
  private static let queueLimit = 1_000

  /// Makes runs of instants that are due together, oldest first.
  ///
  /// They do not count against each other: but under `allow` they go one after another.
  mutating func admit(_ slot: Int, _ instants: [Instant], missed: MissedBefore?) {
    guard let options = entries[slot].options else { return }
    let inTime = instants.filter { instant in
      guard let deadline = options.deadline, now.wall - instant > deadline else { return true }
      leaveOut(slot, .missed, .deadline, from: instant, through: instant)
      return false
    }
    guard let newest = inTime.last else { return }
    let isBusy = !entries[slot].open.isEmpty
    switch options.overlap {
    case .skip where isBusy: skip(slot, inTime, .overlap)
    case .queue where isBusy:
      skip(slot, Array(inTime.dropLast()), .overlap)
      displaceQueued(slot)
      make(slot, newest, missed: missed)
    case .replace where isBusy:
      stop(entries[slot].open, reason: .overlap)
      for instant in inTime { make(slot, instant, missed: missed) }
    case .queueAll: admitUpTo(Self.queueLimit, slot, inTime, missed) { $0.run.state == .queued }
    case .allow:
      admitUpTo(options.maximumOverlap ?? .max, slot, inTime, missed) { !$0.run.state.isFinal }
    case .skip, .queue, .replace:
      for instant in inTime { make(slot, instant, missed: missed) }
    }
    promote(slot)
  }

  private mutating func skip(_ slot: Int, _ instants: [Instant], _ reason: Reason) {
    for instant in instants { leaveOut(slot, .skipped, reason, from: instant, through: instant) }
  }

  private mutating func admitUpTo(
    _ limit: Int, _ slot: Int, _ instants: [Instant], _ missed: MissedBefore?,
    counting counts: (OpenRun) -> Bool
  ) {
    for instant in instants {
      let number = entries[slot].open.count { runs[$0].map(counts) ?? false }
      if number < limit {
        make(slot, instant, missed: missed)
      } else {
        skip(slot, [instant], .limit)
      }
    }
  }

  private mutating func make(_ slot: Int, _ instant: Instant, missed: MissedBefore?) {
    let run = Run(
      id: RunID(nextRun), job: entries[slot].id, trigger: .schedule, scheduledFor: instant,
      createdAt: now.wall, state: .queued, missed: missed)
    entries[slot].stretch = nil
    add(run, slot: slot)
  }

  /// Takes a new run in; its number must be the next one.
  mutating func add(_ run: Run, slot: Int, isForced: Bool = false) {
    nextRun += 1
    var open = OpenRun(run: run, slot: slot)
    open.isForced = isForced
    open.isNew = true
    runs[run.id] = open
    entries[slot].open.append(run.id)
    touch(run.id)
  }

  /// Under `queue` a newer run takes the place of the one that waits.
  private mutating func displaceQueued(_ slot: Int) {
    for id in entries[slot].open where runs[id]?.run.state == .queued {
      finish(id, .skipped, reason: .overlap)
    }
  }

  /// Stops runs that are under way, and calls off those that wait.
  mutating func stop(_ ids: [RunID], reason: Reason) {
    for id in ids {
      guard runs[id]?.run.state == .running else {
        finish(id, .cancelled, reason: reason)
        continue
      }
      if runs[id]?.stopReason == nil {
        runs[id]?.stopReason = reason
        step.stops.append(id)
      }
    }
  }

  /// Moves those of the job's runs that may start now among the ready ones.
  mutating func promote(_ slot: Int) {
    guard entries[slot].job != nil else { return }
    let isParallel = entries[slot].options?.overlap == .allow
    var isTaken = false
    if !isParallel {
      isTaken = entries[slot].open.contains { id in
        guard let open = runs[id] else { return false }
        return open.run.state == .running || open.run.state == .retrying || open.isReady
      }
    }
    for id in entries[slot].open {
      guard let open = runs[id], !open.isReady, mayStart(open) else { continue }
      let isRetry = open.run.state == .retrying
      guard isParallel || open.isForced || isRetry || !isTaken else { continue }
      runs[id]?.isReady = true
      if !isRetry { isTaken = true }
      push(open)
    }
  }

  private func mayStart(_ open: OpenRun) -> Bool {
    switch open.run.state {
    case .queued: break
    case .retrying: guard open.retryIsDue else { return false }
    default: return false
    }
    return !isHeld(open)
  }

  /// A pause holds what waits, but for what a person asked for since.
  private func isHeld(_ open: OpenRun) -> Bool {
    [entries[open.slot].pause, pause].compactMap(\.self).contains { pause in
      open.run.trigger == .schedule || open.run.createdAt < pause.since
    }
  }

  private mutating func push(_ open: OpenRun) {
    guard let job = entries[open.slot].job else { return }
    let priority = job.options.value.priority
    let run = open.run
    if job.work.isProcess {
      readyProcesses.push(run.id, priority: priority, instant: run.scheduledFor)
    } else {
      readyHandlers.push(run.id, priority: priority, instant: run.scheduledFor)
    }
  }

  /// Starts what may start, as far as there are places.
  mutating func dispatch() {
    guard isLoaded, !isDraining else { return }
    while let id = readyHandlers.pop() { startIfStillReady(id) }
    while runningProcesses < limits.processes, let id = readyProcesses.pop() {
      startIfStillReady(id)
    }
  }

  private mutating func startIfStillReady(_ id: RunID) {
    guard let open = runs[id], open.isReady else { return }
    runs[id]?.isReady = false
    guard mayStart(open), let job = entries[open.slot].job else {
      // It no longer stands in the way of those behind it.
      promote(open.slot)
      return
    }
    if isPastDeadline(open.run, job) {
      finish(id, .missed, reason: .deadline)
    } else {
      start(id, job)
    }
  }

  private func isPastDeadline(_ run: Run, _ job: Job) -> Bool {
    guard run.attempt == 0, run.trigger == .schedule, let deadline = job.options.value.deadline
    else { return false }
    return now.wall - run.scheduledFor > deadline
  }

  private mutating func start(_ id: RunID, _ job: Job) {
    guard var open = runs[id] else { return }
    if let earlier = open.run.endedAttempt { step.changes.append(.attemptEnded(id, earlier)) }
    open.run.beginAttempt(at: now.wall)
    open.retryIsDue = false
    open.holdsProcessPlace = job.work.isProcess
    if open.holdsProcessPlace { runningProcesses += 1 }
    runningAttempts += 1
    runs[id] = open
    touch(id)
    step.starts.append(order(for: open))
    step.notices.append(.started(job.name, open.run))
  }

  /// What the executor needs for the run's current attempt.
  func order(for open: OpenRun) -> AttemptOrder {
    let entry = entries[open.slot]
    var work = entry.job?.work ?? .command("", input: nil)
    if let payload = open.run.payload, case .task(let name, _) = work {
      work = .task(name: name, payload: payload)
    }
    return AttemptOrder(
      run: open.run.id, runText: open.run.id.text(tag: tag), job: entry.name,
      attempt: open.run.attempt, scheduledFor: open.run.scheduledFor, trigger: open.run.trigger,
      work: work, options: entry.job?.options ?? Shared(JobOptions()),
      zone: entry.job?.times.zone ?? .utc)
  }
}

extension Work {
  /// True where a run may have a payload of its own.
  var takesPayload: Bool {
    if case .task = self { true } else { false }
  }

  /// True where it takes a process of its own.
  var isProcess: Bool {
    switch self {
    case .command, .exec: true
    case .task, .http: false
    }
  }
}

extension Run {
  /// The latest attempt as a row of its own, once it has ended.
  var endedAttempt: Attempt? {
    guard attempt > 0, let startedAt, let finishedAt else { return nil }
    return Attempt(
      number: attempt, startedAt: startedAt, finishedAt: finishedAt, exitCode: exitCode,
      signal: signal, error: error)
  }

  mutating func beginAttempt(at instant: Instant) {
    attempt += 1
    state = .running
    startedAt = instant
    finishedAt = nil
    retryAt = nil
    exitCode = nil
    signal = nil
    error = nil
    result = nil
    process = nil
  }
}
