// SPDX-License-Identifier: Apache-2.0

import CSQLite

/// One connection to one file.
///
/// It, and every statement made from it, is used from one thread at a time; it is closed when the
/// last of them is gone.
@safe final class SQLiteConnection {
  let path: String
  private let handle: OpaquePointer

  /// Opens a file that is there.
  init(path: String) throws(StoreError) {
    self.path = path
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW
    let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let handle = unsafe opened else {
      let message = unsafe opened.map { unsafe String(cString: sqlite3_errmsg($0)) }
      unsafe sqlite3_close(opened)
      throw .sqlite(code, message ?? "no memory", path: path, doing: "opening it")
    }
    unsafe self.handle = handle
    _ = unsafe sqlite3_extended_result_codes(handle, 1)
  }

  deinit {
    // All statements hold the connection, so none is left that could keep it from closing.
    unsafe sqlite3_close(handle)
  }

  /// Runs one or more statements that give no rows.
  func execute(_ sql: String) throws(StoreError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code, doing: sql) }
  }

  /// Compiles one statement that is going to be used many times.
  func prepare(_ sql: String) throws(StoreError) -> SQLiteStatement {
    var prepared: OpaquePointer?
    let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
    let code = unsafe sqlite3_prepare_v3(handle, sql, -1, flags, &prepared, nil)
    guard code == SQLITE_OK, let statement = unsafe prepared else { throw error(code, doing: sql) }
    return unsafe SQLiteStatement(statement, sql: sql, connection: self)
  }

  /// The first column of the first row; nil where there is no row.
  func integer(_ sql: String) throws(StoreError) -> Int64? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.integer(0) : nil
  }

  /// The first column of the first row as text.
  func text(_ sql: String) throws(StoreError) -> String? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.text(0) : nil
  }

  /// How many rows the latest statement changed.
  var changedRows: Int { Int(unsafe sqlite3_changes(handle)) }

  /// Whether a transaction is open.
  var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  /// What SQLite says about its latest failure.
  func error(_ code: Int32, doing operation: String) -> StoreError {
    let extended = unsafe sqlite3_extended_errcode(handle)
    let message = unsafe String(cString: sqlite3_errmsg(handle))
    let isLatest = extended & 0xff == code & 0xff
    return .sqlite(isLatest ? extended : code, message, path: path, doing: operation)
  }

  /// Gives the connection to what Swift has no words for, such as hooks.
  func withHandle<Result>(_ body: (OpaquePointer) -> Result) -> Result {
    unsafe body(handle)
  }
}
