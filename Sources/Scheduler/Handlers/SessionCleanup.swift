// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// Deletes the rows of a table that had expired by the run's scheduled instant.
///
/// The scheduled instant and not the present one is the bound, so that every attempt of a run, and
/// a run that is made up for later, deletes the same rows. What expired since is the next run's.
///
/// 1. A batch is looked for first, without keeping anybody from writing, and deleted then, in one
///    short transaction that looks again: a session that was prolonged in between stays.
/// 2. Where an index of the table begins with the column, it finds the batches; else the table is
///    walked once, in pieces.
enum SessionCleanup {
  /// Runs the handler.
  static func run(_ context: HandlerContext) async throws -> String? {
    let payload = try SessionCleanupPayload.read(context.payload)
    let database = ApplicationDatabase(path: context.path(payload.database))
    let plan = try await database.use { connection in
      try SessionCleanupPlan(payload, before: context.scheduledFor, in: connection)
    }
    var position = SessionCleanupPlan.Position()
    while !position.isAtEnd {
      let before = position
      position = try await database.use { try plan.deleteBatch(from: before, in: $0) }
      let isPause = position.deleted > before.deleted && !position.isAtEnd
      if isPause { try await Task.sleep(for: .milliseconds(payload.pause.milliseconds)) }
    }
    context.log("deleted \(position.deleted) rows of \(payload.table)")
    return "{\"deleted\":\(position.deleted)}"
  }
}

/// What `session-cleanup` is to do.
struct SessionCleanupPayload: HandlerPayload {
  static let keys = ["database", "table", "column", "unit", "batch-size", "pause"]

  /// The database file.
  let database: String
  /// The table whose rows expire.
  let table: String
  /// The column that says when.
  let column: String
  /// How it says so; seconds where nothing else is given.
  let unit: TimeUnit
  /// How many rows one transaction deletes at most: 1 to 100,000, else 500.
  let batchSize: Int
  /// How long others have the database to themselves between two batches: at most a minute, else 10
  /// ms.
  let pause: TimeSpan

  init(from decoder: any Decoder) throws {
    let fields = try Self.fields(of: decoder)
    database = try fields.required("database")
    table = try fields.required("table")
    column = try fields.required("column")
    unit = try fields.word("unit") ?? .seconds
    batchSize = try fields.optional("batch-size") ?? 500
    pause = try fields.timeSpan("pause") ?? TimeSpan(milliseconds: 10)
    guard (1...100_000).contains(batchSize) else {
      throw HandlerError.permanent(
        "payload: \"batch-size\" is \(batchSize); expected: 1 to 100000")
    }
    guard pause <= TimeSpan.minutes(1) else {
      throw HandlerError.permanent("payload: \"pause\" is over a minute")
    }
  }
}

/// One run's statements, checked against the schema.
struct SessionCleanupPlan {
  /// How far a run has come.
  struct Position {
    /// The first row to be looked at, where the table is walked.
    var rowid = Int64.min
    var deleted = 0
    var isAtEnd = false
  }

  /// Rows that are looked at in one piece.
  private static let walkSize = 10_000

  private let batchSize: Int
  private let bound: DatabaseValue
  private let isIndexed: Bool
  private let find: String
  private let walk: String
  private let delete: String
  private let table: String

  init(
    _ payload: SessionCleanupPayload, before instant: Instant, in connection: DatabaseConnection
  ) throws {
    let table = try connection.requiredTable(payload.table)
    let column = TimeColumn(column: try table.required(payload.column), unit: payload.unit)
    guard table.hasRowid, let rowid = Self.rowidName(table) else {
      throw HandlerError.permanent(
        "\"\(table.name)\" is a \(table.kind == "table" ? "table without rowid" : table.kind); "
          + "session-cleanup deletes from ordinary tables only")
    }
    try column.check(in: table, of: connection)
    let hasIndex = try connection.hasIndex(on: column.column, of: table)
    isIndexed = hasIndex && payload.unit != .iso8601
    batchSize = payload.batchSize
    bound = column.value(instant)
    self.table = table.name
    let isExpired = "\(column.sql) < ?1"
    find = "SELECT \(rowid) FROM \(table.sql) WHERE \(isExpired) LIMIT ?2"
    walk = """
      SELECT \(rowid), coalesce(\(isExpired), 0) FROM \(table.sql)
      WHERE \(rowid) >= ?2 ORDER BY \(rowid) LIMIT ?3
      """
    delete = "DELETE FROM \(table.sql) WHERE \(rowid) = ?2 AND \(isExpired)"
  }

  /// Finds a batch, deletes it, and says where to go on.
  func deleteBatch(from position: Position, in connection: DatabaseConnection) throws -> Position {
    var next = position
    let rowids =
      isIndexed
      ? try findBatch(&next, in: connection) : try walkBatch(&next, in: connection)
    guard !rowids.isEmpty else { return next }
    let deleted = try connection.transaction {
      let statement = try connection.prepare(delete)
      return try rowids.reduce(0) {
        try $0 + connection.execute(statement, [bound, .integer($1)])
      }
    }
    next.deleted += deleted
    guard deleted > 0 || next.isAtEnd || !isIndexed else {
      throw HandlerError.permanent(
        "no row of a batch of table \"\(table)\" could be deleted: does a trigger keep them?")
    }
    return next
  }

  private func findBatch(
    _ position: inout Position, in connection: DatabaseConnection
  ) throws -> [Int64] {
    let limit = DatabaseValue.integer(Int64(batchSize))
    let found = try connection.rows(find, [bound, limit]) { $0.integer(0) }
    position.isAtEnd = found.count < batchSize
    return found
  }

  private func walkBatch(
    _ position: inout Position, in connection: DatabaseConnection
  ) throws -> [Int64] {
    let statement = try connection.prepare(walk)
    try statement.bind([bound, .integer(position.rowid), .integer(Int64(Self.walkSize))])
    var seen = 0
    var last = position.rowid
    var expired: [Int64] = []
    while expired.count < batchSize, try statement.step() {
      seen += 1
      last = statement.integer(0)
      if statement.integer(1) == 1 { expired.append(last) }
    }
    let isExhausted = expired.count < batchSize && seen < Self.walkSize
    position.isAtEnd = isExhausted || last == .max
    position.rowid = position.isAtEnd ? last : last + 1
    return expired
  }

  /// The name for the rowid that no column of the table hides.
  private static func rowidName(_ table: DatabaseTable) -> String? {
    ["rowid", "_rowid_", "oid"].first { table.column($0) == nil }
  }
}
