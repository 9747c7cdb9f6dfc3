// SPDX-License-Identifier: Apache-2.0

internal import CSQLite
internal import CronParser

/// A connection to a database of the user's, for the shipped handlers.
///
/// Not for two threads at once.
@safe final class DatabaseConnection {
  /// The file as the payload names it.
  let path: String
  private let handle: OpaquePointer
  private let interrupter: DatabaseInterrupter

  /// Opens a database that exists; `patience` is how long a statement waits for another
  /// connection's lock, at most a day.
  init(
    path: String, interrupter: DatabaseInterrupter, patience: TimeSpan = .seconds(5)
  ) throws {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
    let result = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard let opened = unsafe opened else { throw DatabaseFailure(SQLITE_NOMEM, "", path: path) }
    guard result == SQLITE_OK else {
      defer { unsafe sqlite3_close_v2(opened) }
      throw unsafe DatabaseFailure(result, String(cString: sqlite3_errmsg(opened)), path: path)
    }
    self.path = path
    self.interrupter = interrupter
    unsafe handle = opened
    unsafe sqlite3_extended_result_codes(opened, 1)
    let milliseconds = min(max(patience.milliseconds, 0), 86_400_000)
    unsafe sqlite3_busy_timeout(opened, Int32(milliseconds))
    unsafe interrupter.attach(opened)
    // As the schema says it: what refers to a row goes or stays with it.
    try execute("PRAGMA foreign_keys = ON")
  }

  deinit {
    interrupter.detach()
    unsafe sqlite3_close_v2(handle)
  }

  /// Runs a statement to its end; how many rows it changed itself.
  @discardableResult
  func execute(_ sql: String, _ values: [DatabaseValue] = []) throws -> Int {
    let statement = try prepare(sql)
    return try execute(statement, values)
  }

  /// Runs a prepared statement to its end; how many rows it changed itself.
  @discardableResult
  func execute(_ statement: borrowing DatabaseStatement, _ values: [DatabaseValue]) throws -> Int {
    try statement.bind(values)
    while try statement.step() {}
    return unsafe Int(sqlite3_changes(handle))
  }

  /// What `row` makes of each row.
  func rows<Value>(
    _ sql: String, _ values: [DatabaseValue] = [],
    _ row: (borrowing DatabaseStatement) -> Value
  ) throws -> [Value] {
    let statement = try prepare(sql)
    try statement.bind(values)
    var found: [Value] = []
    while try statement.step() { found.append(row(statement)) }
    return found
  }

  /// A statement to be run, perhaps more than once.
  func prepare(_ sql: String) throws -> DatabaseStatement {
    var statement: OpaquePointer?
    let result = unsafe sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard result == SQLITE_OK, let statement = unsafe statement else { throw failure(result) }
    return unsafe DatabaseStatement(statement, of: self)
  }

  /// Writes in one transaction, or not at all.
  func transaction<Value>(_ body: () throws -> Value) throws -> Value {
    try execute("BEGIN IMMEDIATE")
    do {
      let value = try body()
      try execute("COMMIT")
      return value
    } catch {
      // It fails where SQLite has rolled back by itself, and there is no more to do then.
      _ = try? execute("ROLLBACK")
      throw error
    }
  }

  /// The failure that a call has just had.
  func failure(_ code: Int32) -> DatabaseFailure {
    unsafe DatabaseFailure(code, String(cString: sqlite3_errmsg(handle)), path: path)
  }
}

/// A value for a parameter.
enum DatabaseValue: Hashable {
  case integer(Int64)
  case real(Double)
  case text(String)
}

/// A prepared statement, finalised with its owner.
@safe struct DatabaseStatement: ~Copyable {
  private let handle: OpaquePointer
  private let connection: DatabaseConnection

  init(_ handle: OpaquePointer, of connection: DatabaseConnection) {
    unsafe self.handle = unsafe handle
    self.connection = connection
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// Gives the parameters their values, from `?1` on, and begins anew.
  func bind(_ values: [DatabaseValue]) throws {
    unsafe sqlite3_reset(handle)
    for (offset, value) in values.enumerated() {
      let index = Int32(offset + 1)
      let result =
        switch value {
        case .integer(let number): unsafe sqlite3_bind_int64(handle, index, number)
        case .real(let number): unsafe sqlite3_bind_double(handle, index, number)
        case .text(let text): unsafe csqlite_bind_text(handle, index, text, -1)
        }
      guard result == SQLITE_OK else { throw connection.failure(result) }
    }
  }

  /// Goes to the next row; false: there is none.
  func step() throws -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let failure = connection.failure(code)
      unsafe sqlite3_reset(handle)
      throw failure
    }
  }

  /// A column of the row as a whole number; 0 for NULL.
  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

  /// A column of the row as a floating-point number; 0 for NULL.
  func real(_ column: Int32) -> Double { unsafe sqlite3_column_double(handle, column) }

  /// A column of the row as text; empty for NULL.
  func text(_ column: Int32) -> String {
    guard let text = unsafe sqlite3_column_text(handle, column) else { return "" }
    return unsafe String(cString: text)
  }
}

/// A name between double quotes, as SQL wants it.
func quoted(_ name: String) -> String {
  "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
    + "\""
}
