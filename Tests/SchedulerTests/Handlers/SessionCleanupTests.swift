// SPDX-License-Identifier: Apache-2.0

import CronParser
import Support
import Testing

@testable import Scheduler

struct SessionCleanupTests {
  private let task = "session-cleanup"

  private func payload(_ database: TestDatabase, _ more: String = "") -> String {
    """
    {"database":"\(database.path)","table":"sessions","column":"expires_at","pause":"0s"\(more)}
    """
  }

  private func table(_ rows: String, type: String = "", index: Bool = false) throws -> TestDatabase
  {
    try TestDatabase(
      "CREATE TABLE sessions (id INTEGER PRIMARY KEY, expires_at \(type))",
      index ? "CREATE INDEX at ON sessions (expires_at)" : "SELECT 1",
      "INSERT INTO sessions (expires_at) VALUES \(rows)")
  }

  @Test(arguments: [false, true])
  func `rows that expired before the scheduled instant go, others stay`(index: Bool) async throws {
    let database = try table(
      "(1799999999), (1800000000), (1800000001), (NULL), (1799999999.5), (0)", index: index)
    #expect(try await runShipped(task, payload(database)) == "{\"deleted\":3}")
    #expect(
      try database.run("SELECT expires_at FROM sessions ORDER BY id") == [
        "1800000000", "1800000001", "NULL",
      ])
    #expect(try await runShipped(task, payload(database)) == "{\"deleted\":0}")
  }

  @Test func `milliseconds and text are read as they are named`() async throws {
    let numbers = try table("(1799999999999), (1800000000000)")
    let milliseconds = payload(numbers, ",\"unit\":\"milliseconds\"")
    #expect(try await runShipped(task, milliseconds) == "{\"deleted\":1}")
    let texts = try table(
      """
      ('2027-01-15 07:59:59'), ('2027-01-15T08:00:00Z'), ('2027-01-15T08:59:59.999+01:00'),
      ('2027-01-15T09:00:00+01:00'), ('2027-01-15 07:59:59.999'), ('never'), (NULL)
      """, type: "TEXT")
    #expect(
      try await runShipped(task, payload(texts, ",\"unit\":\"iso8601\"")) == "{\"deleted\":3}")
    #expect(try texts.run("SELECT count(*) FROM sessions") == ["4"])
  }

  @Test(arguments: [9, 100, 800, 5_000], [false, true])
  func `batches of any size delete all of them`(size: Int, index: Bool) async throws {
    let database = try TestDatabase(
      "CREATE TABLE sessions (expires_at)",
      index ? "CREATE INDEX at ON sessions (expires_at)" : "SELECT 1",
      """
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
      INSERT INTO sessions
      SELECT CASE i % 3 WHEN 0 THEN 1900000000 + i ELSE 1700000000 + i END FROM n
      """)
    let batches = payload(database, ",\"batch-size\":\(size)")
    #expect(try await runShipped(task, batches) == "{\"deleted\":800}")
    #expect(try database.run("SELECT count(*) FROM sessions") == ["400"])
  }

  @Test func `a table longer than one piece of the walk is walked to its end`() async throws {
    let database = try TestDatabase(
      "CREATE TABLE sessions (expires_at)",
      """
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
      INSERT INTO sessions SELECT 1900000000 FROM n
      """, "INSERT INTO sessions VALUES (1)",
      """
      INSERT INTO sessions (rowid, expires_at)
      VALUES (9223372036854775807, 1), (-9223372036854775808, 1)
      """
    )
    #expect(try await runShipped(task, payload(database)) == "{\"deleted\":3}")
  }

  @Test func `names are quoted and found whatever their case`() async throws {
    let database = try TestDatabase(
      "CREATE TABLE \"we\"\"ird; t\" (\"ex\"\"p\", rowid)",
      "INSERT INTO \"we\"\"ird; t\" VALUES (1, 'x'), (1900000000, 'y')")
    let payload =
      #"{"database":"\#(database.path)","table":"WE\"IRD; T","column":"EX\"P"}"#
    #expect(try await runShipped(task, payload) == "{\"deleted\":1}")
  }

  @Test func `rows that refer to a session go with it where the schema says so`() async throws {
    let database = try table("(1), (1900000000)")
    try database.run(
      """
      CREATE TABLE carts (session REFERENCES sessions (id) ON DELETE CASCADE);
      INSERT INTO carts VALUES (1), (2)
      """)
    #expect(try await runShipped(task, payload(database)) == "{\"deleted\":1}")
    #expect(try database.run("SELECT session FROM carts") == ["2"])
  }

  @Test func `a busy writer is not kept from writing`() async throws {
    let database = try TestDatabase(
      "PRAGMA journal_mode = WAL", "CREATE TABLE sessions (expires_at)",
      """
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO sessions SELECT 1700000000 FROM n
      """)
    async let written = Task.detached {
      for number in 0..<60 {
        try database.run("INSERT INTO sessions VALUES (1900000000 + \(number))")
      }
      return 60
    }.value
    #expect(try await runShipped(task, payload(database)) == "{\"deleted\":20000}")
    #expect(try await written == 60)
    #expect(try database.run("SELECT count(*) FROM sessions") == ["60"])
  }

  @Test func `a task that is cancelled deletes no further`() async throws {
    let database = try table("(1)")
    let payload = payload(database)
    let gate = Gate()
    let run = Task {
      await gate.wait()
      return try await runShipped(task, payload)
    }
    run.cancel()
    gate.open()
    await #expect(throws: CancellationError.self) { try await run.value }
    #expect(try database.run("SELECT count(*) FROM sessions") == ["1"])
  }

  @Test func `rows that a trigger keeps end the run`() async throws {
    let database = try table("(1), (2)", index: true)
    try database.run(
      "CREATE TRIGGER keep BEFORE DELETE ON sessions BEGIN SELECT RAISE(IGNORE); END")
    let text = await permanentError(task, payload(database, ",\"batch-size\":1"))
    #expect(text.contains("does a trigger keep them?"))
  }
}

struct SessionCleanupErrorTests {
  private let task = "session-cleanup"

  private func database(_ rows: String = "(1)") throws -> TestDatabase {
    try TestDatabase(
      "CREATE TABLE sessions (expires_at)", "INSERT INTO sessions VALUES \(rows)",
      "CREATE VIEW a_view AS SELECT * FROM sessions",
      "CREATE TABLE keyed (k PRIMARY KEY, expires_at) WITHOUT ROWID")
  }

  private func error(
    _ database: TestDatabase, table: String = "sessions", column: String = "expires_at",
    _ more: String = ""
  ) async -> String {
    await permanentError(
      task,
      """
      {"database":"\(database.path)","table":"\(table)","column":"\(column)"\(more)}
      """)
  }

  @Test func `a database that is not there is named, and not made`() async throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/no.db"
    let text = await permanentError(
      task, "{\"database\":\"\(path)\",\"table\":\"t\",\"column\":\"c\"}")
    #expect(text.hasPrefix("database \(path): it could not be opened"))
    #expect(await runShell("ls \(folder.path)").output == nil)
  }

  @Test func `a file that is no database is named`() async throws {
    let database = try database()
    _ = await runShell("yes text | head -c 9000 > \(database.path)")
    #expect(await error(database).contains("this is no SQLite database"))
  }

  @Test func `a missing table or column is named with the nearest`() async throws {
    let database = try database()
    #expect(
      await error(database, table: "session")
        == "database \(database.path) has no table \"session\"; did you mean \"sessions\"?; "
        + "it has: a_view, keyed, sessions")
    #expect(
      await error(database, column: "expire_at")
        == "table \"sessions\" has no column \"expire_at\"; did you mean \"expires_at\"?; "
        + "it has: expires_at")
  }

  @Test func `a view and a table without rowid are refused`() async throws {
    let database = try database()
    #expect(await error(database, table: "a_view").contains("is a view"))
    #expect(await error(database, table: "keyed").contains("table without rowid"))
  }

  @Test func `unknown keys, wrong types and values are refused`() async throws {
    let database = try database()
    #expect(
      await error(database, ",\"batchsize\":3").contains(
        "\"batchsize\" is no key of it; did you mean \"batch-size\"?"))
    #expect(await error(database, ",\"batch-size\":\"many\"").contains("has to be a whole number"))
    #expect(await error(database, ",\"batch-size\":0").contains("expected: 1 to 100000"))
    #expect(await error(database, ",\"unit\":\"second\"").contains("did you mean \"seconds\"?"))
    #expect(await error(database, ",\"pause\":\"soon\"").contains("\"pause\""))
    #expect(await error(database, ",\"pause\":\"2h\"").contains("over a minute"))
    #expect(await permanentError(task, "{}") == "payload: \"database\" is missing")
    #expect(await permanentError(task, "[]").hasPrefix("payload: "))
    #expect(await permanentError(task, "{").hasPrefix("payload: "))
  }

  @Test func `a unit that the column contradicts is refused before anything is deleted`()
    async throws
  {
    let seconds = try database("(1700000000)")
    #expect(
      await error(seconds, ",\"unit\":\"milliseconds\"").contains("set unit = \"seconds\""))
    #expect(await error(seconds, ",\"unit\":\"iso8601\"").contains("a number"))
    let texts = try database("('2024-01-01 00:00:00')")
    #expect(await error(texts).contains("set unit = \"iso8601\""))
    #expect(try seconds.run("SELECT count(*) FROM sessions") == ["1"])
    #expect(try texts.run("SELECT count(*) FROM sessions") == ["1"])
  }

  @Test func `a locked database is a failure that may pass`() throws {
    let database = try database()
    let holder = try DatabaseConnection(
      path: database.path, interrupter: DatabaseInterrupter(), patience: .zero)
    let other = try DatabaseConnection(
      path: database.path, interrupter: DatabaseInterrupter(), patience: .zero)
    try holder.execute("BEGIN EXCLUSIVE")
    let failure = #expect(throws: DatabaseFailure.self) {
      try other.transaction { try other.execute("DELETE FROM sessions") }
    }
    #expect(failure?.asHandlerError is DatabaseFailure)
    try holder.execute("ROLLBACK")
    #expect(try other.transaction { try other.execute("DELETE FROM sessions") } == 1)
  }

  @Test func `an interrupted statement is a cancellation`() throws {
    let failure = DatabaseFailure(9, "interrupted", path: "x")
    #expect(failure.asHandlerError is CancellationError)
  }
}
