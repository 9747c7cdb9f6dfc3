// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Definitions come, change and go.
extension SchedulerCore {
  mutating func load(_ set: JobSet) {
    guard ledgerAsked == nil else {
      // What the definitions in force named until now can't be dealt with before the answer.
      waitingLoad = set
      return
    }
    let isFirst = !isLoaded
    if isFirst { beginBoot() }
    let cursors = isFirst ? entries.map(\.cursor) : []
    var standing = [Bool](repeating: false, count: entries.count)
    if isFirst { takeUpFormer(set.former) }
    rename(set.jobs)
    entries.reserveCapacity(set.jobs.count + 1)
    slots.reserveCapacity(set.jobs.count + 1)
    for job in set.jobs {
      let slot = place(job, isFirstLoad: isFirst)
      if isFirst, set.unrecorded.contains(job.name) { recordDefinition(slot) }
      if slot < standing.count { standing[slot] = true }
      entries[slot].isBroken = set.broken.contains(job.name)
    }
    for slot in standing.indices where !standing[slot] && slot != Self.taskSlot {
      // Where not all could be read, a job that was never read in this life may be among it.
      if entries[slot].job == nil, !set.isWhole { continue }
      if isFirst || !isTakingNew { settle(slot, downtime: isFirst) }
      vanish(slot)
    }
    isLoaded = true
    if set.isWhole { formerCompletions = [] }
    findFollowers()
    if isFirst { recover(cursors) }
  }

  /// What stood when the last daemon ended deals with what it named until now.
  private mutating func takeUpFormer(_ former: [JobName: Job]) {
    for (name, job) in former {
      guard let slot = slots[name], !entries[slot].isKnownVanished else { continue }
      entries[slot].job = job
      setQueue(slot, job)
    }
  }

  /// Which queue the job's runs are in; those that are in another come into it, with the places
  /// that they hold.
  private mutating func setQueue(_ slot: Int, _ job: Job) {
    let queue = queueNumber(of: job)
    guard entries[slot].queue != queue else { return }
    entries[slot].queue = queue
    for id in entries[slot].open {
      guard let open = runs[id] else { continue }
      if open.holdsQueuePlace {
        queues[open.queue].running -= 1
        queues[queue].running += 1
      }
      runs[id]?.queue = queue
      runs[id]?.isReady = false
    }
  }

  /// Gives jobs that go by another name their history.
  private mutating func rename(_ jobs: [Job]) {
    guard jobs.contains(where: { $0.options.value.rare?.value.was != nil }) else { return }
    let names = Set(jobs.map(\.name))
    for job in jobs {
      guard let old = job.options.value.rare?.value.was, !names.contains(old),
        slots[job.name] == nil, let slot = slots.remove(old)
      else { continue }
      slots.insert(job.name, at: slot)
      entries[slot].name = job.name
      step.changes.append(.jobRenamed(entries[slot].id, job.name))
      step.notices.append(.jobRenamed(old, job.name))
    }
  }

  /// Runs that wait among others of another kind are put where they belong by `promote`.
  private mutating func makeUnready(_ slot: Int) {
    for id in entries[slot].open { runs[id]?.isReady = false }
  }

  private func queueNumber(of job: Job) -> Int {
    job.options.value.rare?.value.queue.flatMap { queueNumbers[$0] } ?? 0
  }

  /// Puts a definition into force; what an earlier one named until now has been dealt with.
  private mutating func place(_ job: Job, isFirstLoad: Bool) -> Int {
    guard let slot = slots[job.name] else { return appear(job) }
    let before = entries[slot].job
    if isFirstLoad || !isTakingNew, let before,
      before.times != job.times || before.options.value.enabled != job.options.value.enabled
    {
      // While nothing could become due the old schedule stood, up to this moment.
      settle(slot, downtime: isFirstLoad)
    }
    entries[slot].job = job
    shareName(slot, job)
    setQueue(slot, job)
    if let before, before.work.isProcess != job.work.isProcess { makeUnready(slot) }
    beginExpecting(slot, since: entries[slot].isKnownVanished ? now.wall : nil)
    if isFirstLoad { beginBoot(slot, job, after: before) }
    if entries[slot].isKnownVanished {
      entries[slot].isKnownVanished = false
      beginCounting(slot)
      recordDefinition(slot)
      if !isFirstLoad { step.notices.append(.jobAppeared(job.name)) }
    } else if let before {
      guard before != job else { return slot }
      change(slot, from: before, to: job)
    }
    if !isFirstLoad {
      settle(slot, downtime: false)
      arm(slot)
      promote(slot)
    }
    return slot
  }

  /// The store's copy of a job's name gives way to the definition's.
  private mutating func shareName(_ slot: Int, _ job: Job) {
    entries[slot].name = job.name
    slots.exchange(job.name, at: slot)
  }

  /// A machine without a battery for its clock may begin a boot before the last one's instant.
  private mutating func beginBoot(_ slot: Int, _ job: Job, after before: Job?) {
    guard let boot, boot != bootInStore, job.times.schedule == .reboot,
      before == nil || before?.times.schedule == .reboot
    else { return }
    entries[slot].cursor = min(entries[slot].cursor, boot.instant - TimeSpan(milliseconds: 1))
  }

  /// The definition in force is a version of its own from now on.
  private mutating func recordDefinition(_ slot: Int) {
    guard let job = entries[slot].job else { return }
    step.changes.append(.defined(entries[slot].id, job, at: now.wall))
  }

  private mutating func appear(_ job: Job) -> Int {
    let slot = entries.count
    let before = now.wall - TimeSpan(milliseconds: 1)
    entries.append(JobEntry(id: JobID(nextJob), name: job.name, cursor: before))
    nextJob += 1
    slots.insert(job.name, at: slot)
    entries[slot].job = job
    entries[slot].queue = queueNumber(of: job)
    beginCounting(slot)
    beginExpecting(slot)
    recordDefinition(slot)
    if isLoaded {
      step.notices.append(.jobAppeared(job.name))
      arm(slot)
    }
    return slot
  }

  /// A job that is seen for the first time, or again, has missed nothing.
  private mutating func beginCounting(_ slot: Int) {
    guard let job = entries[slot].job else { return }
    var cursor = now.wall
    var firesNow = false
    switch job.times.schedule {
    case .every(let interval): firesNow = interval.firstNow && entries[slot].cursor < now.wall
    case .everyAfter(let period, let firstNow): if firstNow { cursor = now.wall - period }
    case .reboot:
      // The daemon's very first load counts as the boot where the machine has only just started.
      if isFirstStart, bootFacts.isRecent, let boot, !isLoaded {
        cursor = boot.instant - TimeSpan(milliseconds: 1)
      }
    case .cron, .at, .manual: break
    }
    entries[slot].cursor = cursor
    entries[slot].stretch = nil
    step.changes.append(.jobAppeared(entries[slot].id, job.name, cursor: cursor))
    if firesNow, job.options.value.enabled { admit(slot, [now.wall], missed: nil) }
  }

  private mutating func change(_ slot: Int, from before: Job, to after: Job) {
    guard before != after else { return }
    let wasEnabled = before.options.value.enabled
    let isEnabled = after.options.value.enabled
    if before.times != after.times || (isEnabled && !wasEnabled) { restart(slot) }
    if wasEnabled && !isEnabled { callOffWaiting(slot, reason: .disabled) }
    if !wasEnabled && isEnabled { beginExpecting(slot, since: now.wall) }
    if before.source == nil || !sameButForPlace(before, after) {
      recordDefinition(slot)
      step.notices.append(.jobChanged(after.name))
    }
  }

  private func sameButForPlace(_ left: Job, _ right: Job) -> Bool {
    left.times == right.times && left.work == right.work && left.options == right.options
  }

  /// A changed schedule counts from the edit, never back.
  private mutating func restart(_ slot: Int) {
    entries[slot].stretch = nil
    moveCursor(slot, to: now.wall)
  }

  private mutating func vanish(_ slot: Int) {
    guard !entries[slot].isKnownVanished else { return }
    callOffWaiting(slot, reason: .removed)
    disarm(slot)
    entries[slot].job = nil
    beginExpecting(slot)
    entries[slot].isBroken = false
    entries[slot].isKnownVanished = true
    step.changes.append(.jobVanished(entries[slot].id, at: now.wall))
    step.notices.append(.jobVanished(entries[slot].name))
  }

  /// Cancels a job's runs that are not under way.
  mutating func callOffWaiting(_ slot: Int, reason: Reason) {
    for id in entries[slot].open {
      guard let state = runs[id]?.run.state, state != .running else { continue }
      finish(id, .cancelled, reason: reason)
    }
  }

  private mutating func beginBoot() {
    if let known = bootInStore, known.key == bootFacts.key {
      boot = known
      return
    }
    // A machine without a battery for its clock may begin two boots at one instant.
    let isTaken = bootInStore?.instant == now.wall
    let instant = isTaken ? now.wall + TimeSpan(milliseconds: 1) : now.wall
    let begun = Boot(key: bootFacts.key, instant: instant)
    boot = begun
    step.changes.append(.boot(begun))
  }

  /// After the first load: takes up the runs of the last daemon, and what passed without one.
  private mutating func recover(_ cursors: [Instant]) {
    armPauseTimers()
    var furthest = now.wall
    for slot in cursors.indices where !isReboot(slot) { furthest = max(furthest, cursors[slot]) }
    for id in runs.keys.sorted() { recover(id, wasSetBack: furthest > now.wall) }
    readyTasks()
    isCatchingUp = true
    noticeStepWhileDown(furthest: furthest)
    guard ledgerAsked == nil else { return }
    settleAll()
    forgetClaims()
  }

  private mutating func recover(_ id: RunID, wasSetBack: Bool) {
    guard let open = runs[id], !open.run.state.isFinal else { return }
    switch open.run.state {
    case .retrying: waitForRetry(id, wasSetBack: wasSetBack)
    case .running: takeUp(id)
    default: break
    }
  }

  private mutating func takeUp(_ id: RunID) {
    guard let open = runs[id] else { return }
    takePlaces(id, process: open.run.process != nil)
    if let process = open.run.process {
      step.adoptions.append(Adoption(order: order(for: open), process: process))
      if open.stopReason != nil { step.stops.append(id) }
    } else {
      attemptEnded(
        id, attempt: open.run.attempt, .lost("beatd ended while this attempt was under way"), nil)
    }
  }
}
