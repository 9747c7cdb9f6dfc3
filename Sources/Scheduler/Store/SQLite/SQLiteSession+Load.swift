// SPDX-License-Identifier: Apache-2.0

import CronParser

extension SQLiteSession {
  /// All that a scheduler needs to go on.
  func load() throws(StoreError) -> StoreSnapshot {
    let meta = try connection.prepare("SELECT tag, boot_key, boot_instant FROM meta")
    guard try meta.step(), let tag = meta.text(0) else {
      throw .damaged(connection.path, "table meta has no row")
    }
    var snapshot = StoreSnapshot(tag: tag)
    snapshot.boot = meta.text(1).map {
      Boot(key: $0, instant: Instant(milliseconds: meta.integer(2)))
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
        s.id, s.job, s.state, s.reason, s.first, s.last, s.count
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
          latestStretch: row.isNull(4) ? nil : try stretch(in: row, from: 4)))
    }
    return jobs
  }

  private func loadPauses() throws(StoreError) -> [Pause] {
    var pauses: [Pause] = []
    let row = try connection.prepare("SELECT job, since, until, note FROM pauses ORDER BY job")
    while try row.step() {
      pauses.append(
        Pause(
          job: row.integer(0) == 0 ? nil : JobID(row.integer(0)),
          since: Instant(milliseconds: row.integer(1)),
          until: row.optionalInteger(2).map(Instant.init(milliseconds:)), note: row.text(3)))
    }
    return pauses
  }
}
