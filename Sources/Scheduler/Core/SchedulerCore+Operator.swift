// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What a person asks for.
extension SchedulerCore {
  mutating func obey(_ command: CoreCommand) -> CoreReply {
    guard isLoaded else { return .refused("the schedule files have not been read yet") }
    switch command {
    case .trigger(let name, let payload, let force):
      return trigger(name, payload: payload, force: force)
    case .replay(let run): return replay(run)
    case .pause(let name, let until, let note):
      return setPause(name, until: until, note: note)
    case .resume(let name): return resume(name)
    }
  }

  private func definedSlot(_ name: JobName) -> Int? {
    guard let slot = slots[name], entries[slot].job != nil else { return nil }
    return slot
  }

  private mutating func trigger(_ name: JobName, payload: String?, force: Bool) -> CoreReply {
    guard let slot = definedSlot(name), let job = entries[slot].job else {
      return .unknownJob(name)
    }
    guard !isDraining else { return .refused("beatd is shutting down") }
    guard job.options.value.enabled || force else {
      return .refused("job \(name) is disabled in its file: use --force to run it all the same")
    }
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

  private mutating func replay(_ dead: Run) -> CoreReply {
    guard dead.state == .failed else {
      return .refused("only a failed run can be replayed; this one is \(dead.state.word)")
    }
    guard let slot = slot(of: dead.job) else {
      return .refused("its job is not known any more")
    }
    guard entries[slot].job != nil else { return .unknownJob(entries[slot].name) }
    guard !isDraining else { return .refused("beatd is shutting down") }
    let run = Run(
      id: RunID(nextRun), job: dead.job, trigger: .replay, scheduledFor: dead.scheduledFor,
      createdAt: now.wall, state: .queued, replayOf: dead.id, payload: dead.payload)
    take(run, slot: slot, force: false)
    return .run(run.id)
  }

  /// Takes a run that a person asked for, under the job's overlap policy unless forced.
  private mutating func take(_ run: Run, slot: Int, force: Bool) {
    let earlier = entries[slot].open
    add(run, slot: slot, isForced: force)
    if !force, let reason = refusal(slot, earlier: earlier) {
      finish(run.id, .skipped, reason: reason)
      return
    }
    if !force { makeRoom(slot, among: earlier) }
    promote(slot)
  }

  private func refusal(_ slot: Int, earlier: [RunID]) -> Reason? {
    guard let options = entries[slot].options, !earlier.isEmpty else { return nil }
    switch options.overlap {
    case .skip: return .overlap
    case .allow: return earlier.count >= options.maximumOverlap ?? .max ? .limit : nil
    case .queueAll:
      return earlier.count { runs[$0]?.run.state == .queued } >= 1_000 ? .limit : nil
    case .queue, .replace: return nil
    }
  }

  private mutating func makeRoom(_ slot: Int, among earlier: [RunID]) {
    switch entries[slot].options?.overlap {
    case .queue:
      for id in earlier where runs[id]?.run.state == .queued {
        finish(id, .skipped, reason: .overlap)
      }
    case .replace: stop(earlier, reason: .overlap)
    default: break
    }
  }

  private mutating func setPause(_ name: JobName?, until: Instant?, note: String?) -> CoreReply {
    if let until, until <= now.wall {
      return .refused("the end of the pause, \(until.rfc3339), has passed already")
    }
    guard let name else {
      let pause = Pause(job: nil, since: now.wall, until: until, note: note)
      self.pause = pause
      record(pause, of: nil)
      armGlobalPauseTimer()
      return .done
    }
    guard let slot = definedSlot(name) else { return .unknownJob(name) }
    let pause = Pause(job: entries[slot].id, since: now.wall, until: until, note: note)
    entries[slot].pause = pause
    record(pause, of: name)
    armPauseTimer(slot)
    return .done
  }

  private mutating func record(_ pause: Pause, of name: JobName?) {
    step.changes.append(.paused(pause))
    step.notices.append(.paused(name, pause))
  }

  private mutating func resume(_ name: JobName?) -> CoreReply {
    guard let name else {
      guard pause != nil else { return .done }
      for slot in entries.indices { passOverPaused(slot) }
      endGlobalPause()
      return .done
    }
    guard let slot = definedSlot(name) else { return .unknownJob(name) }
    guard entries[slot].pause != nil else { return .done }
    passOverPaused(slot)
    endPause(of: slot)
    return .done
  }

  mutating func endPause(of slot: Int) {
    passOverPaused(slot)
    if let timer = entries[slot].pauseTimer { wallTimers.cancel(timer) }
    entries[slot].pauseTimer = nil
    entries[slot].pause = nil
    step.changes.append(.resumed(entries[slot].id))
    step.notices.append(.resumed(entries[slot].name))
    arm(slot)
    promote(slot)
  }

  mutating func endGlobalPause() {
    for slot in entries.indices { passOverPaused(slot) }
    if let timer = pauseTimer { wallTimers.cancel(timer) }
    pauseTimer = nil
    pause = nil
    step.changes.append(.resumed(nil))
    step.notices.append(.resumed(nil))
    for slot in entries.indices {
      arm(slot)
      promote(slot)
    }
  }

  mutating func armPauseTimers() {
    for slot in entries.indices { armPauseTimer(slot) }
    armGlobalPauseTimer()
  }

  private mutating func armPauseTimer(_ slot: Int) {
    if let timer = entries[slot].pauseTimer { wallTimers.cancel(timer) }
    entries[slot].pauseTimer = entries[slot].pause?.until.map { until in
      wallTimers.insert(
        at: until.milliseconds, payload: WallTimer.endOfJobPause(slot).payload)
    }
  }

  private mutating func armGlobalPauseTimer() {
    if let timer = pauseTimer { wallTimers.cancel(timer) }
    pauseTimer = pause?.until.map { until in
      wallTimers.insert(at: until.milliseconds, payload: WallTimer.endOfGlobalPause.payload)
    }
  }
}
