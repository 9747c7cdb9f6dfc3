// SPDX-License-Identifier: Apache-2.0

import CronParser

extension SQLiteSession {
  /// All that a scheduler needs to go on.
  func load() throws(StoreError) -> StoreSnapshot {
    let meta = try connection.prepare(
      "SELECT tag, boot_key, boot_instant, claimed_after, claimed_through FROM meta")
    guard try meta.step(), let tag = meta.text(0) else {
      throw .damaged(connection.path, "table meta has no row")
    }
    var snapshot = StoreSnapshot(tag: tag)
    snapshot.boot = meta.text(1).map {
      Boot(key: $0, instant: Instant(milliseconds: meta.integer(2)))
    }
    if let after = meta.optionalInteger(3), let through = meta.optionalInteger(4) {
      let span = ClaimedSpan(
        after: Instant(milliseconds: after), through: Instant(milliseconds: through))
      snapshot.claimedAhead = span
      snapshot.claimed = try claimed(in: span)
    }
    snapshot.nextJob = next.job
    snapshot.nextRun = next.run
    snapshot.nextStretch = next.stretch
    snapshot.newestBatch = newestBatch
    snapshot.jobs = try loadJobs()
    snapshot.openRuns = try runs("INDEXED BY runs_open WHERE state < 4 ORDER BY id")
    snapshot.pauses = try loadPauses()
    return snapshot
  }

  /// Each job's newest run that has an attempt.
  func latestRuns() throws(StoreError) -> [JobID: Run] {
    let latest = try runs("WHERE id IN (SELECT latest_run FROM jobs WHERE latest_run > 0)")
    return Dictionary(latest.map { ($0.job, $0) }) { first, _ in first }
  }

  func latestRun(of job: JobID) throws(StoreError) -> Run? {
    try runs("WHERE id = (SELECT latest_run FROM jobs WHERE id = ?1)") {
      $0.bind(1, job.rawValue)
    }.first
  }

  private func loadJobs() throws(StoreError) -> [StoreSnapshot.JobState] {
    let count = try connection.integer("SELECT count(*) FROM jobs") ?? 0
    var jobs: [StoreSnapshot.JobState] = []
    jobs.reserveCapacity(Int(count))
    let row = try connection.prepare(
      """
      SELECT j.id, j.name, j.cursor, j.vanished_at,
        s.id, s.job, s.state, s.reason, s.first, s.last, s.count,
        j.failure_spell, j.completed_at, j.appeared_at
      FROM jobs j LEFT JOIN stretches s ON s.id = j.latest_stretch
      ORDER BY j.id
      """)
    while try row.step() {
      guard let name = row.text(1).flatMap(JobName.init) else {
        throw .damaged(connection.path, "the name of job \(row.integer(0)) is no name")
      }
      jobs.append(
        StoreSnapshot.JobState(
          id: JobID(row.integer(0)), name: name, cursor: Instant(milliseconds: row.integer(2)),
          vanishedAt: row.optionalInteger(3).map(Instant.init(milliseconds:)),
          latestStretch: row.isNull(4) ? nil : try stretch(in: row, from: 4),
          failureSpell: Int(clamping: row.integer(11)),
          completedAt: row.optionalInteger(12).map(Instant.init(milliseconds:)),
          appearedAt: row.optionalInteger(13).map(Instant.init(milliseconds:))))
    }
    return jobs
  }

  private func loadPauses() throws(StoreError) -> [Pause] {
    var pauses: [Pause] = []
    let jobs = try connection.prepare("SELECT since, until, note, job FROM pauses ORDER BY job")
    while try jobs.step() {
      let job = jobs.integer(3)
      pauses.append(pause(of: job == 0 ? .everything : .job(JobID(job)), in: jobs))
    }
    let queues = try connection.prepare(
      "SELECT since, until, note, queue FROM queue_pauses ORDER BY queue")
    while try queues.step() {
      pauses.append(pause(of: .queue(queues.text(3) ?? ""), in: queues))
    }
    return pauses
  }

  private func pause(of target: PauseTarget, in row: SQLiteStatement) -> Pause {
    Pause(
      target, since: Instant(milliseconds: row.integer(0)),
      until: row.optionalInteger(1).map(Instant.init(milliseconds:)), note: row.text(2))
  }

  /// Each version of a job's definition, oldest first.
  func definitions(of job: JobID) throws(StoreError) -> [StoredDefinition] {
    let row = try connection.prepare(
      "SELECT text, fingerprint, since, until FROM definitions WHERE job = ?1 ORDER BY since")
    row.bind(1, job.rawValue)
    var versions: [StoredDefinition] = []
    while try row.step() {
      versions.append(
        StoredDefinition(
          text: row.text(0) ?? "", fingerprint: DefinitionFingerprint(rawValue: row.integer(1)),
          since: Instant(milliseconds: row.integer(2)),
          until: row.optionalInteger(3).map(Instant.init(milliseconds:))))
    }
    return versions
  }

  /// The definitions in force that are not among these.
  func definitionsInForce(
    unlike known: [JobName: DefinitionFingerprint]
  ) throws(StoreError) -> [FormerDefinition] {
    let row = try connection.prepare(
      """
      SELECT j.name, d.fingerprint, d.text FROM jobs j
      LEFT JOIN definitions d ON d.job = j.id AND d.until IS NULL
      WHERE j.vanished_at IS NULL ORDER BY j.id
      """)
    var former: [FormerDefinition] = []
    while try row.step() {
      guard let name = row.text(0).flatMap(JobName.init) else { continue }
      guard let fingerprint = row.optionalInteger(1) else {
        former.append(FormerDefinition(name: name, text: nil))
        continue
      }
      guard known[name]?.rawValue != fingerprint else { continue }
      former.append(FormerDefinition(name: name, text: row.text(2)))
    }
    return former
  }

  /// What the ledger holds of instants after this one.
  func ledgerTail(after instant: Instant) throws(StoreError) -> LedgerTail {
    var tail = LedgerTail()
    tail.claimed = try claimed(in: ClaimedSpan(after: instant, through: .latest))
    let row = try connection.prepare(
      """
      SELECT id, job, state, reason, first, last, count FROM stretches
      WHERE last > ?1 ORDER BY job, first, id
      """)
    row.bind(1, instant.milliseconds)
    while try row.step() { tail.stretches.append(try stretch(in: row, from: 0)) }
    return tail
  }

  private func claimed(in span: ClaimedSpan) throws(StoreError) -> [JobID: Set<Instant>] {
    let row = try connection.prepare(
      """
      SELECT job, scheduled_for FROM runs
      WHERE trigger = 0 AND scheduled_for > ?1 AND scheduled_for <= ?2
      """)
    row.bind(1, span.after.milliseconds)
    row.bind(2, span.through.milliseconds)
    var claimed: [JobID: Set<Instant>] = [:]
    while try row.step() {
      claimed[JobID(row.integer(0)), default: []].insert(Instant(milliseconds: row.integer(1)))
    }
    return claimed
  }

  /// The newest run that was enqueued with this key, or nil.
  func run(withKey key: String) throws(StoreError) -> Run? {
    try runs("WHERE task_key = ?1 ORDER BY id DESC LIMIT 1") { $0.bind(1, key) }.first
  }

  /// Steps of the wall clock, newest first.
  func clockSteps(since: Instant?, limit: Int) throws(StoreError) -> [ClockStep] {
    let row = try connection.prepare(
      "SELECT at, step FROM clock_steps WHERE at >= ?1 ORDER BY id DESC LIMIT ?2")
    row.bind(1, (since ?? .earliest).milliseconds)
    row.bind(2, Int64(max(0, limit)))
    var steps: [ClockStep] = []
    while try row.step() {
      steps.append(
        ClockStep(
          at: Instant(milliseconds: row.integer(0)), by: TimeSpan(milliseconds: row.integer(1))))
    }
    return steps
  }
}
