// SPDX-License-Identifier: Apache-2.0

import CSQLite
import CronParser
import Glibc
import Support
import Testing

@testable import Scheduler

@Suite struct SQLiteStoreTests {
  let folder = TemporaryFolder()
  var path: String { folder.path("beat.db") }

  // MARK: One owner

  @Test func `a second store on the file is told who holds it, and touches nothing`() throws {
    let store = try SQLiteStore(path: path)
    try store.commit([.runMade(.made(1, at: 0))], batch: 1)
    let before = folder.read("beat.db")
    let log = folder.read("beat.db-wal")
    let error = try #require(throws: StoreError.self) { try SQLiteStore(path: path) }
    #expect(error.code == .held)
    #expect(error.message.contains("pid \(getpid()), since 20"))
    #expect(error.message.contains("held by \(StateFileLock.name(of: getpid())),"))
    #expect(folder.read("beat.db") == before)
    #expect(folder.read("beat.db-wal") == log)
    store.close()
    _ = try SQLiteStore(path: path)
  }

  @Test func `another name of the file is the same file`() throws {
    symlink(path, folder.path("alias.db"))
    let store = try SQLiteStore(path: path)
    expectFailure(.held) { _ = try SQLiteStore(path: folder.path("alias.db")) }
    #expect(store.path == path)
    #expect(folder.read("alias.db.lock") == nil)
  }

  @Test func `the lock goes with its owner`() throws {
    do { _ = try SQLiteStore(path: path) }
    let store = try SQLiteStore(path: path)
    store.close()
    expectFailure { _ = try store.load() }
    #expect(folder.read("beat.db.lock") == [])
  }

  @Test func `a lock file left by a process that died locks nothing`() throws {
    folder.write(Array("4194304 beatd\n".utf8), to: "beat.db.lock")
    _ = try SQLiteStore(path: path)
  }

  @Test func `a connection of another program is named by nothing more than its lock`() throws {
    _ = try SQLiteStore(path: path)
    let foreign = try SQLiteConnection(path: path)
    try foreign.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE")
    expectFailure(.held) { _ = try SQLiteStore(path: path) }
    try foreign.execute("ROLLBACK")
  }

  // MARK: Which files it takes

  @Test func `a new file is its owner's only, whatever the umask`() throws {
    let store = try SQLiteStore(path: path)
    #expect(folder.mode("beat.db") == 0o600)
    #expect(folder.mode("beat.db-wal") == 0o600)
    #expect(folder.mode("beat.db.lock") == 0o600)
    #expect(folder.read("beat.db-shm") == nil)
    store.close()
  }

  @Test func `an empty file is a new one`() throws {
    folder.write([], to: "beat.db")
    #expect(try SQLiteStore(path: path).load().jobs == [])
  }

  @Test func `a file that is not ours is refused and left as it is`() throws {
    let foreign = folder.path("app.db")
    folder.write([], to: "app.db")
    try SQLiteConnection(path: foreign).execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
    folder.write(Array("* * * * * true\n".utf8), to: "crontab")
    folder.write(Array(repeating: 0, count: 5_000), to: "zeros")
    mkdir(folder.path("folder"), 0o755)
    mkfifo(folder.path("pipe"), 0o644)
    for name in ["app.db", "crontab", "zeros"] {
      let before = folder.read(name)
      expectFailure(.notOurs) { _ = try SQLiteStore(path: folder.path(name)) }
      #expect(folder.read(name) == before)
      #expect(folder.read(name + ".lock") == nil)
      #expect(folder.read(name + "-wal") == nil)
    }
    expectFailure(.notOurs) { _ = try SQLiteStore(path: folder.path("folder")) }
    expectFailure(.notOurs) { _ = try SQLiteStore(path: folder.path("pipe")) }
  }

  @Test func `a folder that is not there is said so`() {
    expectFailure(.unwritable) { _ = try SQLiteStore(path: folder.path("none/beat.db")) }
    expectFailure(.unwritable) { _ = try SQLiteStore(path: "") }
  }

  @Test func `a newer schema is refused, with both versions named`() throws {
    try SQLiteStore(path: path).commit([.runMade(.made(1, at: 0))], batch: 1)
    try SQLiteConnection(path: path).execute("PRAGMA user_version = 7")
    let error = try #require(throws: StoreError.self) { try SQLiteStore(path: path) }
    #expect(error.code == .notOurs)
    #expect(error.message.contains("version 7"))
    #expect(error.message.contains("up to \(Migrations.newest)"))
    try SQLiteConnection(path: path).execute("PRAGMA user_version = \(Migrations.newest)")
    #expect(try SQLiteStore(path: path).run(RunID(1)) != nil)
  }

  // MARK: Damage

  @Test func `a damaged file is refused and kept`() throws {
    try fill(path, runs: 500)
    let sound = try #require(folder.read("beat.db"))
    var broken: [[UInt8]] = [Array(sound.prefix(50)), Array(sound.prefix(9_000))]
    broken.append(Array("X".utf8) + sound.dropFirst())
    for page in [1, 3, 5] {
      var bytes = sound
      for index in 0..<64 { bytes[page * 4_096 + index] = 0xA5 }
      broken.append(bytes)
    }
    for bytes in broken {
      folder.write(bytes, to: "beat.db")
      expectFailure(.corrupt) { _ = try SQLiteStore(path: path) }
      #expect(folder.read("beat.db") == bytes)
    }
    folder.write(sound, to: "beat.db")
    #expect(try SQLiteStore(path: path).load().nextRun == 501)
  }

  @Test func `a byte changed anywhere is found out, or harms nothing that is asked for`() throws {
    try fill(path, runs: 60)
    let sound = try #require(folder.read("beat.db"))
    var random = StoreModelTests.SeededGenerator(seed: 3)
    for _ in 0..<150 {
      var bytes = sound
      let index = Int.random(in: bytes.indices, using: &random)
      bytes[index] ^= UInt8.random(in: 1...255, using: &random)
      folder.write(bytes, to: "beat.db")
      // Whatever it says, it ends in an answer or an error, and never in an empty store.
      do {
        let store = try SQLiteStore(path: path)
        let snapshot = try store.load()
        _ = try store.history(HistoryQuery())
        #expect(snapshot.newestBatch > 0, "byte \(index)")
      } catch {
        #expect([.corrupt, .notOurs, .failed].contains(error.code), "byte \(index): \(error)")
      }
    }
  }

  @Test func `a number that means nothing is damage, not a trap`() throws {
    try fill(path, runs: 3)
    for (edit, undo) in [
      ("UPDATE runs SET state = 77", "UPDATE runs SET state = 4"),
      ("UPDATE runs SET state = -1", "UPDATE runs SET state = 4"),
      ("UPDATE runs SET trigger = 300", "UPDATE runs SET trigger = 0"),
      ("UPDATE runs SET reason = 13", "UPDATE runs SET reason = NULL"),
      ("UPDATE runs SET exit_code = 99999999999", "UPDATE runs SET exit_code = 0"),
    ] {
      let store = try SQLiteStore(path: path)
      try store.connection().execute(edit)
      expectFailure(.corrupt) { _ = try store.run(RunID(1)) }
      expectFailure(.corrupt) { _ = try store.history(HistoryQuery()) }
      try store.connection().execute(undo)
      #expect(try store.run(RunID(1)) != nil)
    }
  }

  @Test func `a log of another file beside a new one is not taken up`() throws {
    do {
      let store = try SQLiteStore(path: folder.path("other.db"))
      try store.commit([.runMade(.made(1, at: 0))], batch: 1)
      folder.write(try #require(folder.read("other.db-wal")), to: "beat.db-wal")
    }
    let store = try SQLiteStore(path: path)
    #expect(try store.run(RunID(1)) == nil)
  }

  @Test func `a file removed or replaced while in use is noticed at the next commit`() throws {
    let store = try SQLiteStore(path: path)
    try store.commit([], batch: 1)
    rename(path, folder.path("moved.db"))
    expectFailure(.corrupt) { try store.commit([], batch: 2) }
    folder.write([], to: "beat.db")
    expectFailure(.corrupt) { try store.commit([], batch: 2) }
    rename(folder.path("moved.db"), path)
    try store.commit([], batch: 2)
  }

  // MARK: What a commit promises

  @Test func `every commit is in the log when it returns`() throws {
    let store = try SQLiteStore(path: path)
    try store.commit([.runMade(.made(1, at: 0))], batch: 1)
    // What a kill would leave behind: the file and the log as they are now.
    folder.write(try #require(folder.read("beat.db")), to: "copy.db")
    folder.write(try #require(folder.read("beat.db-wal")), to: "copy.db-wal")
    let copy = try SQLiteStore(path: folder.path("copy.db"))
    #expect(try copy.run(RunID(1)) == .made(1, at: 0))
    #expect(try copy.newestBatch() == 1)
  }

  @Test func `a log cut anywhere gives the batches before the cut`() throws {
    let store = try SQLiteStore(path: path)
    for batch in Int64(1)...4 {
      try store.commit([.runMade(.made(batch, at: batch))], batch: batch)
    }
    let file = try #require(folder.read("beat.db"))
    let log = try #require(folder.read("beat.db-wal"))
    var newest: Int64 = 0
    for length in stride(from: 0, through: log.count, by: 1_031) {
      folder.write(file, to: "copy.db")
      folder.write(Array(log.prefix(length)), to: "copy.db-wal")
      guard let copy = try? SQLiteStore(path: folder.path("copy.db")) else {
        // Cut before the schema was whole: the file is new.
        Issue.record("cut at \(length)")
        continue
      }
      let batch = try copy.newestBatch()
      #expect(batch >= newest)
      #expect(try copy.load().nextRun == batch + 1)
      newest = batch
    }
    #expect(newest >= 3)
  }

  @Test func `a full disk refuses the batch, and takes it when there is room`() throws {
    let store = try SQLiteStore(path: path)
    try store.commit([.runMade(.made(1, at: 0))], batch: 1)
    let pages = try #require(try store.connection().integer("PRAGMA page_count"))
    _ = try store.connection().integer("PRAGMA max_page_count = \(pages)")
    let big = CapturedOutput(
      head: Array(repeating: 7, count: 32_768), tail: Array(repeating: 8, count: 32_768),
      total: 99_999)
    let batch: [Change] = [
      .runChanged(Run.made(1, at: 0).running()), .output(RunID(1), attempt: 1, big),
    ]
    for _ in 0..<3 { expectFailure(.unwritable) { try store.commit(batch, batch: 2) } }
    #expect(try store.run(RunID(1)) == .made(1, at: 0))
    #expect(try store.newestBatch() == 1)
    _ = try store.connection().integer("PRAGMA max_page_count = 1000000")
    try store.commit(batch, batch: 2)
    #expect(try store.output(of: RunID(1), attempt: 1) == big)
    #expect(try store.connection().text("PRAGMA quick_check") == "ok")
  }

  @Test func `after a commit that failed the file is opened anew and tells what is in it`() throws {
    let store = try SQLiteStore(path: path)
    try store.commit([.runMade(.made(1, at: 0))], batch: 1)
    try store.connection().withHandle { handle in
      // SQLite turns the COMMIT into a failure.
      _ = sqlite3_commit_hook(handle, { _ in 1 }, nil)
    }
    expectFailure(.unknown) { try store.commit([.runMade(.made(2, at: 60))], batch: 2) }
    #expect(try store.newestBatch() == 1)
    #expect(try store.run(RunID(2)) == nil)
    try store.commit([.runMade(.made(2, at: 60))], batch: 2)
    #expect(try store.run(RunID(2)) != nil)
  }

  @Test func `the file is written through, one owner, in write-ahead mode`() throws {
    let connection = try SQLiteStore(path: path).connection()
    #expect(try connection.text("PRAGMA journal_mode") == "wal")
    #expect(try connection.text("PRAGMA locking_mode") == "exclusive")
    #expect(try connection.integer("PRAGMA synchronous") == 2)
    #expect(try connection.integer("PRAGMA application_id") == Migrations.applicationID)
    #expect(try connection.integer("PRAGMA user_version") == Migrations.newest)
  }

  @Test func `closing leaves one file, and nothing in a log`() throws {
    let store = try SQLiteStore(path: path)
    try store.commit([.runMade(.made(1, at: 0))], batch: 1)
    store.close()
    #expect(folder.read("beat.db-wal") == nil)
    #expect(try SQLiteStore(path: path).run(RunID(1)) != nil)
  }

  // MARK: The schema

  @Test func `questions are answered from indexes`() throws {
    let connection = try SQLiteStore(path: path).connection()
    let order = "ORDER BY scheduled_for DESC, id DESC LIMIT 9"
    for (clauses, index) in [
      ("runs INDEXED BY runs_open WHERE state < 4 ORDER BY id", "runs_open"),
      ("runs WHERE trigger = 0 AND scheduled_for >= 1 \(order)", "runs_scheduled"),
      ("runs WHERE trigger <> 0 AND scheduled_for >= 1 \(order)", "runs_unscheduled"),
      (
        "runs WHERE job = 1 AND trigger <> 0 AND scheduled_for >= 1 \(order)",
        "runs_unscheduled_by_job"
      ),
      ("runs WHERE state = 5 AND scheduled_for >= 1 \(order)", "runs_dead"),
      ("runs WHERE job = 1 AND scheduled_for = 2 AND trigger = 0", "runs_scheduled"),
      ("stretches WHERE job = 1 ORDER BY last DESC, id DESC LIMIT 1", "stretches_by_job"),
    ] {
      let lines = try plan("SELECT * FROM \(clauses)", connection)
      // Sorting runs of one instant among themselves is no matter.
      let isSorted = lines.contains("USE TEMP B-TREE FOR ORDER BY")
      #expect(!isSorted || clauses.hasSuffix("ORDER BY id"), "\(clauses): \(lines)")
      #expect(lines.first?.contains("INDEX \(index) ") == true, "\(clauses): \(lines)")
    }
    let filed = try plan(
      """
      SELECT * FROM job_runs CROSS JOIN runs ON id = run WHERE filed_job = 1 AND filed_for >= 1
      ORDER BY filed_for DESC, run DESC LIMIT 9
      """, connection)
    #expect(filed.count == 2 && !filed.contains { $0.contains("TEMP") }, "\(filed)")
  }

  private func plan(_ sql: String, _ connection: SQLiteConnection) throws -> [String] {
    let plan = try connection.prepare("EXPLAIN QUERY PLAN " + sql)
    var lines: [String] = []
    while try plan.step() { lines.append(plan.text(3) ?? "") }
    return lines
  }

  /// Enough runs to be put in order by job several times over, and a rest.
  @Test func `the history of one job is whole, filed or not`() throws {
    let store = try SQLiteStore(path: path)
    var number: Int64 = 0
    var wanted: [Int64: [RunID]] = [:]
    for batch in Int64(1)...22 {
      let runs = (0..<1_000).map { _ in
        number += 1
        return Run.made(number, job: number % 7, at: number * 37 % 50_021)
      }
      // One number is left out, and comes in late.
      let made = runs.filter { $0.id != RunID(4_000) }
      try store.commit(made.map(Change.runMade), batch: batch)
    }
    try store.commit([.runMade(.made(4_000, job: 3, at: 4_000 * 37 % 50_021))], batch: 23)
    for number in 1...number { wanted[number % 7, default: []].append(RunID(number)) }
    #expect(try store.connection().integer("SELECT count(*) FROM job_runs") ?? 0 > 16_000)
    for reopens in [false, true] {
      store.close()
      let store = try SQLiteStore(path: path)
      for (job, ids) in wanted {
        var query = HistoryQuery()
        query.job = JobID(job)
        query.limit = reopens ? 100_000 : 50
        let rows = try store.history(query)
        let sorted = ids.sorted { $0.rawValue * 37 % 50_021 > $1.rawValue * 37 % 50_021 }
        let got = rows.compactMap { if case .run(let run) = $0 { run.id } else { nil } }
        #expect(got == Array(sorted.prefix(query.limit)))
      }
    }
  }

  private func fill(_ path: String, runs: Int64) throws {
    let store = try SQLiteStore(path: path)
    let name = try #require(JobName("fill"))
    try store.commit([.jobAppeared(JobID(1), name, cursor: .at(0))], batch: 1)
    try store.commit(
      (1...runs).map { .runMade(Run.made($0, at: $0).running().ended()) }, batch: 2)
    store.close()
  }
}
