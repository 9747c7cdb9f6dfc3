// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Taking finished rows out of the ledger, and folding them.
extension SQLiteSession {
  /// What never goes, whatever the policy: open runs, dead letters, a replay whose dead letter is
  /// there.
  private static let mayGo = """
    r.state >= 4
      AND (r.state <> 5 OR EXISTS (SELECT 1 FROM runs p WHERE p.replay_of = r.id))
      AND (r.replay_of IS NULL OR NOT EXISTS (SELECT 1 FROM runs o WHERE o.id = r.replay_of))
    """

  func prune(
    _ job: JobID, keeping keep: KeepPolicy, at now: Instant, limit: Int
  ) throws(StoreError) -> Int {
    try maintain { () throws(StoreError) in
      let oldest = now - keep.age
      let runs = try prunableRuns(of: job, keeping: keep.runs, before: oldest, limit: limit)
      try take(runs)
      let rows = try prunableStretches(of: job, before: oldest, limit: limit - runs.count)
      try take(rows)
      return runs.count + rows.count
    }
  }

  func pruneOldest(limit: Int) throws(StoreError) -> Int {
    try maintain { () throws(StoreError) in
      let runs = try runs(
        from: "runs r",
        """
        WHERE \(Self.mayGo) AND NOT EXISTS (
          SELECT 1 FROM jobs j WHERE j.id = r.job
            AND r.id IN (j.latest_run, \(LastEnds.completed), \(LastEnds.failed)))
          AND (r.job <> 0 OR r.id NOT IN (\(Self.lastTasks)))
        ORDER BY r.id LIMIT ?1
        """
      ) { $0.bind(1, Int64(max(0, limit))) }
      try take(runs)
      return runs.count
    }
  }

  /// In bytes, without pages that are free.
  func usedBytes() throws(StoreError) -> Int64 {
    let pages = try connection.integer("PRAGMA page_count") ?? 0
    let free = try connection.integer("PRAGMA freelist_count") ?? 0
    return (pages - free) * (try connection.integer("PRAGMA page_size") ?? 0)
  }

  /// Of enqueued tasks there is no row in `jobs` that knows the last ones.
  private static let lastTasks = ["state = 4", "state = 5", "attempt > 0"].map {
    "coalesce((SELECT max(id) FROM runs WHERE job = 0 AND trigger <> 0 AND \($0)), 0)"
  }.joined(separator: ", ")

  /// A job's runs as the two indexes have them in order.
  private static let runsOfJob = """
    SELECT filed_for AS instant, run AS number FROM job_runs WHERE filed_job = ?1
    UNION ALL
    SELECT scheduled_for, id FROM runs WHERE job = ?1 AND trigger <> 0
    """

  private func prunableRuns(
    of job: JobID, keeping count: Int, before oldest: Instant, limit: Int
  ) throws(StoreError) -> [Run] {
    guard let cut = try oldestKept(of: job, count) else { return [] }
    let last =
      job.rawValue == 0
      ? Self.lastTasks
      : ["latest_run", LastEnds.completed, LastEnds.failed].map {
        "(SELECT \($0) FROM jobs WHERE id = ?1)"
      }.joined(separator: ", ")
    return try runs(
      from: "(\(Self.runsOfJob)) c CROSS JOIN runs r ON r.id = c.number",
      """
      WHERE (c.instant, c.number) < (?2, ?3) AND r.created_at < ?4 AND \(Self.mayGo)
        AND r.id NOT IN (\(last))
      ORDER BY c.instant, c.number LIMIT ?5
      """
    ) {
      $0.bind(1, job.rawValue)
      $0.bind(2, cut.instant)
      $0.bind(3, cut.number)
      $0.bind(4, oldest.milliseconds)
      $0.bind(5, Int64(max(0, limit)))
    }
  }

  /// The place of the oldest of a job's newest `count` runs; nil where it has no more than them.
  private func oldestKept(
    of job: JobID, _ count: Int
  ) throws(StoreError) -> (instant: Int64, number: Int64)? {
    guard count > 0 else { return (.max, .max) }
    let row = try connection.prepare(
      "\(Self.runsOfJob) ORDER BY 1 DESC, 2 DESC LIMIT 1 OFFSET ?2")
    row.bind(1, job.rawValue)
    row.bind(2, Int64(count - 1))
    return try row.step() ? (row.integer(0), row.integer(1)) : nil
  }

  private func prunableStretches(
    of job: JobID, before oldest: Instant, limit: Int
  ) throws(StoreError) -> [Stretch] {
    guard limit > 0 else { return [] }
    let row = try connection.prepare(
      """
      SELECT id, job, state, reason, first, last, count FROM stretches
      WHERE job = ?1 AND last < ?2
        AND id IS NOT (SELECT latest_stretch FROM jobs WHERE id = ?1)
      ORDER BY last, id
      """)
    row.bind(1, job.rawValue)
    row.bind(2, oldest.milliseconds)
    var rows: [Stretch] = []
    while rows.count < limit, try row.step() {
      let found = try stretch(in: row, from: 0)
      if found.isOfOneDay { rows.append(found) }
    }
    return rows
  }

  private func take(_ runs: [Run]) throws(StoreError) {
    guard !runs.isEmpty else { return }
    try fold(runs.map(FoldedRuns.init))
    let filed = try connection.prepare(
      "DELETE FROM job_runs WHERE filed_job = ?1 AND filed_for = ?2 AND run = ?3")
    let others = try ["runs WHERE id", "attempts WHERE run", "outputs WHERE run"].map {
      (rest) throws(StoreError) in try connection.prepare("DELETE FROM \(rest) = ?1")
    }
    for run in runs {
      filed.bind(1, run.job.rawValue)
      filed.bind(2, run.scheduledFor.milliseconds)
      filed.bind(3, run.id.rawValue)
      try filed.run()
      for statement in others {
        statement.bind(1, run.id.rawValue)
        try statement.run()
      }
    }
  }

  private func take(_ rows: [Stretch]) throws(StoreError) {
    guard !rows.isEmpty else { return }
    try fold(rows.map(FoldedRuns.init))
    let delete = try connection.prepare("DELETE FROM stretches WHERE id = ?1")
    for row in rows {
      delete.bind(1, row.id)
      try delete.run()
    }
  }

  private func fold(_ rows: [FoldedRuns]) throws(StoreError) {
    let row = try connection.prepare(
      """
      INSERT INTO folds VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      ON CONFLICT DO UPDATE SET first = min(first, excluded.first),
        last = max(last, excluded.last), count = count + excluded.count
      """)
    for fold in rows {
      row.bind(1, fold.key.job.rawValue)
      row.bind(2, fold.key.day)
      row.bind(3, Int64(fold.key.isScheduled ? 1 : 0))
      row.bind(4, Int64(fold.key.state.rawValue))
      row.bind(5, fold.key.reason.map { Int64($0.rawValue) } ?? -1)
      row.bind(6, fold.first.milliseconds)
      row.bind(7, fold.last.milliseconds)
      row.bind(8, Int64(fold.count))
      try row.run()
    }
  }

  /// Rows that were pruned, newest first.
  func foldRows(_ query: HistoryQuery) throws(StoreError) -> [FoldedRuns] {
    let job = query.job == nil ? "" : "AND job = ?3"
    let row = try connection.prepare(
      """
      SELECT job, day, scheduled, state, reason, first, last, count FROM folds
      WHERE last BETWEEN ?1 AND ?4 \(states(query)) \(job) ORDER BY last DESC LIMIT ?2
      """)
    bind(query, to: row)
    if let job = query.job { row.bind(3, job.rawValue) }
    var rows: [FoldedRuns] = []
    while try row.step() {
      let reader = RowReader(row: row, path: connection.path, what: "a pruned row")
      let reason =
        row.integer(4) < 0 ? nil : try reader.value(4, "reason", Reason.init(rawValue:))
      let key = FoldedRuns.Key(
        job: JobID(row.integer(0)), day: row.integer(1), isScheduled: row.integer(2) != 0,
        state: try reader.value(3, "state", RunState.init(rawValue:)), reason: reason)
      rows.append(
        FoldedRuns(
          key, first: Instant(milliseconds: row.integer(5)),
          last: Instant(milliseconds: row.integer(6)), count: Int(clamping: row.integer(7))))
    }
    return rows
  }
}
