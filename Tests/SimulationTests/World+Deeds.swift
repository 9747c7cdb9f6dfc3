// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support

/// What decisions come to.
extension World {
  func perform(_ decision: Decision) {
    switch decision.kind {
    case .advance: daemon.advance(by: span(decision[0]))
    case .suspend: sleep(span(decision[0]), suspended: true)
    case .stall: sleep(span(decision[0]), suspended: false)
    case .step, .to1970, .setRight: setClock(decision)
    case .crash, .start, .reboot, .drain: performLife(decision)
    case .failCommits:
      daemon.faults.failing = (0..<max(1, decision[0])).map { decision[1] >> $0 & 1 == 1 }
    case .storeDown: daemon.faults.downUntil = daemon.now.elapsed + span(decision[0])
    case .storeSlow: daemon.faults.delay = span(decision[0])
    case .edit, .remove, .bringBack, .rename, .reload: performFiles(decision)
    case .probe: probe()
    case .pause, .resume, .trigger, .backfill, .cancel, .enqueue, .replay:
      performCommand(decision)
    }
  }

  private func span(_ milliseconds: Int64) -> TimeSpan { TimeSpan(milliseconds: milliseconds) }

  private func place(_ number: Int64) -> Int { Int(number.magnitude) % jobs.count }

  // MARK: Clocks

  private func sleep(_ span: TimeSpan, suspended: Bool) {
    let now = daemon.now
    daemon.now = Moment(
      wall: now.wall + span, elapsed: now.elapsed + span,
      suspended: TimeSpan(
        milliseconds: now.suspended.milliseconds + (suspended ? span.milliseconds : 0)))
    if daemon.core == nil { daemon.executions.endUnwatched(through: daemon.now.elapsed) }
    daemon.advance(by: .zero)
  }

  private func setClock(_ decision: Decision) {
    let wall = daemon.now.wall
    switch decision.kind {
    case .step: setClock(to: wall + span(decision[0]))
    case .to1970 where wrongBy == .zero:
      let then = Instant.epoch + .hours(24 * decision[0])
      wrongBy = wall - then
      setClock(to: then)
    case .setRight where wrongBy != .zero:
      let right = wall + wrongBy
      wrongBy = .zero
      setClock(to: right)
    default: break
    }
  }

  func setClock(to wall: Instant) {
    let before = daemon.now
    daemon.now = Moment(wall: wall, elapsed: before.elapsed, suspended: before.suspended)
    wasStepped = true
    let isBack = (wall - before.wall).milliseconds <= -1_000
    daemon.handle(.tick, deed: isBack ? .setBack(to: wall) : nil)
  }

  // MARK: Life

  private func performLife(_ decision: Decision) {
    switch decision.kind {
    case .crash:
      guard daemon.core != nil, let point = Daemon.DeathPoint(rawValue: decision[1] % 3) else {
        return
      }
      daemon.death = (decision[0], point, decision[2] == 1)
      if decision[0] == 0, point == .beforeCommit { daemon.die(processesLive: decision[2] == 1) }
    case .start: start()
    case .reboot:
      daemon.die(processesLive: false)
      daemon.executions.lose(processesLive: false) { _ in nil }
      boots += 1
      daemon.now = Moment(
        wall: daemon.now.wall, elapsed: ElapsedTime(milliseconds: 5_000 + Int64(boots)))
      daemon.faults = StoreFaults()
    case .drain:
      guard daemon.core != nil else { return }
      isDraining = true
      daemon.handle(.drain)
      daemon.advance(by: span(decision[0]))
      if daemon.core?.runningCount == 0, daemon.isQuiet { daemon.die(processesLive: true) }
    default: break
    }
  }

  // MARK: Files

  private func performFiles(_ decision: Decision) {
    let place = place(decision[0])
    switch decision.kind {
    case .edit:
      var generator = SeededGenerator(seed: UInt64(bitPattern: decision[1]))
      jobs[place] = draws.edited(jobs[place], &generator)
    case .rename:
      guard !gone.contains(place) else { return }
      jobs[place] = jobs[place].renamed(to: newName(place))
    case .remove: gone.insert(place)
    case .bringBack: gone = []
    default: break
    }
    reload()
  }

  /// A name that no job has had.
  private func newName(_ place: Int) -> JobName {
    var number = 1
    while live.ids[named("job\(place)-\(number)")] != nil
      || jobs[place].name == named("job\(place)-\(number)")
    {
      number += 1
    }
    return named("job\(place)-\(number)")
  }

  /// Reads the files, but for while the ledger is asked what lies after a clock that was set back:
  /// an edit then counts from the edit, and what the old definition named since the step is lost.
  func reload() {
    guard daemon.core != nil, daemon.isQuiet || !live.wasSetBack else { return }
    daemon.handle(.load(JobSet(jobs: defined)), deed: .loaded(defined, at: daemon.now.wall))
  }

  // MARK: Commands

  private func performCommand(_ decision: Decision) {
    guard daemon.core != nil else { return }
    let name = jobs[place(decision[0])].name
    switch decision.kind {
    case .pause:
      let until = decision[1] == 0 ? nil : daemon.now.wall + span(decision[1])
      ask(pause(decision[0], name, until))
    case .resume: ask(resume(decision[0], name, catchUp: decision[1] == 1))
    case .trigger: force(.trigger(name, payload: nil, force: decision[1] == 1), decision[1])
    case .backfill: backfill(name, ago: decision[1], force: decision[2])
    case .cancel:
      let open = live.open.sorted()
      guard !open.isEmpty else { return }
      ask(.cancel(open[Int(decision[0].magnitude) % open.count]))
    case .enqueue: enqueue(decision)
    default:
      let dead = live.runs.values.filter { $0.state == .failed }.max { $0.id < $1.id }
      if let dead, !live.runs.values.contains(where: { $0.replayOf == dead.id }) {
        ask(.replay(dead))
      }
    }
  }

  @discardableResult
  private func ask(_ command: CoreCommand) -> CoreReply? { daemon.handle(.command(command)) }

  private func pause(_ number: Int64, _ name: JobName, _ until: Instant?) -> CoreCommand {
    switch number % 5 {
    case 0: .pause(nil, until: until, note: nil)
    case 1: .pauseQueue(["default", "one", "three"][Int(number / 5) % 3], until: until, note: nil)
    default: .pause(name, until: until, note: nil)
    }
  }

  private func resume(_ number: Int64, _ name: JobName, catchUp: Bool) -> CoreCommand {
    switch number % 5 {
    case 0: .resume(nil, catchUp: catchUp)
    case 1: .resumeQueue(["default", "one", "three"][Int(number / 5) % 3])
    default: .resume(name, catchUp: catchUp)
    }
  }

  /// The run is known to be forced before it is started.
  private func force(_ command: CoreCommand, _ isForced: Int64) {
    if isForced == 1, let next = live.nextRun { forced.insert(next) }
    ask(command)
  }

  private func backfill(_ name: JobName, ago: Int64, force isForced: Int64) {
    guard let job = defined.first(where: { $0.name == name }), let id = live.ids[name] else {
      return
    }
    var instant = daemon.now.wall + span(1)
    for _ in 0...max(0, ago) {
      guard let earlier = job.times.previous(before: instant) else { return }
      instant = earlier
    }
    let earlier = live.entries[id]?.scheduled[instant].flatMap { live.runs[$0] }
    force(.backfill(name, instant, earlier: earlier, force: isForced == 1), isForced)
  }

  private func enqueue(_ decision: Decision) {
    let key = decision[0] == 0 ? nil : "key \(decision[0])"
    let kind = Int(decision[2].magnitude)
    let task = TaskRequest(
      name: "send", priority: kind % 10, retries: kind % 3, queue: [nil, "one", "three"][kind % 3],
      key: key)
    let known = key.flatMap { daemon.store.run(withKey: $0) }
    let isKept =
      known?.finishedAt.map { daemon.now.wall - $0 <= .hours(24) } ?? (known != nil)
    let start = decision[1] == 0 ? nil : daemon.now.wall + span(decision[1])
    ask(.enqueue(task, payload: nil, startAt: start, earlier: isKept ? known?.id : nil))
    guard let key else { return }
    let open = live.open.filter { live.runs[$0]?.task?.key == key }
    if open.count > 1 { fail("two open runs have the key \(key)") }
  }
}

extension Ledger {
  /// The number that the next run gets.
  var nextRun: RunID? { RunID((newestRun?.rawValue ?? 0) + 1) }
}
