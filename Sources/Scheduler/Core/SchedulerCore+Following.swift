// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What the end of a run brings about: chained runs, jobs that are told, a spell of failures.
extension SchedulerCore {
  /// When the time in which a run of a job was to be completed began, and its timer.
  struct Expectation: Sendable {
    var since: Instant
    var timer: TimerQueue.Handle?
    var isOver = false
  }

  /// Follows a run that has come to its end.
  mutating func follow(_ run: Run, slot: Int) {
    switch run.state {
    case .completed:
      chain(run, slot: slot)
      let hadFailed = entries[slot].failureSpell > 0
      setSpell(slot, 0)
      noteCompletion(slot)
      tell(slot, \.onSuccess, after: run)
      if hadFailed { tell(slot, \.onRecovery, after: run) }
    case .failed:
      setSpell(slot, entries[slot].failureSpell + 1)
      if entries[slot].failureSpell == 1 { tell(slot, \.onFailure, after: run) }
      pauseAfterFailures(slot)
    default: break
    }
  }

  private mutating func setSpell(_ slot: Int, _ count: Int) {
    guard entries[slot].failureSpell != count else { return }
    entries[slot].failureSpell = count
    step.changes.append(.failureSpell(entries[slot].id, count))
  }

  private mutating func pauseAfterFailures(_ slot: Int) {
    guard let limit = entries[slot].options?.rare?.value.pauseAfter, limit > 0,
      entries[slot].failureSpell >= limit, entries[slot].pause == nil
    else { return }
    let many = limit == 1 ? "a dead letter" : "\(limit) dead letters in a row"
    pauseJob(slot, until: nil, note: "paused itself after \(many)")
  }

  // MARK: Chains

  /// Which jobs run after which, as the definitions in force say.
  mutating func findFollowers() {
    followers = [:]
    for slot in entries.indices {
      guard let parent = entries[slot].options?.rare?.value.after, let at = slots[parent] else {
        continue
      }
      followers[at, default: []].append(slot)
    }
  }

  /// Makes the runs that follow a completed one, in the same transaction as its end.
  private mutating func chain(_ parent: Run, slot: Int) {
    for follower in followers[slot] ?? [] {
      guard let options = entries[follower].options, options.enabled else { continue }
      let run = Run(
        id: RunID(nextRun), job: entries[follower].id, trigger: .after,
        scheduledFor: parent.scheduledFor, createdAt: now.wall, state: .queued, parent: parent.id)
      bringAbout(run, slot: follower)
    }
  }

  // MARK: Jobs that are told

  /// Runs the jobs that are to be told of the end of a run.
  ///
  /// A run that was itself brought about so tells nobody: two jobs that name each other would never
  /// come to an end.
  private mutating func tell(
    _ slot: Int, _ targets: KeyPath<RareOptions, [NoticeTarget]>, after run: Run
  ) {
    guard run.trigger != .hook else { return }
    tell(slot, targets, parent: run.id)
  }

  /// Runs the jobs that are to be told that instants of this one were missed.
  mutating func tellMissed(_ slot: Int) { tell(slot, \.onMissed, parent: nil) }

  private mutating func tell(
    _ slot: Int, _ targets: KeyPath<RareOptions, [NoticeTarget]>, parent: RunID?
  ) {
    guard let rare = entries[slot].options?.rare?.value else { return }
    for target in rare[keyPath: targets] {
      guard case .job(let name) = target, let told = slots[name],
        entries[told].options?.enabled == true
      else { continue }
      bringAbout(
        Run(
          id: RunID(nextRun), job: entries[told].id, trigger: .hook, scheduledFor: now.wall,
          createdAt: now.wall, state: .queued, parent: parent), slot: told)
    }
  }

  /// Takes a run that another one brings about; while its job is paused it is missed.
  private mutating func bringAbout(_ run: Run, slot: Int) {
    if pauses(of: slot).isEmpty {
      take(run, slot: slot)
    } else {
      add(run, slot: slot)
      finish(run.id, .missed, reason: .paused)
    }
  }

  // MARK: Expectations

  private mutating func noteCompletion(_ slot: Int) {
    guard entries[slot].options?.rare?.value.expectWithin != nil else { return }
    step.changes.append(.completed(entries[slot].id, at: now.wall))
    beginExpecting(slot, since: now.wall)
  }

  /// From a snapshot: when a run was last completed, or else when one was first expected.
  mutating func noteCompletion(_ state: StoreSnapshot.JobState, slot: Int) {
    while formerCompletions.count < slot { formerCompletions.append(nil) }
    formerCompletions.append(state.completedAt)
  }

  /// What the snapshot says of a job whose definition is read for the first time.
  private mutating func takeFormerCompletion(_ slot: Int) -> Instant? {
    guard formerCompletions.indices.contains(slot) else { return nil }
    return formerCompletions[slot].take()
  }

  /// Sets the timer of a job of which a completed run is expected; takes it away from others.
  mutating func beginExpecting(_ slot: Int, since: Instant? = nil) {
    let known = expectations[slot]
    let former = takeFormerCompletion(slot)
    if let timer = known?.timer { wallTimers.cancel(timer) }
    guard let options = entries[slot].options, options.enabled,
      let within = options.rare?.value.expectWithin
    else {
      expectations[slot] = nil
      return
    }
    var expectation = Expectation(since: since ?? known?.since ?? former ?? now.wall)
    if known == nil, former != expectation.since {
      // From here on it is expected; a restart does not begin anew.
      step.changes.append(.completed(entries[slot].id, at: expectation.since))
    }
    expectation.isOver = since == nil && known?.isOver == true
    if !expectation.isOver {
      expectation.timer = wallTimers.insert(
        at: (expectation.since + within).milliseconds,
        payload: WallTimer.expectation(slot).payload)
    }
    expectations[slot] = expectation
  }

  mutating func expectationIsOver(_ slot: Int) {
    guard let expectation = expectations[slot] else { return }
    expectations[slot]?.timer = nil
    expectations[slot]?.isOver = true
    step.notices.append(.overdue(entries[slot].name, since: expectation.since))
    tellMissed(slot)
  }
}
