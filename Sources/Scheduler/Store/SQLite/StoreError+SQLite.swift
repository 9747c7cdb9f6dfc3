// SPDX-License-Identifier: Apache-2.0

import CSQLite

extension StoreError {
  /// What SQLite's result code means to a daemon.
  static func sqlite(
    _ code: Int32, _ message: String, path: String, doing operation: String
  ) -> StoreError {
    let detail = "\(message) (SQLite code \(code), \(operation.prefix(200)))"
    switch code & 0xff {
    case SQLITE_FULL:
      return StoreError(
        .unwritable,
        "there is no room for state file \(path): \(detail). Nothing of it is lost; make room on "
          + "its file system", underlying: code)
    case SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_PERM:
      return StoreError(
        .unwritable,
        "state file \(path) cannot be read or written: \(detail). See to its file system, its "
          + "mode and its owner", underlying: code)
    case SQLITE_CORRUPT, SQLITE_NOTADB:
      return .damaged(path, detail, underlying: code)
    case SQLITE_BUSY, SQLITE_LOCKED:
      return StoreError(
        .held,
        "state file \(path) is open in another process: \(detail). It is for one daemon; look "
          + "at it through `beatctl backup`", underlying: code)
    default:
      return StoreError(.failed, "state file \(path): \(detail)", underlying: code)
    }
  }

  /// Whether a row did not fit a rule of the schema.
  var isConstraint: Bool { underlying & 0xff == SQLITE_CONSTRAINT }

  /// The file holds what Beat never writes.
  static func damaged(_ path: String, _ detail: String, underlying: Int32 = 0) -> StoreError {
    StoreError(
      .corrupt,
      "state file \(path) is damaged: \(detail). It is left as it is; put back a copy made by "
        + "`beatctl backup`, or move it away to begin with an empty one", underlying: underlying)
  }
}
