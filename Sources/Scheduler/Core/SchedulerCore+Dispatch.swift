// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Which of the runs that are due are started, and in which order.
extension SchedulerCore {
  /// Moves those of the job's runs that may start now among the ready ones.
  mutating func promote(_ slot: Int) {
    guard entries[slot].job != nil, !entries[slot].open.isEmpty else { return }
    let isParallel = entries[slot].options?.overlap == .allow
    let isMixed = entries[slot].outOfTurn > 0
    // Not always the first: a delayed run comes up behind one that was made later.
    var isTaken = !isParallel && entries[slot].open.contains { standsInTheWay($0) }
    for id in entries[slot].open {
      guard let open = runs[id] else { continue }
      switch open.run.state {
      case .running: isTaken = true
      case .retrying:
        isTaken = true
        if open.retryIsDue { ready(id) }
      case .queued where isParallel || open.isForced || !isTaken:
        ready(id)
        if runs[id]?.isReady == true { isTaken = true }
      default: continue
      }
      // The rest stand in line behind it.
      if isTaken, !isParallel, !isMixed { return }
    }
  }

  /// Moves new runs of a job among the ready ones, as far as they may start.
  mutating func promote(_ slot: Int, made: [RunID]) {
    guard entries[slot].options?.overlap == .allow else {
      promote(slot)
      return
    }
    for id in made { ready(id) }
  }

  private func standsInTheWay(_ id: RunID) -> Bool {
    guard let open = runs[id] else { return false }
    return open.run.state == .running || open.run.state == .retrying || open.isReady
  }

  /// Puts a run among those that may start, unless it is there or something holds it.
  mutating func ready(_ id: RunID) {
    guard let open = runs[id], !open.isReady, mayStart(open) else { return }
    runs[id]?.isReady = true
    let priority = open.run.task?.priority ?? entries[open.slot].options?.priority ?? 5
    let instant = open.run.scheduledFor
    if takesProcess(open) {
      queues[open.queue].processes.push(id, priority: priority, instant: instant)
    } else {
      queues[open.queue].others.push(id, priority: priority, instant: instant)
    }
  }

  private func takesProcess(_ open: OpenRun) -> Bool {
    open.run.task == nil && entries[open.slot].job?.work.isProcess == true
  }

  private func mayStart(_ open: OpenRun) -> Bool {
    switch open.run.state {
    case .queued: break
    case .retrying: guard open.retryIsDue else { return false }
    default: return false
    }
    return !isHeld(open)
  }

  /// Starts what may start, as far as there are places.
  mutating func dispatch() {
    guard isTakingNew else { return }
    while let (number, place) = firstReady() {
      guard let taken = queues[number].take(place) else { return }
      startIfStillReady(taken.run, from: number, asProcess: taken.isProcess)
    }
  }

  /// The ready run that is first among those that a place is free for, and its queue.
  private func firstReady() -> (queue: Int, place: ReadyQueue.Place)? {
    let hasPlace = runningProcesses < limits.processes
    var first: (queue: Int, place: ReadyQueue.Place)?
    for number in queues.indices {
      guard let place = queues[number].first(withProcesses: hasPlace) else { continue }
      if let found = first, found.place < place { continue }
      first = (number, place)
    }
    return first
  }

  private mutating func startIfStillReady(_ id: RunID, from queue: Int, asProcess: Bool) {
    // It may have come into another queue since, or have other work to do.
    guard let open = runs[id], open.isReady, open.queue == queue, takesProcess(open) == asProcess
    else { return }
    runs[id]?.isReady = false
    guard mayStart(open), open.run.task != nil || entries[open.slot].job != nil else {
      // It no longer stands in the way of those behind it.
      promote(open.slot)
      return
    }
    if isPastDeadline(open) {
      finish(id, .missed, reason: .deadline)
    } else {
      start(id)
    }
  }

  private func isPastDeadline(_ open: OpenRun) -> Bool {
    let run = open.run
    guard run.attempt == 0, run.trigger == .schedule,
      let deadline = entries[open.slot].options?.deadline
    else { return false }
    return now.wall - (run.startAt ?? run.scheduledFor) > deadline
  }

  private mutating func start(_ id: RunID) {
    guard let ready = runs[id] else { return }
    if let earlier = ready.run.endedAttempt { step.changes.append(.attemptEnded(id, earlier)) }
    setState(id, .running)
    runs[id]?.run.beginAttempt(at: now.wall)
    runs[id]?.retryIsDue = false
    takePlaces(id, process: takesProcess(ready))
    guard let open = runs[id] else { return }
    step.starts.append(order(for: open))
    step.notices.append(.started(name(of: open), open.run))
  }

  /// A running attempt takes a place of its queue, and one for a process if it has one.
  mutating func takePlaces(_ id: RunID, process: Bool) {
    guard let open = runs[id] else { return }
    runs[id]?.holdsQueuePlace = true
    runs[id]?.holdsProcessPlace = process
    queues[open.queue].running += 1
    if process { runningProcesses += 1 }
  }

  mutating func givePlacesBack(_ id: RunID) {
    guard let open = runs[id] else { return }
    if open.holdsQueuePlace { queues[open.queue].running -= 1 }
    if open.holdsProcessPlace { runningProcesses -= 1 }
    runs[id]?.holdsQueuePlace = false
    runs[id]?.holdsProcessPlace = false
  }

  /// The run's job; of an enqueued task, the task's name.
  func name(of open: OpenRun) -> JobName {
    open.run.task.flatMap { JobName($0.name) } ?? entries[open.slot].name
  }

  /// The policies that hold for a run.
  func options(of open: OpenRun) -> Shared<JobOptions> {
    guard let task = open.run.task else {
      return entries[open.slot].job?.options ?? Shared(.init())
    }
    var options = JobOptions()
    options.retries.maximum = task.retries
    options.onLost = .retry
    options.priority = task.priority
    return Shared(options)
  }

  /// What the executor needs for the run's current attempt.
  func order(for open: OpenRun) -> AttemptOrder {
    let entry = entries[open.slot]
    return AttemptOrder(
      run: open.run.id, runText: open.run.id.text(tag: tag), job: name(of: open),
      attempt: open.run.attempt, scheduledFor: open.run.scheduledFor, trigger: open.run.trigger,
      parentText: open.run.parent?.text(tag: tag), work: work(of: open),
      options: options(of: open), zone: entry.job?.times.zone ?? .utc)
  }

  private func work(of open: OpenRun) -> Work {
    if let task = open.run.task {
      return .task(name: task.name, payload: open.run.payload ?? "{}")
    }
    let work = entries[open.slot].job?.work ?? .command("", input: nil)
    if let payload = open.run.payload, case .task(let name, _) = work {
      return .task(name: name, payload: payload)
    }
    return work
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
