// SPDX-License-Identifier: Apache-2.0

import CSQLite

/// SQLite's online backup of a connection's file into another file.
///
/// What the source's own connection writes meanwhile goes into the copy too. The copy is finished
/// before the source may be closed.
@safe final class SQLiteCopy {
  private let source: SQLiteConnection
  private let target: SQLiteConnection
  private let handle: OpaquePointer

  /// Begins a copy into an empty file.
  init(of source: SQLiteConnection, to path: String) throws(StoreError) {
    self.source = source
    target = try SQLiteConnection(path: path)
    // The file is synced as a whole when it is whole; until then it is nothing.
    try target.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF")
    let target = target
    let begun = unsafe source.withHandle { from in
      unsafe target.withHandle { to in unsafe sqlite3_backup_init(to, "main", from, "main") }
    }
    guard let handle = unsafe begun else {
      throw target.error(SQLITE_ERROR, doing: "beginning a copy")
    }
    unsafe self.handle = handle
  }

  deinit { unsafe sqlite3_backup_finish(handle) }

  /// Copies some pages more.
  func step(pages: Int) throws(StoreError) -> CopyProgress {
    let code = unsafe sqlite3_backup_step(handle, Int32(clamping: pages))
    guard code == SQLITE_OK || code == SQLITE_DONE else {
      throw target.error(code, doing: "copying")
    }
    let total = Int(unsafe sqlite3_backup_pagecount(handle))
    let left = Int(unsafe sqlite3_backup_remaining(handle))
    return CopyProgress(done: total - left, total: total, isWhole: code == SQLITE_DONE)
  }
}

/// The finished file of a copy.
enum CopiedFile {
  /// Looks through the whole copy for damage, and makes it one plain file without a log beside it.
  static func verify(_ path: String) throws(StoreError) {
    let connection = try SQLiteConnection(path: path)
    try connection.execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA cell_size_check = ON")
    let verdict = try connection.text("PRAGMA integrity_check(1)") ?? "no answer"
    guard verdict == "ok" else {
      throw StoreError(.corrupt, "the copy is damaged (\(verdict)), and was not kept")
    }
    guard try connection.text("PRAGMA journal_mode = DELETE") == "delete" else {
      throw StoreError(.failed, "the copy can't be made one file, and was not kept")
    }
  }
}
