// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What a person asks for.
extension SchedulerCore {
  mutating func obey(_ command: CoreCommand) -> CoreReply {
    guard isLoaded else { return .refused("the schedule files have not been read yet") }
    guard !storeIsDown else {
      return .refused("the state file can't be written at present: `beatctl status` says why")
    }
    switch command {
    case .trigger(let name, let payload, let force):
      return trigger(name, payload: payload, force: force)
    case .backfill(let name, let instant, let earlier, let force):
      return backfill(name, instant, earlier: earlier, force: force)
    case .replay(let run): return replay(run)
    case .enqueue(let task, let payload, let startAt, let earlier):
      return enqueue(task, payload: payload, startAt: startAt, earlier: earlier)
    case .cancel(let run): return cancel(run)
    case .pause(let name, let until, let note):
      return setPause(name, until: until, note: note)
    case .pauseQueue(let name, let until, let note):
      return setPause(ofQueue: name, until: until, note: note)
    case .resume(let name, let catchUp): return resume(name, catchUp: catchUp)
    case .resumeQueue(let name, let catchUp): return resume(queue: name, catchUp: catchUp)
    }
  }

  func definedSlot(_ name: JobName) -> Int? {
    guard let slot = slots[name], entries[slot].job != nil else { return nil }
    return slot
  }

  private func refusal(of job: Job, force: Bool) -> CoreReply? {
    if isDraining { return .refused("beatd is shutting down") }
    if job.options.value.enabled || force { return nil }
    return .refused("job \(job.name) is disabled in its file: use --force to run it all the same")
  }

  private mutating func trigger(_ name: JobName, payload: String?, force: Bool) -> CoreReply {
    guard let slot = definedSlot(name), let job = entries[slot].job else {
      return .unknownJob(name)
    }
    if let refusal = refusal(of: job, force: force) { return refusal }
    if payload != nil, !job.work.takesPayload {
      let what = job.work.isProcess ? "runs a process" : "sends a request"
      return .refused("job \(name) \(what), which takes no payload")
    }
    let run = Run(
      id: RunID(nextRun), job: entries[slot].id, trigger: .manual, scheduledFor: now.wall,
      createdAt: now.wall, state: .queued, payload: payload)
    take(run, slot: slot, force: force)
    return .run(run.id)
  }

  /// One instant that the schedule names; a row that says why it had no run is no hindrance.
  private mutating func backfill(
    _ name: JobName, _ instant: Instant, earlier: Run?, force: Bool
  ) -> CoreReply {
    guard let slot = definedSlot(name), let job = entries[slot].job else {
      return .unknownJob(name)
    }
    if let refusal = refusal(of: job, force: force) { return refusal }
    let following = job.times.next(after: instant - TimeSpan(milliseconds: 1))
    guard following == instant else {
      let near = following.map { "; the next that it names is \($0.rfc3339)" } ?? ""
      return .refused("the schedule of \(name) does not name \(instant.rfc3339)\(near)")
    }
    guard instant <= now.wall else {
      return .refused("\(instant.rfc3339) has not come yet: \(name) runs then by itself")
    }
    if let earlier, earlier.attempt > 0 || !earlier.state.isFinal, !force {
      return .refused(
        "run \(earlier.id.text(tag: tag)) is of that instant and is \(earlier.state.word): use "
          + "--force to run it once more")
    }
    let run = makeBackfill(slot, instant)
    take(run, slot: slot, force: force)
    return .run(run.id)
  }

  private func makeBackfill(_ slot: Int, _ instant: Instant) -> Run {
    Run(
      id: RunID(nextRun), job: entries[slot].id, trigger: .backfill, scheduledFor: instant,
      createdAt: now.wall, state: .queued)
  }

  /// Runs what passed in a pause, as far as the job's catch-up policy does.
  mutating func backfill(_ slot: Int, since: Instant) {
    guard let job = entries[slot].job, job.options.value.enabled, namesInstants(slot),
      let first = nextUnclaimed(slot, job.times, after: since), first <= now.wall,
      let newest = previousUnclaimed(
        slot, job.times, before: now.wall + TimeSpan(milliseconds: 1))
    else { return }
    var instants: [Instant] = []
    switch job.options.value.catchUp {
    case .skip: return
    case .latest: instants = [newest]
    case .all: instants = newestInstants(slot, job, first: first, newest: newest)
    }
    let earlier = inTheWay(slot)
    if refusal(slot, earlier: earlier) == nil { makeRoom(slot, among: earlier) }
    var made: [RunID] = []
    for instant in instants {
      let run = makeBackfill(slot, instant)
      let reason = refusal(slot, earlier: earlier, together: made)
      add(run, slot: slot)
      if let reason { finish(run.id, .skipped, reason: reason) } else { made.append(run.id) }
    }
    promote(slot, made: made)
  }

  private mutating func replay(_ dead: Run) -> CoreReply {
    guard dead.state == .failed else {
      return .refused("only a failed run can be replayed; this one is \(dead.state.word)")
    }
    guard !isDraining else { return .refused("beatd is shutting down") }
    if let waiting = runs.values.first(where: { $0.run.replayOf == dead.id }) {
      return .refused(
        "run \(waiting.run.id.text(tag: tag)) replays it and is \(waiting.run.state.word)")
    }
    guard let slot = slot(of: dead.job) else {
      return .refused("its job is not known any more")
    }
    guard slot == Self.taskSlot || entries[slot].job != nil else {
      return .unknownJob(entries[slot].name)
    }
    let task = dead.task.map {
      TaskRequest(name: $0.name, priority: $0.priority, retries: $0.retries, queue: $0.queue)
    }
    let run = Run(
      id: RunID(nextRun), job: dead.job, trigger: .replay, scheduledFor: dead.scheduledFor,
      createdAt: now.wall, state: .queued, replayOf: dead.id, task: task, payload: dead.payload)
    if slot == Self.taskSlot {
      add(run, slot: slot)
      ready(run.id)
    } else {
      take(run, slot: slot)
    }
    return .run(run.id)
  }

  private mutating func enqueue(
    _ task: TaskRequest, payload: String?, startAt: Instant?, earlier: RunID?
  ) -> CoreReply {
    guard !isDraining else { return .refused("beatd is shutting down") }
    if let known = task.key.flatMap({ openKeys[$0] }) ?? earlier { return .run(known) }
    if let queue = task.queue, queueNumbers[queue] == nil { return unknownQueue(queue) }
    let start = max(startAt ?? now.wall, now.wall)
    let run = Run(
      id: RunID(nextRun), job: JobID(0), trigger: .enqueue, scheduledFor: start,
      createdAt: now.wall, state: start > now.wall ? .pending : .queued, startAt: startAt,
      task: task, payload: payload)
    add(run, slot: Self.taskSlot)
    ready(run.id)
    return .run(run.id)
  }

  private mutating func cancel(_ id: RunID) -> CoreReply {
    guard runs[id] != nil else {
      return .refused("run \(id.text(tag: tag)) is over: there is nothing to cancel")
    }
    stop([id], reason: .operator)
    return .run(id)
  }
}
