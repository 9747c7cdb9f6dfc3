// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Pauses of a job, of a queue, of everything: what is due meanwhile passes as missed, and what
/// waits goes on waiting.
extension SchedulerCore {
  /// The pauses that hold a job.
  func pauses(of slot: Int) -> [Pause] {
    [entries[slot].pause, queues[entries[slot].queue].pause, pause].compactMap(\.self)
  }

  /// A pause holds what waits, but for what a person asked for since.
  func isHeld(_ open: OpenRun) -> Bool {
    let own = open.slot == Self.taskSlot ? nil : entries[open.slot].pause
    guard own != nil || pause != nil || queues[open.queue].pause != nil else { return false }
    let waits = open.run.trigger == .schedule || open.run.trigger == .enqueue
    return [own, queues[open.queue].pause, pause].compactMap(\.self).contains { pause in
      waits || open.run.createdAt < pause.since
    }
  }

  mutating func restorePauses(_ snapshot: StoreSnapshot, _ slotByID: [JobID: Int]) {
    for pause in snapshot.pauses {
      switch pause.target {
      case .everything: self.pause = pause
      case .job(let id): if let slot = slotByID[id] { entries[slot].pause = pause }
      case .queue(let name): if let queue = queueNumbers[name] { queues[queue].pause = pause }
      }
    }
  }

  mutating func setPause(_ name: JobName?, until: Instant?, note: String?) -> CoreReply {
    if let refusal = refusal(of: until) { return refusal }
    guard let name else {
      let since = pause?.since ?? now.wall
      let pause = Pause(.everything, since: since, until: until, note: note)
      self.pause = pause
      record(pause, of: nil)
      armGlobalPauseTimer()
      return .done
    }
    guard let slot = definedSlot(name) else { return .unknownJob(name) }
    pauseJob(slot, until: until, note: note)
    return .done
  }

  mutating func setPause(ofQueue name: String, until: Instant?, note: String?) -> CoreReply {
    if let refusal = refusal(of: until) { return refusal }
    guard let queue = queueNumbers[name] else { return unknownQueue(name) }
    let since = queues[queue].pause?.since ?? now.wall
    let pause = Pause(.queue(name), since: since, until: until, note: note)
    queues[queue].pause = pause
    record(pause, of: nil)
    armPauseTimer(ofQueue: queue)
    return .done
  }

  func unknownQueue(_ name: String) -> CoreReply {
    .unknownQueue(name, known: queues.map(\.name))
  }

  private func refusal(of until: Instant?) -> CoreReply? {
    guard let until, until <= now.wall else { return nil }
    return .refused("the end of the pause, \(until.rfc3339), has passed already")
  }

  mutating func pauseJob(_ slot: Int, until: Instant?, note: String?) {
    let since = entries[slot].pause?.since ?? now.wall
    let pause = Pause(.job(entries[slot].id), since: since, until: until, note: note)
    entries[slot].pause = pause
    record(pause, of: entries[slot].name)
    armPauseTimer(slot)
  }

  private mutating func record(_ pause: Pause, of name: JobName?) {
    step.changes.append(.paused(pause))
    step.notices.append(.paused(name, pause))
  }

  mutating func resume(_ name: JobName?, catchUp: Bool) -> CoreReply {
    guard let name else {
      guard let pause else { return .done }
      let passed = catchUp ? entries.indices.filter { entries[$0].job != nil } : []
      endGlobalPause()
      for slot in passed { backfill(slot, since: pause.since) }
      return .done
    }
    guard let slot = definedSlot(name) else { return .unknownJob(name) }
    guard let pause = entries[slot].pause else { return .done }
    endPause(of: slot)
    if catchUp { backfill(slot, since: pause.since) }
    return .done
  }

  mutating func resume(queue name: String, catchUp: Bool) -> CoreReply {
    guard let queue = queueNumbers[name] else { return unknownQueue(name) }
    guard let pause = queues[queue].pause else { return .done }
    endPause(ofQueue: queue)
    guard catchUp else { return .done }
    for slot in entries.indices where entries[slot].job != nil && entries[slot].queue == queue {
      backfill(slot, since: pause.since)
    }
    return .done
  }

  mutating func endPause(of slot: Int) {
    passOverPaused(slot)
    if let timer = entries[slot].pauseTimer { wallTimers.cancel(timer) }
    entries[slot].pauseTimer = nil
    entries[slot].pause = nil
    noteResumed(entries[slot].name, .job(entries[slot].id))
    arm(slot)
    promote(slot)
  }

  mutating func endPause(ofQueue queue: Int) {
    let held = entries.indices.filter { entries[$0].job != nil && entries[$0].queue == queue }
    for slot in held { passOverPaused(slot) }
    if let timer = queues[queue].pauseTimer { wallTimers.cancel(timer) }
    queues[queue].pauseTimer = nil
    queues[queue].pause = nil
    noteResumed(nil, .queue(queues[queue].name))
    goOn(with: held)
  }

  mutating func endGlobalPause() {
    for slot in entries.indices { passOverPaused(slot) }
    if let timer = pauseTimer { wallTimers.cancel(timer) }
    pauseTimer = nil
    pause = nil
    noteResumed(nil, .everything)
    goOn(with: Array(entries.indices))
  }

  private mutating func noteResumed(_ name: JobName?, _ target: PauseTarget) {
    step.changes.append(.resumed(target))
    step.notices.append(.resumed(name, target))
  }

  private mutating func goOn(with slots: [Int]) {
    for slot in slots {
      arm(slot)
      promote(slot)
    }
    readyTasks()
  }

  /// Enqueued tasks are in no job's line.
  mutating func readyTasks() {
    let tasks = runs.values.filter {
      $0.slot == Self.taskSlot && ($0.run.state == .queued || $0.retryIsDue)
    }
    for id in tasks.map(\.run.id).sorted() { ready(id) }
  }

  mutating func armPauseTimers() {
    for slot in entries.indices { armPauseTimer(slot) }
    for queue in queues.indices { armPauseTimer(ofQueue: queue) }
    armGlobalPauseTimer()
  }

  private mutating func armPauseTimer(_ slot: Int) {
    if let timer = entries[slot].pauseTimer { wallTimers.cancel(timer) }
    entries[slot].pauseTimer = entries[slot].pause?.until.map { until in
      wallTimers.insert(
        at: until.milliseconds, payload: WallTimer.endOfJobPause(slot).payload)
    }
  }

  private mutating func armPauseTimer(ofQueue queue: Int) {
    if let timer = queues[queue].pauseTimer { wallTimers.cancel(timer) }
    queues[queue].pauseTimer = queues[queue].pause?.until.map { until in
      wallTimers.insert(
        at: until.milliseconds, payload: WallTimer.endOfQueuePause(queue).payload)
    }
  }

  private mutating func armGlobalPauseTimer() {
    if let timer = pauseTimer { wallTimers.cancel(timer) }
    pauseTimer = pause?.until.map { until in
      wallTimers.insert(at: until.milliseconds, payload: WallTimer.endOfGlobalPause.payload)
    }
  }
}
