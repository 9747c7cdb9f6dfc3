// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What is due, what is late, and what passed while nothing could run.
extension SchedulerCore {
  /// A newest instant that is older than this was missed; a younger one is only late.
  private static let lateness = TimeSpan.seconds(60)

  /// Everything that the passing of time has made due.
  mutating func advance() {
    guard isTakingNew else { return }
    var due: [(deadline: Int64, payload: Int64)] = []
    if ledgerAsked == nil {
      wallTimers.popDue(through: now.wall.milliseconds, into: &due)
      for item in due { fire(WallTimer(payload: item.payload)) }
      forgetClaims()
      due.removeAll(keepingCapacity: true)
    }
    elapsedTimers.popDue(through: now.elapsed.milliseconds, into: &due)
    for item in due { retryIsDue(RunID(item.payload)) }
  }

  private mutating func fire(_ timer: WallTimer) {
    switch timer {
    case .job(let slot):
      settle(slot, downtime: false)
      arm(slot)
    case .start(let run): startIsDue(run)
    case .expectation(let slot): expectationIsOver(slot)
    case .endOfJobPause(let slot):
      entries[slot].pauseTimer = nil
      endPause(of: slot)
    case .endOfQueuePause(let queue):
      queues[queue].pauseTimer = nil
      endPause(ofQueue: queue)
    case .endOfGlobalPause:
      pauseTimer = nil
      endGlobalPause()
    }
  }

  /// Deals with all that passed, of every job: at a start, and when the ledger has answered.
  mutating func settleAll() {
    let downtime = isCatchingUp
    isCatchingUp = false
    for slot in entries.indices where entries[slot].job != nil {
      settle(slot, downtime: downtime)
      arm(slot)
      promote(slot)
    }
  }

  /// Sets the job's timer at its next instant.
  mutating func arm(_ slot: Int) {
    disarm(slot)
    guard let instant = instant(of: slot, after: entries[slot].cursor) else { return }
    entries[slot].armedFor = instant
    entries[slot].timer = wallTimers.insert(
      at: instant.milliseconds, payload: WallTimer.job(slot).payload)
  }

  mutating func disarm(_ slot: Int) {
    if let timer = entries[slot].timer { wallTimers.cancel(timer) }
    entries[slot].timer = nil
    entries[slot].armedFor = nil
  }

  /// The first instant that the job's schedule names after `cursor`, or nil.
  func instant(of slot: Int, after cursor: Instant) -> Instant? {
    guard let job = entries[slot].job, job.options.value.enabled else { return nil }
    switch job.times.schedule {
    case .cron, .every, .at: return nextUnclaimed(slot, job.times, after: cursor)
    case .everyAfter(let period, _): return fixedDelayInstant(slot, cursor + period, job.times)
    case .reboot:
      guard let boot, boot.instant > cursor else { return nil }
      return boot.instant
    case .manual: return nil
    }
  }

  /// A fixed delay counts only while no scheduled run of the job is under way.
  private func fixedDelayInstant(_ slot: Int, _ due: Instant, _ times: FireTimes) -> Instant? {
    guard !hasScheduledRun(slot) else { return nil }
    if let ends = times.ends, due > ends { return nil }
    var instant = max(due, times.starts ?? due)
    while claimed[slot]?.contains(instant) == true { instant = instant + TimeSpan(milliseconds: 1) }
    return instant
  }

  private func hasScheduledRun(_ slot: Int) -> Bool {
    entries[slot].open.contains { runs[$0]?.run.trigger == .schedule }
  }

  /// Deals with every instant of the job up to now; all of them were missed where they passed in
  /// `downtime` of the daemon.
  mutating func settle(_ slot: Int, downtime: Bool) {
    guard ledgerAsked == nil else { return }
    passOverPaused(slot)
    guard let job = entries[slot].job,
      let first = instant(of: slot, after: entries[slot].cursor), first <= now.wall
    else { return }
    let newest = newestInstant(slot, job.times, from: first)
    let isBoot = job.times.schedule == .reboot
    let passedWhileDown = downtime && newest < now.wall
    let isMissed = !isBoot && (passedWhileDown || now.wall - newest > Self.lateness)
    catchUp(slot, job, first: first, newest: newest, isMissed: isMissed, downtime: downtime)
    if case .everyAfter = job.times.schedule, !hasScheduledRun(slot) {
      // There is at most one missed instant: the period counts on from now.
      moveCursor(slot, to: now.wall)
    } else {
      moveCursor(slot, to: newest)
    }
  }

  private func newestInstant(_ slot: Int, _ times: FireTimes, from first: Instant) -> Instant {
    switch times.schedule {
    case .cron, .every, .at:
      guard let following = nextUnclaimed(slot, times, after: first), following <= now.wall else {
        return first
      }
      return previousUnclaimed(slot, times, before: now.wall + TimeSpan(milliseconds: 1)) ?? first
    case .everyAfter, .reboot, .manual: return first
    }
  }

  private mutating func catchUp(
    _ slot: Int, _ job: Job, first: Instant, newest: Instant, isMissed: Bool, downtime: Bool
  ) {
    let reason = downtime ? Reason.down : lateReason
    let policy = job.options.value.catchUp
    if isMissed, policy == .skip {
      leaveOut(slot, .missed, reason, from: first, through: newest)
    } else if first == newest {
      admit(slot, [newest], missed: nil)
    } else if policy == .all {
      let instants = newestInstants(slot, job, first: first, newest: newest)
      if let oldest = instants.first, oldest > first {
        let end = previousUnclaimed(slot, job.times, before: oldest) ?? first
        leaveOut(slot, .missed, reason, from: first, through: end)
      }
      admit(slot, instants, missed: nil)
    } else {
      let end = previousUnclaimed(slot, job.times, before: newest) ?? first
      let count = leaveOut(slot, .missed, reason, from: first, through: end)
      let missed = policy == .latest ? MissedBefore(count: count, first: first) : nil
      admit(slot, [newest], missed: missed)
    }
  }

  /// At most `catch-up-limit` instants from `first` to `newest`, the newest ones, oldest first.
  func newestInstants(_ slot: Int, _ job: Job, first: Instant, newest: Instant) -> [Instant] {
    var instants = [newest]
    while instants.count < job.options.value.catchUpLimit,
      let earlier = previousUnclaimed(slot, job.times, before: instants[instants.count - 1]),
      earlier >= first
    {
      instants.append(earlier)
    }
    return instants.reversed()
  }

  /// While a pause held, instants passed as missed, also where the daemon was down.
  mutating func passOverPaused(_ slot: Int) {
    guard ledgerAsked == nil else { return }
    for pause in pauses(of: slot) {
      let end = pause.until.map { $0 - TimeSpan(milliseconds: 1) } ?? now.wall
      let last = min(end, now.wall)
      guard let job = entries[slot].job,
        let first = instant(of: slot, after: entries[slot].cursor), first <= last
      else { continue }
      if case .everyAfter = job.times.schedule {
        leaveOut(slot, .missed, .paused, from: first, through: first)
        moveCursor(slot, to: last)
        continue
      }
      let newest = previousUnclaimed(slot, job.times, before: last + TimeSpan(milliseconds: 1))
      leaveOut(slot, .missed, .paused, from: first, through: max(first, newest ?? first))
      moveCursor(slot, to: max(first, newest ?? first))
    }
  }

  /// Records instants that no run stands for; next to an earlier row of the same kind they make it
  /// longer.
  ///
  /// Answers how many they are.
  @discardableResult
  mutating func leaveOut(
    _ slot: Int, _ state: RunState, _ reason: Reason, from first: Instant, through last: Instant
  ) -> Int {
    let count = first == last ? 1 : countUnclaimed(slot, from: first, through: last)
    if var row = entries[slot].stretch, row.state == state, row.reason == reason, row.last < first {
      row.last = last
      row.count += count
      entries[slot].stretch = row
    } else {
      entries[slot].stretch = Stretch(
        id: nextStretch, job: entries[slot].id, state: state, reason: reason, first: first,
        last: last, count: count)
      nextStretch += 1
    }
    if let row = entries[slot].stretch { step.changes.append(.stretch(row)) }
    step.notices.append(
      .leftOut(
        entries[slot].name,
        LeftOut(state: state, reason: reason, first: first, last: last, count: count)))
    // A pause is somebody's wish: there is nobody to be told of it.
    if state == .missed, reason != .paused { tellMissed(slot) }
    return count
  }
}
