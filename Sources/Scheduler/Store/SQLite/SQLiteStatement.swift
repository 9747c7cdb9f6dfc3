// SPDX-License-Identifier: Apache-2.0

import CSQLite

/// One compiled statement, bound, stepped and reset many times.
///
/// Parameters and columns count as SQLite counts them: parameters from 1, columns from 0.
@safe final class SQLiteStatement {
  private let handle: OpaquePointer
  private let sql: String
  private let connection: SQLiteConnection
  private var bindFailure: Int32 = SQLITE_OK
  /// Bit n: parameter n is known to be bound to NULL, of the first 63.
  private var nulls: UInt64 = 0

  /// Owns a compiled statement of this connection from now on.
  @unsafe init(_ handle: OpaquePointer, sql: String, connection: SQLiteConnection) {
    unsafe self.handle = handle
    self.sql = sql
    self.connection = connection
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// Takes one step; true where there is a row.
  func step() throws(StoreError) -> Bool {
    guard bindFailure == SQLITE_OK else {
      defer { reset() }
      throw connection.error(bindFailure, doing: sql)
    }
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let error = connection.error(code, doing: sql)
      reset()
      throw error
    }
  }

  /// Runs a statement that gives no rows, and makes it ready for the next use.
  func run() throws(StoreError) {
    _ = try step()
    reset()
  }

  /// Makes the statement ready for the next use.
  ///
  /// What is bound stays bound.
  func reset() {
    bindFailure = SQLITE_OK
    unsafe sqlite3_reset(handle)
  }
}

extension SQLiteStatement {
  func bind(_ index: Int32, _ value: Int64) {
    nulls &= ~bit(index)
    note(unsafe sqlite3_bind_int64(handle, index, value))
  }

  func bind(_ index: Int32, _ value: Int64?) {
    if let value { bind(index, value) } else { bindNull(index) }
  }

  func bind(_ index: Int32, _ text: String?) {
    guard var text else { return bindNull(index) }
    nulls &= ~bit(index)
    // An empty string may have no address, and to SQLite no address is no value.
    guard !text.isEmpty else { return note(unsafe csqlite_bind_text(handle, index, "", 0)) }
    let code = text.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        unsafe csqlite_bind_text(handle, index, characters.baseAddress, length(bytes.count))
      }
    }
    note(code)
  }

  func bind(_ index: Int32, _ bytes: [UInt8]) {
    nulls &= ~bit(index)
    let code = unsafe bytes.withUnsafeBytes { bytes in
      unsafe csqlite_bind_blob(handle, index, bytes.baseAddress, length(bytes.count))
    }
    note(bytes.isEmpty ? unsafe sqlite3_bind_zeroblob(handle, index, 0) : code)
  }

  /// Nothing to do where it is NULL from the last time, as most columns of a run are.
  func bindNull(_ index: Int32) {
    guard nulls & bit(index) == 0 else { return }
    nulls |= bit(index)
    note(unsafe sqlite3_bind_null(handle, index))
  }

  /// 0 for a parameter beyond the 63rd.
  private func bit(_ index: Int32) -> UInt64 { 1 << UInt64(UInt32(bitPattern: index)) }

  private func note(_ code: Int32) { if code != SQLITE_OK { bindFailure = code } }

  /// A length for SQLite, which refuses what is too long for it.
  private func length(_ count: Int) -> Int32 { Int32(clamping: count) }
}

extension SQLiteStatement {
  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  func text(_ column: Int32) -> String? {
    guard let bytes = unsafe sqlite3_column_text(handle, column) else { return nil }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  func bytes(_ column: Int32) -> [UInt8] {
    guard let bytes = unsafe sqlite3_column_blob(handle, column) else { return [] }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
  }
}
