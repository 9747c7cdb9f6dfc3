// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// A plain model of what is remembered: built from the changes that the core asks for, and from
/// what the world did.
///
/// There are two in a world: one of what was answered, and one of what is durable, which the first
/// falls back to when the daemon dies.
struct Ledger {
  /// A definition that stood from one instant to another.
  struct Span {
    let job: Job
    let after: Instant
    var through: Instant
  }

  /// What is known of one job.
  struct Entry {
    var name: JobName
    var cursor: Instant
    var isVanished = false
    var spell = 0
    /// The definition in force.
    var job: Job?
    /// Instants after this one, as far as the definition in force names them, are accounted for.
    var since: Instant
    /// What stood before the definition in force.
    var spans: [Span] = []
    var rows: [Stretch] = []
    var scheduled: [Instant: RunID] = [:]
  }

  /// A run that follows from another: at most one for a parent, a job and a trigger.
  struct Child: Hashable {
    let parent: RunID
    let job: JobID
    let trigger: Trigger
  }

  var entries: [JobID: Entry] = [:]
  var ids: [JobName: JobID] = [:]
  var runs: [RunID: Run] = [:]
  var open: Set<RunID> = []
  var newestRun: RunID?
  var children: Set<Child> = []
  var pauses: [PauseTarget: Pause] = [:]
  /// The wall clock was set back at some time.
  var wasSetBack = false

  /// Takes over what a change says.
  mutating func apply(_ change: Change) {
    switch change {
    case .jobAppeared(let id, let name, let cursor):
      var entry = entries[id] ?? Entry(name: name, cursor: cursor, since: cursor)
      entry.cursor = cursor
      entry.isVanished = false
      entries[id] = entry
      ids[name] = id
    case .jobVanished(let id, _): entries[id]?.isVanished = true
    case .defined: break
    case .jobRenamed(let id, let name):
      if let old = entries[id]?.name { ids[old] = nil }
      ids[name] = id
      entries[id]?.name = name
    case .failureSpell(let id, let count): entries[id]?.spell = count
    case .cursor(let id, let instant): entries[id]?.cursor = instant
    case .runMade(let run):
      put(run)
      if run.trigger == .schedule { entries[run.job]?.scheduled[run.scheduledFor] = run.id }
      if let parent = run.parent {
        children.insert(Child(parent: parent, job: run.job, trigger: run.trigger))
      }
    case .runChanged(let run): put(run)
    case .stretch(let row): place(row)
    case .stretchRemoved(let id): remove(row: id)
    case .paused(let pause): pauses[pause.target] = pause
    case .resumed(let target): pauses[target] = nil
    case .attemptEnded, .output, .completed, .clockStepped, .claimedAhead, .boot: break
    }
  }

  private mutating func put(_ run: Run) {
    newestRun = max(newestRun ?? run.id, run.id)
    runs[run.id] = run
    if run.state.isFinal { open.remove(run.id) } else { open.insert(run.id) }
  }

  private mutating func place(_ row: Stretch) {
    guard var rows = entries[row.job]?.rows else { return }
    entries[row.job]?.rows = []
    if let index = rows.lastIndex(where: { $0.id == row.id }) {
      rows[index] = row
    } else {
      rows.append(row)
    }
    entries[row.job]?.rows = rows
  }

  private mutating func remove(row: Int64) {
    for (id, entry) in entries where entry.rows.contains(where: { $0.id == row }) {
      entries[id]?.rows.removeAll { $0.id == row }
    }
  }

  func row(_ id: Int64, of job: JobID) -> Stretch? {
    entries[job]?.rows.last { $0.id == id }
  }

  /// The pauses that hold a job.
  func pauses(of id: JobID) -> [Pause] {
    let queue = entries[id]?.job?.rare?.queue ?? "default"
    return [pauses[.everything], pauses[.job(id)], pauses[.queue(queue)]].compactMap(\.self)
  }

  // MARK: What the world did

  /// Takes over what the world did.
  mutating func apply(_ deed: Deed) {
    switch deed {
    case .loaded(let jobs, let wall): load(jobs, at: wall)
    case .setBack(let wall): setBack(to: wall)
    }
  }

  /// What the world did that decides what is to be accounted for.
  enum Deed {
    /// These definitions stand from now on.
    case loaded([Job], at: Instant)
    /// The wall clock was set back to here.
    case setBack(to: Instant)
  }

  /// After the changes of the load: every name has its number.
  private mutating func load(_ jobs: [Job], at wall: Instant) {
    var standing: Set<JobID> = []
    for job in jobs {
      guard let id = ids[job.name] else { continue }
      standing.insert(id)
      let before = entries[id]?.job
      guard before?.times != job.times || before?.isEnabled != job.isEnabled else {
        entries[id]?.job = job
        continue
      }
      endSpan(of: id, at: wall)
      entries[id]?.job = job
      entries[id]?.since = wall
    }
    for id in entries.keys where !standing.contains(id) {
      endSpan(of: id, at: wall)
      entries[id]?.job = nil
    }
  }

  private mutating func endSpan(of id: JobID, at wall: Instant) {
    guard let entry = entries[id], let job = entry.job, job.isEnabled, job.namesInstants else {
      return
    }
    entries[id]?.spans.append(Span(job: job, after: entry.since, through: wall))
  }

  private mutating func setBack(to wall: Instant) {
    wasSetBack = true
    for (id, entry) in entries {
      entries[id]?.since = min(entry.since, wall)
      var spans = entry.spans.filter { $0.after < wall }
      for index in spans.indices { spans[index].through = min(spans[index].through, wall) }
      entries[id]?.spans = spans
    }
  }

  /// Ends what stands, so that everything that is to be accounted for is in spans.
  mutating func close(at wall: Instant) {
    for id in entries.keys {
      endSpan(of: id, at: wall)
      entries[id]?.job = nil
    }
  }
}

extension Ledger.Entry {
  /// The row that covers an instant.
  func row(at instant: Instant) -> Stretch? {
    rows.last { $0.first <= instant && instant <= $0.last }
  }

  /// The first instant in (after, through] that a definition names and nothing stands for.
  func firstUncovered(by job: Job, after: Instant, through: Instant) -> Instant? {
    var last = after
    while let next = job.times.next(after: last), next <= through {
      if scheduled[next] != nil {
        last = next
      } else if let row = row(at: next) {
        last = min(row.last, through)
      } else {
        return next
      }
    }
    return nil
  }

  /// How many instants in (after, through] a definition names, and how many of them have a run.
  func count(by job: Job, after: Instant, through: Instant) -> (named: Int, claimed: Int) {
    var count = (named: 0, claimed: 0)
    var last = after
    while count.named < 100_000, let next = job.times.next(after: last), next <= through {
      count.named += 1
      if scheduled[next] != nil { count.claimed += 1 }
      last = next
    }
    return count
  }

  /// What is known of the job but for its rows and runs: small to keep.
  var head: Ledger.Entry {
    var head = self
    head.rows = []
    head.scheduled = [:]
    return head
  }
}
