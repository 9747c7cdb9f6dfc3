// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Whether an instant becomes a run: decided once, by the job's overlap policy.
extension SchedulerCore {
  /// No more than this many runs of a job wait under `queue-all`.
  private static let queueLimit = 1_000

  /// Makes runs of instants that are due together, oldest first.
  ///
  /// They do not count against each other, but under `allow` and `queue-all`, whose limits hold
  /// whatever comes together.
  mutating func admit(_ slot: Int, _ instants: [Instant], missed: MissedBefore?) {
    let earlier = inTheWay(slot)
    var made: [RunID] = []
    for instant in instants where claimed[slot]?.contains(instant) != true {
      let start = start(of: slot, at: instant)
      if isPastDeadline(slot, start) {
        leaveOut(slot, .missed, .deadline, from: instant, through: instant)
      } else if start > now.wall {
        make(slot, instant, startAt: start, missed: missed)
      } else if let reason = refusal(slot, earlier: earlier, together: made) {
        leaveOut(slot, .skipped, reason, from: instant, through: instant)
      } else {
        if made.isEmpty { makeRoom(slot, among: earlier) }
        made.append(make(slot, instant, startAt: start, missed: missed))
      }
    }
    promote(slot, made: made)
  }

  /// The job's runs that a new one meets: all that are open, but for those whose time has not come.
  func inTheWay(_ slot: Int) -> [RunID] {
    guard entries[slot].outOfTurn > 0 else { return entries[slot].open }
    return entries[slot].open.filter { runs[$0]?.run.state != .pending }
  }

  /// Why a new run may not be, given the runs that were there before it, and those made with it.
  func refusal(_ slot: Int, earlier: [RunID], together: [RunID] = []) -> Reason? {
    guard let options = entries[slot].options else { return nil }
    switch options.overlap {
    case .skip: return earlier.isEmpty ? nil : .overlap
    case .allow:
      guard let limit = options.maximumOverlap else { return nil }
      return earlier.count + together.count >= limit ? .limit : nil
    case .queueAll:
      // Fewer open than may wait: no need to look at each.
      guard earlier.count + together.count >= Self.queueLimit else { return nil }
      let waiting = earlier.count { runs[$0]?.run.state == .queued }
      return waiting + together.count >= Self.queueLimit ? .limit : nil
    case .queue, .replace: return nil
    }
  }

  /// Under `queue` a new run takes the place of those that wait, under `replace` of all.
  mutating func makeRoom(_ slot: Int, among earlier: [RunID]) {
    switch entries[slot].options?.overlap {
    case .queue:
      for id in earlier where runs[id]?.run.state == .queued {
        finish(id, .skipped, reason: .overlap)
      }
    case .replace: stop(earlier, reason: .overlap)
    default: break
    }
  }

  /// When the run of an instant starts: at it, or later by the job's jitter.
  ///
  /// The delay is shorter than the way to the next instant, so runs do not change places.
  private func start(of slot: Int, at instant: Instant) -> Instant {
    guard let job = entries[slot].job, job.options.value.jitter > .zero else { return instant }
    var bound = job.options.value.jitter
    if let following = job.times.next(after: instant) { bound = min(bound, following - instant) }
    return instant + JitterDelay.of(job.name, at: instant, below: bound)
  }

  private func isPastDeadline(_ slot: Int, _ start: Instant) -> Bool {
    guard let deadline = entries[slot].options?.deadline else { return false }
    return now.wall - start > deadline
  }

  @discardableResult
  private mutating func make(
    _ slot: Int, _ instant: Instant, startAt: Instant, missed: MissedBefore?
  ) -> RunID {
    let run = Run(
      id: RunID(nextRun), job: entries[slot].id, trigger: .schedule, scheduledFor: instant,
      createdAt: now.wall, state: startAt > now.wall ? .pending : .queued,
      startAt: startAt == instant ? nil : startAt, missed: missed)
    entries[slot].stretch = nil
    add(run, slot: slot)
    return run.id
  }

  /// Takes a new run in; its number must be the next one.
  mutating func add(_ run: Run, slot: Int, isForced: Bool = false) {
    nextRun += 1
    var open = OpenRun(run, slot: slot, queue: queueNumber(of: run, slot: slot))
    open.isForced = isForced
    open.isNew = true
    keep(open)
    touch(run.id)
  }

  /// Takes up a run that an earlier daemon left open.
  mutating func takeBack(_ run: Run, slot: Int) {
    var open = OpenRun(run, slot: slot, queue: queueNumber(of: run, slot: slot))
    if run.state == .running { open.stopReason = run.reason }
    keep(open)
  }

  private mutating func keep(_ made: OpenRun) {
    var open = made
    let run = open.run
    if run.state == .pending, let startAt = run.startAt {
      open.timer = wallTimers.insert(
        at: startAt.milliseconds, payload: WallTimer.start(run.id).payload)
    }
    runs[run.id] = open
    if let key = run.task?.key { openKeys[key] = run.id }
    guard open.slot != Self.taskSlot else { return }
    entries[open.slot].open.append(run.id)
    if open.isOutOfTurn { entries[open.slot].outOfTurn += 1 }
  }

  private func queueNumber(of run: Run, slot: Int) -> Int {
    guard let task = run.task else { return entries[slot].queue }
    return task.queue.flatMap { queueNumbers[$0] } ?? 0
  }

  /// Changes what decides whether a run stands in line.
  mutating func setState(_ id: RunID, _ state: RunState) {
    guard var open = runs[id] else { return }
    let before = open.isOutOfTurn
    open.run.state = state
    runs[id] = open
    touch(id)
    guard open.slot != Self.taskSlot, before != open.isOutOfTurn else { return }
    entries[open.slot].outOfTurn += open.isOutOfTurn ? 1 : -1
  }

  /// The delay of a claimed run is over: it is due, and meets what is under way.
  mutating func startIsDue(_ id: RunID) {
    guard let open = runs[id], open.run.state == .pending else { return }
    runs[id]?.timer = nil
    let earlier = inTheWay(open.slot)
    setState(id, .queued)
    guard open.slot != Self.taskSlot else {
      ready(id)
      return
    }
    if !open.isForced, let reason = refusal(open.slot, earlier: earlier) {
      finish(id, .skipped, reason: reason)
      return
    }
    if !open.isForced { makeRoom(open.slot, among: earlier) }
    promote(open.slot, made: [id])
  }

  /// Takes a run that something other than the schedule asked for, under the job's overlap policy
  /// unless forced.
  mutating func take(_ run: Run, slot: Int, force: Bool = false) {
    let earlier = inTheWay(slot)
    add(run, slot: slot, isForced: force)
    guard !force else {
      promote(slot)
      return
    }
    if let reason = refusal(slot, earlier: earlier) {
      finish(run.id, .skipped, reason: reason)
      return
    }
    makeRoom(slot, among: earlier)
    promote(slot, made: [run.id])
  }

  /// Stops runs that are under way, and calls off those that wait.
  mutating func stop(_ ids: [RunID], reason: Reason) {
    for id in ids {
      guard runs[id]?.run.state == .running else {
        finish(id, .cancelled, reason: reason)
        continue
      }
      guard runs[id]?.stopReason == nil else { continue }
      runs[id]?.stopReason = reason
      // Remembered, so that a death in its grace does not undo it.
      runs[id]?.run.reason = reason
      touch(id)
      step.stops.append(id)
    }
  }
}

/// By how much a run starts after its instant.
enum JitterDelay {
  /// A delay in [0, below), always the same for a job and an instant: the FNV-1a hash of the name's
  /// bytes and the instant's milliseconds, as a step of SplitMix64.
  static func of(_ job: JobName, at instant: Instant, below bound: TimeSpan) -> TimeSpan {
    guard bound > .zero else { return .zero }
    let hash = StableHash.fnv1a(job.text) ^ UInt64(bitPattern: instant.milliseconds)
    let word = StableHash.mix(hash &+ 0x9E37_79B9_7F4A_7C15)
    let width = UInt64(bound.milliseconds)
    return TimeSpan(milliseconds: Int64(word.multipliedFullWidth(by: width).high))
  }
}
