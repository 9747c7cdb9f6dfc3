// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// How a column of the user's holds instants.
enum TimeUnit: String, CaseIterable {
  /// Whole or broken seconds since 1970.
  case seconds
  /// Milliseconds since 1970.
  case milliseconds
  /// Text that SQLite's date functions read: `2027-01-15 08:00:00`, `2027-01-15T09:00:00+01:00`;
  /// UTC where no offset is given.
  case iso8601
}

/// A column that holds instants, and the SQL to compare it.
struct TimeColumn {
  let column: DatabaseTable.Column
  let unit: TimeUnit

  /// The column as an expression that compares with ``value(_:)``, NULL where it holds no time.
  var sql: String {
    switch unit {
    case .seconds, .milliseconds: quoted(column.name)
    // SQLite keeps a Julian day as whole milliseconds inside; rounding gives them back exactly.
    case .iso8601: "round((julianday(\(quoted(column.name))) - 2440587.5) * 86400000.0)"
    }
  }

  /// An instant as a value that compares with ``sql``.
  func value(_ instant: Instant) -> DatabaseValue {
    let milliseconds = instant.milliseconds
    guard unit == .seconds else { return .integer(milliseconds) }
    let isWhole = milliseconds % 1_000 == 0
    return isWhole ? .integer(milliseconds / 1_000) : .real(Double(milliseconds) / 1_000)
  }

  /// Looks at one value and refuses a unit that it contradicts: a column read in the wrong unit has
  /// every row long past, or none.
  func check(in table: DatabaseTable, of connection: DatabaseConnection) throws {
    let name = quoted(column.name)
    let sample = try connection.rows(
      """
      SELECT typeof(\(name)), \(name), julianday(\(name)) IS NOT NULL FROM \(table.sql)
      WHERE \(name) IS NOT NULL LIMIT 1
      """
    ) { (type: $0.text(0), number: $0.real(1), text: $0.text(1), isTime: $0.integer(2) == 1) }
    guard let sample = sample.first else { return }
    let isNumber = sample.type == "integer" || sample.type == "real"
    let found = "column \"\(column.name)\" of table \"\(table.name)\" holds \(sample.text)"
    switch unit {
    case .seconds, .milliseconds:
      guard isNumber else {
        throw HandlerError.permanent(
          "\(found), which is no number; for times as text set unit = \"iso8601\"")
      }
      // In milliseconds that would be before 1974, in seconds it is after 1973.
      if unit == .milliseconds, (1e8..<1e11).contains(sample.number) {
        throw HandlerError.permanent("\(found), which looks like seconds; set unit = \"seconds\"")
      }
    case .iso8601:
      guard !isNumber, sample.isTime else {
        let units = "unit = \"seconds\" or \"milliseconds\""
        throw HandlerError.permanent(
          isNumber ? "\(found), a number; set \(units)" : "\(found), which is no ISO 8601 time")
      }
    }
  }
}
