// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Writes the changes of one batch, inside a transaction that its owner begins and ends.
///
/// What is written twice in a batch is written once: a run as the last change leaves it, a job's
/// cursor together with its latest run.
struct ChangeApplier {
  private struct JobEdit {
    var cursor: Int64?
    var latestRun: Int64 = 0
    var lastCompleted: Int64 = 0
    var lastFailed: Int64 = 0
  }

  private let statements: SQLiteStatements
  private let connection: SQLiteConnection
  private(set) var next: NextNumbers
  private(set) var counted: CountedRuns
  private let filedThrough: Int64
  private var definitions = DefinitionWriter()
  private var edits: [JobID: JobEdit] = [:]
  /// Which `runChanged` of a run is the one to write; -1 where the run was written as it was made.
  private var lastChanges: [RunID: Int] = [:]

  init(
    statements: SQLiteStatements, connection: SQLiteConnection, next: NextNumbers,
    filedThrough: Int64, counted: consuming CountedRuns
  ) {
    self.statements = statements
    self.connection = connection
    self.next = next
    self.filedThrough = filedThrough
    self.counted = counted
  }

  mutating func apply(_ changes: [Change]) throws(StoreError) {
    findLastChanges(changes)
    for (index, change) in changes.enumerated() { try apply(change, at: index, of: changes) }
    try writeEdits()
  }

  private mutating func apply(
    _ change: Change, at index: Int, of changes: [Change]
  ) throws(StoreError) {
    switch change {
    case .jobAppeared(let id, let name, let cursor):
      try appear(id, name, cursor: cursor.milliseconds)
    case .jobVanished(let id, let instant):
      try writeEdits()
      statements.vanishJob.bind(1, id.rawValue)
      statements.vanishJob.bind(2, instant.milliseconds)
      try statements.vanishJob.run()
      guard connection.changedRows > 0 else { throw .unknownJob(id) }
      try endDefinition(of: id, at: instant)
    case .defined(let id, let job, let instant): try define(id, job, at: instant)
    case .jobRenamed(let id, let name): try rename(id, name)
    case .failureSpell(let id, let count):
      statements.writeSpell.bind(1, id.rawValue)
      statements.writeSpell.bind(2, Int64(count))
      try statements.writeSpell.run()
      guard connection.changedRows > 0 else { throw .unknownJob(id) }
    case .completed(let id, let instant):
      statements.writeCompletion.bind(1, id.rawValue)
      statements.writeCompletion.bind(2, instant.milliseconds)
      try statements.writeCompletion.run()
      guard connection.changedRows > 0 else { throw .unknownJob(id) }
    case .cursor(let id, let instant): edits[id, default: JobEdit()].cursor = instant.milliseconds
    case .runMade(let run): try make(run, at: index, of: changes)
    case .runChanged(let run):
      if let last = lastChanges[run.id], last != index { return }
      try rewrite(run)
    case .attemptEnded(let id, let attempt): try write(attempt, of: id)
    case .output(let id, let attempt, let output): try write(output, of: id, attempt: attempt)
    case .stretch(let stretch): try write(stretch)
    case .stretchRemoved(let id): try removeStretch(id)
    case .paused(let pause): try write(pause)
    case .resumed(let target): try resume(target)
    case .clockStepped(let step):
      statements.insertClockStep.bind(1, step.at.milliseconds)
      statements.insertClockStep.bind(2, step.by.milliseconds)
      try statements.insertClockStep.run()
    case .claimedAhead(let span):
      statements.writeClaimed.bind(1, span?.after.milliseconds)
      statements.writeClaimed.bind(2, span?.through.milliseconds)
      try statements.writeClaimed.run()
    case .boot(let boot):
      statements.writeBoot.bind(1, boot.key)
      statements.writeBoot.bind(2, boot.instant.milliseconds)
      try statements.writeBoot.run()
    }
  }
}

extension ChangeApplier {
  private mutating func appear(
    _ id: JobID, _ name: JobName, cursor: Int64
  ) throws(StoreError) {
    try writeEdits()
    statements.insertJob.bind(1, id.rawValue)
    statements.insertJob.bind(2, name.text)
    statements.insertJob.bind(3, cursor)
    do {
      try statements.insertJob.run()
    } catch {
      throw error.isConstraint ? .jobRenumbered(id, name) : error
    }
    guard connection.changedRows > 0 else { throw .jobRenumbered(id, name) }
    next.count(job: id.rawValue)
  }

  /// Writes what has come together for jobs.
  private mutating func writeEdits() throws(StoreError) {
    guard !edits.isEmpty else { return }
    for (id, edit) in edits {
      if let cursor = edit.cursor {
        statements.moveJob.bind(1, id.rawValue)
        statements.moveJob.bind(2, cursor)
        statements.moveJob.bind(3, edit.latestRun)
        statements.moveJob.bind(4, edit.lastCompleted)
        statements.moveJob.bind(5, edit.lastFailed)
        try statements.moveJob.run()
        guard connection.changedRows > 0 else { throw .unknownJob(id) }
      } else {
        statements.startJob.bind(1, id.rawValue)
        statements.startJob.bind(2, edit.latestRun)
        statements.startJob.bind(3, edit.lastCompleted)
        statements.startJob.bind(4, edit.lastFailed)
        try statements.startJob.run()
      }
    }
    edits.removeAll(keepingCapacity: true)
  }

  private mutating func findLastChanges(_ changes: [Change]) {
    var newest: Int64 = .min
    var isAscending = true
    for change in changes {
      guard let run = change.run?.id.rawValue else { continue }
      isAscending = isAscending && run > newest
      newest = run
    }
    guard !isAscending else { return }
    for (index, change) in changes.enumerated() {
      switch change {
      case .runChanged(let run): lastChanges[run.id] = index
      // Changed before it was made: without shortcuts SQLite finds the mistake.
      case .runMade(let run) where lastChanges[run.id] != nil: return lastChanges.removeAll()
      default: break
      }
    }
  }

  private mutating func make(
    _ made: Run, at index: Int, of changes: [Change]
  ) throws(StoreError) {
    var run = made
    if let last = lastChanges[made.id], last > index, let changed = changes[last].run {
      run = changed.keepingIdentity(of: made)
      lastChanges[made.id] = -1
    }
    RunRow.bindAll(run, to: statements.insertRun)
    do {
      try statements.insertRun.run()
    } catch {
      throw error.isConstraint ? .runMadeTwice(made) : error
    }
    next.count(run: run.id.rawValue)
    if run.id.rawValue <= filedThrough, run.trigger == .schedule { try fileLate(run) }
    noteAttempt(of: run)
  }

  /// Files a run whose number is lower than those that have been filed.
  private func fileLate(_ run: Run) throws(StoreError) {
    statements.fileLate.bind(1, run.job.rawValue)
    statements.fileLate.bind(2, run.scheduledFor.milliseconds)
    statements.fileLate.bind(3, run.id.rawValue)
    try statements.fileLate.run()
  }

  private mutating func rewrite(_ run: Run) throws(StoreError) {
    RunRow.bindProgress(run, to: statements.updateRun)
    try statements.updateRun.run()
    guard connection.changedRows > 0 else { throw .unknownRun(run.id) }
    noteAttempt(of: run)
  }

  private mutating func noteAttempt(of run: Run) {
    noteEnd(of: run)
    guard counted.isNew(run) else { return }
    let latest = edits[run.job, default: JobEdit()].latestRun
    edits[run.job, default: JobEdit()].latestRun = max(latest, run.id.rawValue)
  }
}

extension ChangeApplier {
  private mutating func noteEnd(of run: Run) {
    let number = run.id.rawValue
    switch run.state {
    case .completed:
      edits[run.job, default: JobEdit()].lastCompleted = max(
        number, edits[run.job]?.lastCompleted ?? 0)
    case .failed:
      edits[run.job, default: JobEdit()].lastFailed = max(number, edits[run.job]?.lastFailed ?? 0)
    default: break
    }
  }

  private func write(_ attempt: Attempt, of id: RunID) throws(StoreError) {
    let row = statements.insertAttempt
    row.bind(1, id.rawValue)
    row.bind(2, Int64(attempt.number))
    row.bind(3, attempt.startedAt.milliseconds)
    row.bind(4, attempt.finishedAt.milliseconds)
    row.bind(5, attempt.exitCode.map(Int64.init))
    row.bind(6, attempt.signal.map(Int64.init))
    row.bind(7, attempt.error)
    try row.run()
  }

  private func write(
    _ output: CapturedOutput, of id: RunID, attempt: Int
  ) throws(StoreError) {
    guard output.total > 0 else { return }
    let row = statements.insertOutput
    row.bind(1, id.rawValue)
    row.bind(2, Int64(attempt))
    row.bind(3, output.head)
    row.bind(4, output.tail)
    row.bind(5, Int64(output.total))
    try row.run()
  }

  private mutating func write(_ stretch: Stretch) throws(StoreError) {
    let row = statements.insertStretch
    row.bind(1, stretch.id)
    row.bind(2, stretch.job.rawValue)
    row.bind(3, Int64(stretch.state.rawValue))
    row.bind(4, Int64(stretch.reason.rawValue))
    row.bind(5, stretch.first.milliseconds)
    row.bind(6, stretch.last.milliseconds)
    row.bind(7, Int64(stretch.count))
    try row.run()
    statements.noteStretch.bind(1, stretch.job.rawValue)
    try statements.noteStretch.run()
    next.count(stretch: stretch.id)
  }

  private mutating func define(
    _ id: JobID, _ job: Job, at instant: Instant
  ) throws(StoreError) {
    try endDefinition(of: id, at: instant)
    let fingerprint = definitions.write(job)
    let row = statements.insertDefinition
    row.bind(1, id.rawValue)
    row.bind(2, instant.milliseconds)
    row.bind(3, fingerprint.rawValue)
    row.bind(4, definitions.text)
    try row.run()
  }

  private func endDefinition(of id: JobID, at instant: Instant) throws(StoreError) {
    statements.endDefinition.bind(1, id.rawValue)
    statements.endDefinition.bind(2, instant.milliseconds)
    try statements.endDefinition.run()
  }

  private func removeStretch(_ id: Int64) throws(StoreError) {
    let row = statements.deleteStretch
    row.bind(1, id)
    let job = try row.step() ? row.integer(0) : nil
    row.reset()
    guard let job else { return }
    statements.noteStretch.bind(1, job)
    try statements.noteStretch.run()
  }

  private mutating func rename(_ id: JobID, _ name: JobName) throws(StoreError) {
    try writeEdits()
    statements.renameJob.bind(1, id.rawValue)
    statements.renameJob.bind(2, name.text)
    do {
      try statements.renameJob.run()
    } catch {
      throw error.isConstraint ? .jobRenumbered(id, name) : error
    }
    guard connection.changedRows > 0 else { throw .unknownJob(id) }
  }

  private func resume(_ target: PauseTarget) throws(StoreError) {
    switch target {
    case .everything: try deletePause(0)
    case .job(let id): try deletePause(id.rawValue)
    case .queue(let name):
      statements.deleteQueuePause.bind(1, name)
      try statements.deleteQueuePause.run()
    }
  }

  private func deletePause(_ job: Int64) throws(StoreError) {
    statements.deletePause.bind(1, job)
    try statements.deletePause.run()
  }

  private func write(_ pause: Pause) throws(StoreError) {
    let row: SQLiteStatement
    switch pause.target {
    case .everything:
      row = statements.insertPause
      row.bind(1, Int64(0))
    case .job(let id):
      row = statements.insertPause
      row.bind(1, id.rawValue)
    case .queue(let name):
      row = statements.insertQueuePause
      row.bind(1, name)
    }
    row.bind(2, pause.since.milliseconds)
    row.bind(3, pause.until?.milliseconds)
    row.bind(4, pause.note)
    try row.run()
  }
}

extension Change {
  /// The run that is made or changed.
  fileprivate var run: Run? {
    switch self {
    case .runMade(let run), .runChanged(let run): run
    default: nil
    }
  }
}
