// SPDX-License-Identifier: Apache-2.0

import CSQLite

/// The application's SQLite database: sessions that expire, and events that are summed up.
@safe final class ApplicationDatabase {
  private let connection: OpaquePointer

  /// What SQLite said when it could not do something.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Opens the database, and makes it and its tables where they are missing.
  ///
  /// - Throws: ``Failure`` where the file cannot be opened or is no database.
  init(path: String) throws(Failure) {
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open(path, &opened)
    guard code == SQLITE_OK, let opened = unsafe opened else {
      let reason = unsafe String(cString: sqlite3_errstr(code))
      throw Failure(description: "cannot open \(path): \(reason)")
    }
    unsafe connection = opened
    unsafe sqlite3_busy_timeout(opened, 5_000)
    try run(
      """
      CREATE TABLE IF NOT EXISTS sessions (
        id INTEGER PRIMARY KEY, user TEXT NOT NULL, expires_at INTEGER NOT NULL);
      CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires_at);
      CREATE TABLE IF NOT EXISTS events (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, amount INTEGER NOT NULL);
      CREATE INDEX IF NOT EXISTS events_by_time ON events (at);
      """)
  }

  deinit { unsafe sqlite3_close(connection) }

  /// Adds a few sessions, which expire within 20 seconds of `now`, and a few events at `now`.
  ///
  /// - Parameter now: seconds since 1970.
  /// - Returns: how many of each.
  /// - Throws: ``Failure``; nothing was added then.
  func addTraffic(now: Int64) throws(Failure) -> (sessions: Int, events: Int) {
    let users = ["ada", "grace", "edsger", "barbara", "tony"].shuffled().prefix(3)
    let kinds = ["order", "order", "order", "refund"]
    let sessions = users.map { "('\($0)', \(now + Int64.random(in: 1...20)))" }
    let events = (0..<Int.random(in: 1...4)).map { _ in
      "(\(now), '\(kinds.randomElement() ?? "order")', \(Int.random(in: 100...9_900)))"
    }
    try run(
      """
      BEGIN IMMEDIATE;
      INSERT INTO sessions (user, expires_at) VALUES \(sessions.joined(separator: ", "));
      INSERT INTO events (at, kind, amount) VALUES \(events.joined(separator: ", "));
      COMMIT;
      """)
    return (sessions.count, events.count)
  }

  private func run(_ sql: String) throws(Failure) {
    let code = unsafe sqlite3_exec(connection, sql, nil, nil, nil)
    guard code == SQLITE_OK else {
      throw Failure(description: unsafe String(cString: sqlite3_errmsg(connection)))
    }
  }
}
