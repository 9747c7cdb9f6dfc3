// SPDX-License-Identifier: Apache-2.0

import CronParser

extension SQLiteSession {
  /// When the newest run was made or last did something.
  func newestStamp() throws(StoreError) -> Instant? {
    let newest = try connection.integer(
      """
      SELECT max(created_at, coalesce(started_at, 0), coalesce(finished_at, 0))
      FROM runs ORDER BY id DESC LIMIT 1
      """)
    return newest.map { Instant(milliseconds: $0) }
  }

  /// The rows of the ledger, newest first.
  func history(_ query: HistoryQuery) throws(StoreError) -> [LedgerRow] {
    guard query.limit > 0 else { return [] }
    var query = query
    if query.onlyDead { query.states = [.failed] }
    let runs = try runRows(query)
    let stretches = query.onlyDead ? [] : try stretchRows(query)
    let folds = query.onlyDead ? [] : try foldRows(query)
    let rows =
      runs.map(LedgerRow.run) + stretches.map(LedgerRow.stretch) + folds.map(LedgerRow.folded)
    return Array(rows.sorted { $0.isListedBefore($1) }.prefix(query.limit))
  }

  func run(_ id: RunID) throws(StoreError) -> Run? {
    statements.run.bind(1, id.rawValue)
    return try onlyRun(statements.run)
  }

  func scheduledRun(of job: JobID, at instant: Instant) throws(StoreError) -> Run? {
    statements.scheduledRun.bind(1, job.rawValue)
    statements.scheduledRun.bind(2, instant.milliseconds)
    return try onlyRun(statements.scheduledRun)
  }

  func earlierAttempts(of id: RunID) throws(StoreError) -> [Attempt] {
    let row = try connection.prepare(
      """
      SELECT number, started_at, finished_at, exit_code, signal, error FROM attempts
      WHERE run = ?1 ORDER BY number
      """)
    row.bind(1, id.rawValue)
    var attempts: [Attempt] = []
    while try row.step() {
      let reader = RowReader(
        row: row, path: connection.path, what: "attempt \(row.integer(0)) of run \(id.rawValue)")
      attempts.append(
        Attempt(
          number: Int(row.integer(0)), startedAt: Instant(milliseconds: row.integer(1)),
          finishedAt: Instant(milliseconds: row.integer(2)),
          exitCode: try reader.optionalInt32(3, "exit code"),
          signal: try reader.optionalInt32(4, "signal"), error: row.text(5)))
    }
    return attempts
  }

  func output(of id: RunID, attempt: Int) throws(StoreError) -> CapturedOutput? {
    let row = try connection.prepare(
      "SELECT head, tail, total FROM outputs WHERE run = ?1 AND attempt = ?2")
    row.bind(1, id.rawValue)
    row.bind(2, Int64(attempt))
    guard try row.step() else { return nil }
    return CapturedOutput(head: row.bytes(0), tail: row.bytes(1), total: Int(row.integer(2)))
  }
}

extension SQLiteSession {
  /// The runs that this rest of a SELECT names.
  func runs(
    from tables: String = "runs", _ clauses: String, bind: (SQLiteStatement) -> Void = { _ in }
  ) throws(StoreError) -> [Run] {
    let row = try connection.prepare("SELECT \(RunRow.columns) FROM \(tables) \(clauses)")
    bind(row)
    var runs: [Run] = []
    while try row.step() { runs.append(try RunRow.read(row, path: connection.path)) }
    return runs
  }

  /// A stretch in the seven columns from `column` on.
  func stretch(in row: SQLiteStatement, from column: Int32) throws(StoreError) -> Stretch {
    let reader = RowReader(
      row: row, path: connection.path, what: "stretch \(row.integer(column))")
    return Stretch(
      id: row.integer(column), job: JobID(row.integer(column + 1)),
      state: try reader.value(column + 2, "state", RunState.init(rawValue:)),
      reason: try reader.value(column + 3, "reason", Reason.init(rawValue:)),
      first: Instant(milliseconds: row.integer(column + 4)),
      last: Instant(milliseconds: row.integer(column + 5)), count: Int(row.integer(column + 6)))
  }

  private func onlyRun(_ statement: SQLiteStatement) throws(StoreError) -> Run? {
    defer { statement.reset() }
    return try statement.step() ? RunRow.read(statement, path: connection.path) : nil
  }

  private func runRows(_ query: HistoryQuery) throws(StoreError) -> [Run] {
    if !query.states.isEmpty, query.states.allSatisfy({ !$0.isFinal }) {
      return try openRuns(query)
    }
    // Each source gives its rows in order, at most as many as are asked for.
    var rows: [Run] = []
    for source in sources(query) {
      let order = "ORDER BY \(source.instant) DESC, \(source.number) DESC LIMIT ?2"
      let clauses =
        "WHERE \(source.condition) AND \(source.instant) BETWEEN ?1 AND ?4 \(states(query)) "
        + order
      rows += try runs(from: source.tables, clauses) {
        bind(query, to: $0)
        if let job = query.job { $0.bind(3, job.rawValue) }
      }
    }
    return rows
  }

  /// A part of the ledger's runs that an index has in order.
  private struct Source {
    var tables = "runs"
    var condition: String
    var instant = "scheduled_for"
    var number = "id"
  }

  private func sources(_ query: HistoryQuery) -> [Source] {
    guard query.job != nil else {
      if query.states == [.failed] { return [Source(condition: "state = 5")] }
      return [Source(condition: "trigger = 0"), Source(condition: "trigger <> 0")]
    }
    return [
      Source(condition: "job = ?3 AND trigger <> 0"),
      // Those not filed yet are few and stand last: all of them are looked through.
      Source(
        tables: "runs NOT INDEXED",
        condition: "id > \(filedThrough) AND job = ?3 AND trigger = 0"),
      Source(
        tables: "job_runs CROSS JOIN runs ON id = run", condition: "filed_job = ?3",
        instant: "filed_for", number: "run"),
    ]
  }

  /// Open runs are few: they are looked up among themselves.
  private func openRuns(_ query: HistoryQuery) throws(StoreError) -> [Run] {
    let job = query.job == nil ? "" : "AND job = ?3"
    return try runs(
      """
      INDEXED BY runs_open WHERE state < 4 AND scheduled_for BETWEEN ?1 AND ?4
      \(states(query)) \(job)
      ORDER BY scheduled_for DESC, id DESC LIMIT ?2
      """
    ) {
      bind(query, to: $0)
      if let job = query.job { $0.bind(3, job.rawValue) }
    }
  }

  private func stretchRows(_ query: HistoryQuery) throws(StoreError) -> [Stretch] {
    let job = query.job == nil ? "" : "AND job = ?3"
    let row = try connection.prepare(
      """
      SELECT id, job, state, reason, first, last, count FROM stretches
      WHERE last BETWEEN ?1 AND ?4 \(states(query)) \(job)
      ORDER BY last DESC, id DESC LIMIT ?2
      """)
    bind(query, to: row)
    if let job = query.job { row.bind(3, job.rawValue) }
    var rows: [Stretch] = []
    while try row.step() { rows.append(try stretch(in: row, from: 0)) }
    return rows
  }

  /// How many failed runs no other run replays.
  func deadLetterCount() throws(StoreError) -> Int {
    Int(try connection.integer("SELECT count(*) FROM runs WHERE state = 5 \(Self.unreplayed)") ?? 0)
  }

  private static let unreplayed =
    "AND id NOT IN (SELECT replay_of FROM runs WHERE replay_of IS NOT NULL)"

  /// Spelt out as numbers, so that SQLite sees where a partial index will do.
  func states(_ query: HistoryQuery) -> String {
    if query.onlyDead { return "AND state = 5 \(Self.unreplayed)" }
    let numbers = query.states.map(\.rawValue).sorted()
    switch numbers.count {
    case 0: return ""
    case 1: return "AND state = \(numbers[0])"
    default:
      let list = numbers.map { String($0) }.joined(separator: ", ")
      return "AND state IN (\(list))"
    }
  }

  func bind(_ query: HistoryQuery, to row: SQLiteStatement) {
    row.bind(1, (query.since ?? .earliest).milliseconds)
    row.bind(2, Int64(query.limit))
    row.bind(4, query.until?.milliseconds ?? .max)
  }
}
