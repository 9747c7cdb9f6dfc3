// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// Sums up the rows of a window into a summary table.
///
/// The window is the last one that was over at the run's scheduled instant, on the clocks of the
/// job's zone. Its rows in the summary table are replaced in one transaction, so that a retry, or a
/// run that is made up for, leaves the same rows as one that went well at once.
enum ReportAggregation {
  /// Runs the handler.
  static func run(_ context: HandlerContext) async throws -> String? {
    let payload = try ReportPayload.read(context.payload)
    let window = ReportWindow(payload.window, completeAt: context.scheduledFor, in: context.zone)
    let database = ApplicationDatabase(path: context.path(payload.database))
    let rows = try await database.use { connection in
      let plan = try ReportPlan(payload, in: connection)
      return try plan.write(window, in: connection)
    }
    let (start, end) = (window.start.rfc3339, window.end.rfc3339)
    context.log("wrote \(rows) rows of \(payload.into) for \(start) to \(end)")
    return "{\"rows\":\(rows),\"window_start\":\"\(start)\",\"window_end\":\"\(end)\"}"
  }
}

/// What `report-aggregation` is to do.
struct ReportPayload: HandlerPayload {
  static let keys = [
    "database", "source", "time", "unit", "window", "into", "aggregates", "group-by",
  ]

  /// The database file.
  let database: String
  /// The table or view whose rows are summed up.
  let source: String
  /// Its column that says when a row came to be.
  let time: String
  /// How it says so; seconds where nothing else is given.
  let unit: TimeUnit
  /// How long a window is.
  let window: ReportWindowLength
  /// The summary table, which is made where it is not there.
  let into: String
  /// The figures: column of the summary table → expression.
  let aggregates: [String: String]
  /// Columns of the source for whose values the figures are taken apart.
  let groupBy: [String]

  init(from decoder: any Decoder) throws {
    let fields = try Self.fields(of: decoder)
    database = try fields.required("database")
    source = try fields.required("source")
    time = try fields.required("time")
    unit = try fields.word("unit") ?? .seconds
    guard let window: ReportWindowLength = try fields.word("window") else {
      throw HandlerError.permanent("payload: \"window\" is missing; expected: minute, hour, day")
    }
    self.window = window
    into = try fields.required("into")
    aggregates = try fields.required("aggregates")
    groupBy = try fields.optional("group-by") ?? []
    guard !aggregates.isEmpty else {
      throw HandlerError.permanent("payload: \"aggregates\" is empty; name at least one figure")
    }
  }
}

/// A report's statements, checked against the schema.
struct ReportPlan {
  private static let windowColumns = ["window_start", "window_end"]

  private let source: DatabaseTable
  private let time: TimeColumn
  private let groups: [DatabaseTable.Column]
  private let aggregates: [ReportAggregate]
  private let into: String
  private let isThere: Bool

  init(_ payload: ReportPayload, in connection: DatabaseConnection) throws {
    source = try connection.requiredTable(payload.source)
    time = TimeColumn(column: try source.required(payload.time), unit: payload.unit)
    groups = try payload.groupBy.map { [source] name in try source.required(name) }
    // In the order of their names: JSON objects have none of their own.
    aggregates = try payload.aggregates.sorted { $0.key < $1.key }.map { [source] in
      try ReportAggregate(name: $0.key, $0.value, over: source)
    }
    let target = try connection.table(payload.into)
    into = target?.name ?? payload.into
    isThere = target != nil
    try checkNames()
    if let target { try check(target) }
    try time.check(in: source, of: connection)
  }

  /// Replaces the window's rows; how many there are now.
  func write(_ window: ReportWindow, in connection: DatabaseConnection) throws -> Int {
    // Summed up into a table of this connection first, so that nobody is kept from writing
    // meanwhile.
    try connection.execute("DROP TABLE IF EXISTS temp.beat_report")
    try connection.execute(
      "CREATE TEMP TABLE beat_report AS \(summary)",
      [time.value(window.start), time.value(window.end)])
    let bounds = [window.start, window.end].map { DatabaseValue.text($0.rfc3339) }
    return try connection.transaction {
      if !isThere { try connection.execute(creation) }
      try connection.execute(
        "DELETE FROM main.\(quoted(into)) WHERE window_start = ?1 AND window_end = ?2", bounds)
      let list = columns.map(quoted).joined(separator: ", ")
      return try connection.execute(
        "INSERT INTO main.\(quoted(into)) (\(list)) SELECT ?1, ?2, * FROM temp.beat_report", bounds)
    }
  }
}

extension ReportPlan {
  private var columns: [String] {
    Self.windowColumns + groups.map(\.name) + aggregates.map(\.name)
  }

  private var summary: String {
    let groupList = groups.map { quoted($0.name) }
    let figures = groupList + aggregates.map { "\($0.sql) AS \(quoted($0.name))" }
    let grouping = groups.isEmpty ? "" : " GROUP BY \(groupList.joined(separator: ", "))"
    return "SELECT \(figures.joined(separator: ", ")) FROM \(source.sql) "
      + "WHERE \(time.sql) >= ?1 AND \(time.sql) < ?2" + grouping
  }

  private var creation: String {
    let bounds = Self.windowColumns.map { "\($0) TEXT NOT NULL" }
    let groupColumns = groups.map { quoted($0.name) }
    let key = (Self.windowColumns + groupColumns).joined(separator: ", ")
    let parts = bounds + groupColumns + aggregates.map { quoted($0.name) } + ["UNIQUE (\(key))"]
    return "CREATE TABLE IF NOT EXISTS main.\(quoted(into)) (\(parts.joined(separator: ", ")))"
  }

  private func checkNames() throws(HandlerError) {
    guard into.lowercased() != source.name.lowercased() else {
      throw .permanent("payload: \"into\" and \"source\" are one table; name another")
    }
    var seen: Set<String> = []
    for name in columns {
      guard !name.isEmpty, !name.utf8.contains(0) else {
        throw .permanent("payload: a figure has an empty name, or one with a NUL byte")
      }
      guard seen.insert(name.lowercased()).inserted else {
        throw .permanent("payload: two columns of \"\(into)\" would be named \"\(name)\"")
      }
    }
  }

  private func check(_ target: DatabaseTable) throws(HandlerError) {
    guard target.kind == "table" else {
      throw .permanent("payload: \"into\" is \"\(target.name)\", a \(target.kind)")
    }
    for name in columns where target.column(name) == nil {
      throw .permanent(
        "table \"\(target.name)\" has no column \"\(name)\": add it, or name a table that is not "
          + "there yet, which is made then")
    }
  }
}
