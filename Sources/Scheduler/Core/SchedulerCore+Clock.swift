// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What the clocks say of each other: steps of the wall clock, and suspension.
///
/// When the wall clock is set back, cursors go back with it, and what was only recorded as left out
/// is struck out and due again. What has a run is not run again: so the ledger is asked what lies
/// after the new now, and until it answers, nothing becomes due.
extension SchedulerCore {
  /// A step of the clocks smaller than this is drift.
  private static let smallestStep: Int64 = 1_000
  private static let tick = TimeSpan(milliseconds: 1)

  /// Takes a reading of the clocks, and sees why what is found late is late.
  mutating func notice(_ moment: Moment) {
    let before = now
    let wall = moment.wall - before.wall
    let elapsed = moment.elapsed.milliseconds - before.elapsed.milliseconds
    let stepped = TimeSpan(milliseconds: wall.milliseconds - elapsed)
    let slept = moment.suspended.milliseconds - before.suspended.milliseconds
    now = moment
    lateReason = slept >= Self.smallestStep ? .suspend : .late
    guard isLoaded, abs(stepped.milliseconds) >= Self.smallestStep else { return }
    if stepped > .zero { lateReason = .clockJump }
    record(ClockStep(at: moment.wall, by: stepped))
    moveRetries(by: stepped)
    guard stepped < .zero else { return }
    wallTimers.rebase(to: moment.wall.milliseconds)
    lookBack(from: before.wall + TimeSpan(milliseconds: elapsed))
  }

  private mutating func record(_ clockStep: ClockStep) {
    step.changes.append(.clockStepped(clockStep))
    step.notices.append(.clockStepped(clockStep.by))
  }

  /// The clock stood at `furthest`, and stands before it.
  private mutating func lookBack(from furthest: Instant) {
    countFixedDelaysAnew()
    claimedAhead = ClaimedSpan(
      after: min(now.wall, claimedAhead?.after ?? now.wall),
      through: max(furthest, claimedAhead?.through ?? furthest))
    step.changes.append(.claimedAhead(claimedAhead))
    ledgerAsked = now.wall
    step.ledgerWanted = now.wall
  }

  /// At the first load: where cursors stood ahead of the clock, it was set back in between.
  mutating func noticeStepWhileDown(furthest: Instant) {
    guard furthest > now.wall else { return }
    record(ClockStep(at: now.wall, by: now.wall - furthest))
    lookBack(from: furthest)
  }

  func namesInstants(_ slot: Int) -> Bool {
    switch entries[slot].job?.times.schedule {
    case .cron, .every, .at: true
    case .everyAfter, .reboot, .manual, nil: false
    }
  }

  /// Of `@reboot` the cursor says whether it has run in this boot, whatever the clock says.
  func isReboot(_ slot: Int) -> Bool {
    if case .reboot? = entries[slot].job?.times.schedule { true } else { false }
  }

  /// A fixed delay that counts from an instant that is in the future now would wait for it.
  private mutating func countFixedDelaysAnew() {
    for slot in entries.indices where entries[slot].cursor > now.wall {
      guard case .everyAfter? = entries[slot].job?.times.schedule else { continue }
      moveCursor(slot, to: now.wall)
      arm(slot)
    }
  }

  /// What the ledger holds after the instant that was asked about.
  mutating func takeLedger(_ tail: LedgerTail, after instant: Instant) {
    guard ledgerAsked == instant else { return }
    ledgerAsked = nil
    for (id, instants) in tail.claimed {
      guard let slot = slot(of: id), slot != Self.taskSlot else { continue }
      claimed[slot, default: []].formUnion(instants)
    }
    for row in tail.stretches { strikeOut(row, after: instant) }
    for slot in entries.indices where !isReboot(slot) && entries[slot].cursor > instant {
      moveCursor(slot, to: instant)
    }
    settleAll()
    if let set = waitingLoad {
      waitingLoad = nil
      load(set)
    }
  }

  /// A retry's delay is elapsed time: the instant at which it ends moves with the clock.
  private mutating func moveRetries(by clockStep: TimeSpan) {
    for id in runs.keys.sorted() where runs[id]?.run.state == .retrying {
      guard let retryAt = runs[id]?.run.retryAt else { continue }
      runs[id]?.run.retryAt = retryAt + clockStep
      touch(id)
    }
  }

  /// Takes back what a row says of instants after this one.
  private mutating func strikeOut(_ row: Stretch, after instant: Instant) {
    guard let slot = slot(of: row.job), entries[slot].job == nil || namesInstants(slot) else {
      return
    }
    let isNewest = entries[slot].stretch?.id == row.id
    guard row.first <= instant else {
      step.changes.append(.stretchRemoved(row.id))
      if isNewest { entries[slot].stretch = nil }
      return
    }
    let cut = cut(row, after: instant, entries[slot].job?.times)
    step.changes.append(.stretch(cut))
    // As after a restart: only a row that ends at the cursor is made longer.
    if isNewest { entries[slot].stretch = cut.last == instant ? cut : nil }
  }

  /// What is left of a row where nothing after an instant counts.
  ///
  /// Of a row that the definition in force did not make, which instants they were is not known: of
  /// their number that part stays that the time has.
  private func cut(_ row: Stretch, after instant: Instant, _ times: FireTimes?) -> Stretch {
    var cut = row
    let isOwn = [row.first, row.last].allSatisfy { times?.next(after: $0 - Self.tick) == $0 }
    if isOwn, let times {
      cut.last = max(row.first, times.previous(before: instant + Self.tick) ?? row.first)
      let counted = times.count(after: row.first - Self.tick, through: cut.last)
      cut.count = max(1, min(row.count, counted))
    } else {
      cut.last = instant
      let part = (instant - row.first).seconds / (row.last - row.first).seconds
      cut.count = max(1, min(row.count, Int(Double(row.count) * part)))
    }
    return cut
  }

  /// Once the clock has passed where it was set back from, no run lies ahead.
  mutating func forgetClaims() {
    guard let span = claimedAhead, ledgerAsked == nil, now.wall > span.through else { return }
    for slot in claimed.keys.sorted() where namesInstants(slot) {
      // Nothing but these was named since the cursor, or it would have been dealt with.
      guard let newest = claimed[slot]?.max(), newest > entries[slot].cursor else { continue }
      moveCursor(slot, to: newest)
      entries[slot].stretch = nil
    }
    claimedAhead = nil
    claimed = [:]
    step.changes.append(.claimedAhead(nil))
  }

  mutating func goOnWithStore() {
    guard storeIsDown else { return }
    storeIsDown = false
    lateReason = .store
    advance()
  }
}

/// The instants of a job that have no run ahead of the cursor.
extension SchedulerCore {
  /// The first instant after this one that the job's schedule names and that has no run.
  func nextUnclaimed(_ slot: Int, _ times: FireTimes, after instant: Instant) -> Instant? {
    var found = times.next(after: instant)
    guard !claimed.isEmpty, let taken = claimed[slot] else { return found }
    while let instant = found, taken.contains(instant) { found = times.next(after: instant) }
    return found
  }

  /// The last instant before this one that the job's schedule names and that has no run.
  func previousUnclaimed(_ slot: Int, _ times: FireTimes, before instant: Instant) -> Instant? {
    var found = times.previous(before: instant)
    guard !claimed.isEmpty, let taken = claimed[slot] else { return found }
    while let instant = found, taken.contains(instant) {
      found = times.previous(before: instant)
    }
    return found
  }

  /// How many instants of the job lie in `first...last` and have no run; exact to 100,000, and a
  /// lower bound beyond.
  func countUnclaimed(_ slot: Int, from first: Instant, through last: Instant) -> Int {
    let before = first - Self.tick
    guard let times = entries[slot].job?.times else { return 1 }
    let counted = times.count(after: before, through: last)
    guard !claimed.isEmpty, let taken = claimed[slot] else { return max(1, counted) }
    // A run may be of an instant that an earlier definition named.
    let isNamed = { (instant: Instant) in
      instant >= first && instant <= last && times.next(after: instant - Self.tick) == instant
    }
    return max(1, counted - taken.count(where: isNamed))
  }
}
