// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// What the ledger held, before a step, of what the step's changes speak of.
struct LedgerBefore {
  private(set) var entries: [JobID: Ledger.Entry] = [:]
  private(set) var runs: [RunID: Run] = [:]
  private(set) var rows: [Int64: Stretch] = [:]
  private(set) var pauses: [PauseTarget: Pause]
  private(set) var violations: [String] = []
  /// Runs of this step that follow from others.
  private var children: Set<Ledger.Child> = []

  init(_ changes: [Change], _ ledger: Ledger) {
    pauses = ledger.pauses
    for change in changes {
      switch change {
      case .runMade(let run):
        keep(run.job, ledger)
        check(run, ledger)
      case .runChanged(let run):
        keep(run.job, ledger)
        runs[run.id] = ledger.runs[run.id]
      case .stretch(let row):
        keep(row.job, ledger)
        if rows[row.id] == nil { rows[row.id] = ledger.row(row.id, of: row.job) }
      case .cursor(let id, _), .failureSpell(let id, _), .jobAppeared(let id, _, _):
        keep(id, ledger)
      default: break
      }
    }
  }

  private mutating func keep(_ id: JobID, _ ledger: Ledger) {
    if entries[id] == nil { entries[id] = ledger.entries[id]?.head }
  }

  private mutating func check(_ run: Run, _ ledger: Ledger) {
    if ledger.runs[run.id] != nil { violations.append("run \(run.id.rawValue) is made twice") }
    let child = run.parent.map { Ledger.Child(parent: $0, job: run.job, trigger: run.trigger) }
    if let child, let parent = run.parent,
      ledger.children.contains(child) || isRepeated(child)
    {
      violations.append("run \(parent.rawValue) has two \(run.trigger.word) runs of one job")
    }
    if run.trigger == .schedule, let other = ledger.entries[run.job]?.scheduled[run.scheduledFor] {
      violations.append(
        "I1 \(run.scheduledFor.rfc3339) has two runs: \(other.rawValue) is the first")
    }
  }

  /// One end may be told to a job as a success and as a recovery, but is followed once.
  private mutating func isRepeated(_ child: Ledger.Child) -> Bool {
    child.trigger == .after && !children.insert(child).inserted
  }

  /// The pauses that held a job.
  func pauses(of id: JobID) -> [Pause] {
    let queue = entries[id]?.job?.rare?.queue ?? "default"
    return [pauses[.everything], pauses[.job(id)], pauses[.queue(queue)]].compactMap(\.self)
  }
}

/// What must hold of every step that the core answers: the ledger's laws.
struct StepLaws {
  private let before: LedgerBefore
  private let after: Ledger
  private let changes: [Change]
  private let wall: Instant
  private let isLoad: Bool
  private(set) var violations: [String]

  /// Holds the changes of a step, answered at `wall`, against the ledger before and after them.
  ///
  /// Where the step is a load, which definitions a notice went by is not known here.
  init(
    _ changes: [Change], before: LedgerBefore, after: Ledger, at wall: Instant, isLoad: Bool
  ) {
    self.isLoad = isLoad
    self.before = before
    self.after = after
    self.changes = changes
    self.wall = wall
    violations = before.violations
    for change in changes { check(change) }
    if !isLoad { checkSpells() }
  }

  private mutating func fail(_ what: String) { violations.append(what) }

  private mutating func check(_ change: Change) {
    switch change {
    case .runMade(let run): checkMade(run)
    case .runChanged(let run): checkChanged(run)
    case .stretch(let row): check(row)
    case .stretchRemoved(let row):
      if !after.wasSetBack { fail("I11 row \(row) is struck out, and no clock was set back") }
    case .cursor(let id, let cursor): checkCursor(id, cursor)
    case .jobAppeared(let id, let name, _):
      if before.entries[id]?.isVanished == false {
        fail("\(name) appears and has been there")
      }
    default: break
    }
  }

  private mutating func checkMade(_ run: Run) {
    checkEnd(of: run, before: nil)
    guard run.trigger == .schedule, let entry = before.entries[run.job] else { return }
    if entry.job?.namesInstants == true,
      let row = after.entries[run.job]?.row(at: run.scheduledFor)
    {
      fail("I1 \(text(run)) has a run and stands in row \(row.id), \(row.reason.word)")
    }
    if run.scheduledFor > wall { fail("I2 \(text(run)) is claimed before its instant") }
    guard entry.job != nil, run.createdAt == wall else { return }
    if !before.pauses(of: run.job).allSatisfy({ isOver($0) }) {
      fail("\(text(run)) is made in a pause")
    }
  }

  /// A pause that ended by itself at an instant before that of this step.
  private func isOver(_ pause: Pause) -> Bool {
    after.pauses[pause.target] == nil || pause.until.map { $0 <= wall } == true
  }

  private mutating func checkChanged(_ run: Run) {
    guard let old = before.runs[run.id] else {
      fail("run \(run.id.rawValue) changes and was not made")
      return
    }
    if old.state.isFinal, run.state != old.state || run.attempt != old.attempt {
      fail("I11 \(text(run)) was \(old.state.word) and becomes \(run.state.word)")
    }
    if run.attempt < old.attempt || run.attempt > old.attempt + 1 {
      fail("I5 \(text(run)) goes from attempt \(old.attempt) to \(run.attempt)")
    }
    if run.startAt != old.startAt { fail("\(text(run)) starts at another instant than claimed") }
    checkEnd(of: run, before: old)
  }

  private mutating func checkEnd(of run: Run, before old: Run?) {
    guard !isLoad, run.state == .completed, old?.state != .completed else { return }
    let name = after.entries[run.job]?.name
    for (id, entry) in after.entries where entry.job?.rare?.after == name {
      guard name != nil, entry.job?.isEnabled == true else { continue }
      if !after.children.contains(.init(parent: run.id, job: id, trigger: .after)) {
        fail("\(text(run)) was completed and \(entry.name) does not follow")
      }
    }
  }

  private mutating func check(_ row: Stretch) {
    guard let entry = after.entries[row.job], after.row(row.id, of: row.job) == row else { return }
    guard let job = before.entries[row.job]?.job ?? entry.job, job.namesInstants else { return }
    let others = entry.rows.filter { $0.id != row.id }
    if let other = others.first(where: { $0.first <= row.last && row.first <= $0.last }) {
      fail("I1 \(entry.name): rows \(other.id) and \(row.id) overlap")
    }
    let old = before.rows[row.id]
    if let old, row.last < old.last { return }
    let from = old.map(\.last) ?? row.first - TimeSpan(milliseconds: 1)
    let (named, claimed) = entry.count(by: job, after: from, through: row.last)
    let added = row.count - (old?.count ?? 0)
    if named < 100_000, named - claimed != added {
      fail(
        "I1 \(entry.name): row \(row.id) grows by \(added) to \(row.last.rfc3339), where "
          + "\(named) are named and \(claimed) have runs")
    }
  }

  /// A cursor passes no instant that nothing stands for.
  private mutating func checkCursor(_ id: JobID, _ cursor: Instant) {
    guard let old = before.entries[id], let new = after.entries[id], new.cursor == cursor else {
      return
    }
    if cursor < old.cursor {
      if !after.wasSetBack, old.job?.times.schedule != .reboot {
        fail("\(old.name): its cursor goes back, and no clock was set back")
      }
      return
    }
    guard let job = old.job, job.isEnabled, job.namesInstants else { return }
    let from = min(old.cursor, cursor)
    if let lost = new.firstUncovered(by: job, after: from, through: min(cursor, wall)) {
      fail("I1 \(old.name): the cursor passes \(lost.rfc3339), which nothing stands for")
    }
  }

  /// A spell of failures is told of once, when it begins and when it ends.
  private mutating func checkSpells() {
    var told: Set<JobID> = []
    for case .runMade(let run) in changes where run.trigger == .hook { told.insert(run.job) }
    for case .failureSpell(let id, let count) in changes {
      guard let entry = after.entries[id], entry.spell == count else { continue }
      let old = before.entries[id]?.spell ?? 0
      if count > old, let limit = entry.job?.rare?.pauseAfter, count >= limit,
        after.pauses[.job(id)] == nil
      {
        fail("\(entry.name): \(count) dead letters in a row, and it is not paused")
      }
      let targets = count == 1 && old == 0 ? entry.job?.rare?.onFailure : []
      for case .job(let name)? in targets?.map(Optional.some) ?? [] {
        guard let target = after.ids[name], after.entries[target]?.job?.isEnabled == true,
          !failedByHook(id)
        else { continue }
        if !told.contains(target) { fail("\(entry.name): \(name) is not told of the failure") }
      }
    }
  }

  /// A run that was brought about by a notice tells nobody.
  private func failedByHook(_ id: JobID) -> Bool {
    changes.contains { change in
      switch change {
      case .runMade(let run), .runChanged(let run):
        run.job == id && run.state == .failed && run.trigger == .hook
      default: false
      }
    }
  }

  private func text(_ run: Run) -> String {
    let name = after.entries[run.job]?.name.text ?? "a task"
    return "run \(run.id.rawValue) of \(name) at \(run.scheduledFor.rfc3339)"
  }
}
