// SPDX-License-Identifier: Apache-2.0

internal import CSQLite

/// What SQLite refused, in a database of the user's.
struct DatabaseFailure: Error, Hashable, CustomStringConvertible {
  /// SQLite's extended result code.
  let code: Int32
  /// SQLite's own words.
  let message: String
  /// The file as the payload names it.
  let path: String

  init(_ code: Int32, _ message: String, path: String) {
    (self.code, self.message, self.path) = (code, message, path)
  }

  var description: String { "database \(path): \(message) (SQLite \(code))" }

  /// The error to be thrown to the executor: another attempt may find a lock gone or room on the
  /// disk, but no file where there was none.
  var asHandlerError: any Error {
    switch code & 0xFF {
    case SQLITE_CANTOPEN:
      HandlerError.permanent(
        "database \(path): it could not be opened: it is not there, or may not be read and written "
          + "(a relative path begins where beatd was started)")
    case SQLITE_NOTADB: HandlerError.permanent("database \(path): this is no SQLite database")
    case SQLITE_ERROR, SQLITE_CORRUPT, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_MISUSE:
      HandlerError.permanent(description)
    case SQLITE_INTERRUPT: CancellationError()
    default: self
    }
  }
}
