// SPDX-License-Identifier: Apache-2.0

import CSQLite

/// A state file from one opening to its closing: the connection, its statements, and what is known
/// of the file's newest batch and next numbers.
final class SQLiteSession {
  let connection: SQLiteConnection
  let statements: SQLiteStatements
  private(set) var newestBatch: Int64
  /// Scheduled runs up to this number are in table `job_runs`.
  private(set) var filedThrough: Int64
  private let file: StateFile.Identity?
  private let log: StateFile.Identity?
  /// The file never becomes shorter than this.
  private var leastSize: Int
  private var counted = CountedRuns()
  private(set) var next: NextNumbers

  /// Opens a file that is ours or empty.
  init(path: String) throws(StoreError) {
    // Clean ends leave no log behind.
    let endedCleanly = StateFile.size(path + "-wal") == 0
    try LogOwnership.check(path)
    connection = try SQLiteConnection(path: path)
    try Self.configure(connection)
    try Self.checkIfCheap(connection, endedCleanly: endedCleanly)
    try Migrations.apply(to: connection)
    statements = try SQLiteStatements(connection)
    file = StateFile.identity(path)
    log = StateFile.identity(path + "-wal")
    leastSize = StateFile.size(path)
    (newestBatch, next, filedThrough) = try Self.readNumbers(connection)
  }

  /// Applies the changes in one transaction.
  func commit(_ changes: [Change], batch: Int64) throws(StoreError) {
    guard batch > newestBatch else {
      throw .batchAlreadyRecorded(batch, newest: newestBatch)
    }
    try checkFiles()
    try statements.begin.run()
    // If the batch fails, what was counted is not known, and is counted again.
    var applier = ChangeApplier(
      statements: statements, connection: connection, next: next, filedThrough: filedThrough,
      counted: counted.takeAll())
    let filed: Int64
    do {
      try applier.apply(changes)
      filed = try fileRuns(before: applier.next.run)
      try writeNumbers(applier.next, filedThrough: filed, batch: batch)
    } catch {
      try rollBack(after: error)
      throw error
    }
    do {
      try statements.commit.run()
    } catch {
      throw try failureOfCommit(error)
    }
    newestBatch = batch
    next = applier.next
    filedThrough = filed
    counted = applier.counted
  }
}

extension SQLiteSession {
  private static func configure(_ connection: SQLiteConnection) throws(StoreError) {
    // Exclusive before WAL: then there is no shared-memory file and no second connection.
    try connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    try connection.execute("PRAGMA synchronous = FULL")
    // A file begins with our mark, before anything else is in it.
    if try connection.integer("PRAGMA page_count") == 0 {
      try connection.execute(
        "BEGIN IMMEDIATE; PRAGMA application_id = \(Migrations.applicationID); COMMIT")
    }
    let mode = try connection.text("PRAGMA journal_mode = WAL")
    guard mode == "wal" else {
      throw StoreError(
        .unwritable,
        "state file \(connection.path) cannot have a write-ahead log: its file system does not "
          + "take one. Put it on a local disk")
    }
    try connection.execute(
      """
      PRAGMA journal_size_limit = 16777216;
      PRAGMA secure_delete = OFF;
      PRAGMA temp_store = MEMORY;
      PRAGMA trusted_schema = OFF;
      PRAGMA cell_size_check = ON;
      """)
  }

  /// Looks through the file for damage, at about 4 ms a MiB: after a clean end only where it is
  /// small, and never where it would hold up the start.
  ///
  /// What is overlooked here comes to light when it is read.
  private static func checkIfCheap(
    _ connection: SQLiteConnection, endedCleanly: Bool
  ) throws(StoreError) {
    let limit = (endedCleanly ? 4 : 64) * 1_024 * 1_024
    guard StateFile.size(connection.path) <= limit else { return }
    let verdict = try connection.text("PRAGMA quick_check(1)") ?? "no answer"
    guard verdict == "ok" else { throw .damaged(connection.path, verdict) }
  }

  private static func readNumbers(
    _ connection: SQLiteConnection
  ) throws(StoreError) -> (newestBatch: Int64, next: NextNumbers, filedThrough: Int64) {
    let row = try connection.prepare(
      "SELECT newest_batch, next_job, next_run, next_stretch, filed_through FROM meta")
    guard try row.step() else { throw .damaged(connection.path, "table meta has no row") }
    let next = NextNumbers(job: row.integer(1), run: row.integer(2), stretch: row.integer(3))
    return (row.integer(0), next, row.integer(4))
  }

  /// Puts the newest scheduled runs into the order by job, once there are enough for it to pay; up
  /// to which number they are in it then.
  ///
  /// No more than a few milliseconds' work, and no more rows to look through for what is not filed.
  private func fileRuns(before next: Int64, atLeast least: Int64 = 8_192) throws(StoreError)
    -> Int64
  {
    let newest = next - 1
    guard newest - filedThrough >= least else { return filedThrough }
    statements.file.bind(1, filedThrough)
    statements.file.bind(2, newest)
    try statements.file.run()
    return newest
  }

  private func writeNumbers(
    _ next: NextNumbers, filedThrough: Int64, batch: Int64
  ) throws(StoreError) {
    let statement = statements.writeNumbers
    statement.bind(1, batch)
    statement.bind(2, next.job)
    statement.bind(3, next.run)
    statement.bind(4, next.stretch)
    statement.bind(5, filedThrough)
    try statement.run()
  }

  /// Sees that the names still stand for the files that are open.
  private func checkFiles() throws(StoreError) {
    let path = connection.path
    guard StateFile.identity(path) == file else {
      throw .damaged(path, "it was removed or replaced while in use")
    }
    let size = StateFile.size(path)
    guard size >= leastSize else { throw .damaged(path, "it was cut short while in use") }
    leastSize = size
    guard StateFile.identity(path + "-wal") != log else { return }
    // The open descriptor still has it: what is written into the file now is not lost.
    try writeBack()
    throw StoreError(
      .unknown, "the log \(path)-wal was removed or replaced while in use; a new one is begun")
  }

  /// Writes the log into the file, syncs both, and empties the log.
  func writeBack() throws(StoreError) {
    let isBusy = try connection.integer("PRAGMA wal_checkpoint(TRUNCATE)") ?? 1
    guard isBusy == 0 else {
      throw StoreError(
        .held, "the log of state file \(connection.path) can't be written back: it is in use")
    }
  }

  /// Changes rows that no batch is about, in a transaction of its own, with every scheduled run in
  /// the order by job.
  func maintain<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
    try checkFiles()
    try statements.begin.run()
    let value: Value
    let filed: Int64
    do {
      filed = try fileRuns(before: next.run, atLeast: 1)
      value = try body()
      try writeNumbers(next, filedThrough: filed, batch: newestBatch)
    } catch {
      try rollBack(after: error)
      throw error
    }
    do {
      try statements.commit.run()
    } catch {
      throw try failureOfCommit(error)
    }
    filedThrough = filed
    return value
  }

  /// Leaves the transaction, which SQLite may have left by itself.
  private func rollBack(after failure: StoreError) throws(StoreError) {
    guard connection.isInTransaction else { return }
    do {
      try statements.rollback.run()
    } catch {
      throw StoreError(
        .unknown, "\(failure.message); and it could not be taken back: \(error.message)",
        underlying: failure.underlying)
    }
  }

  /// What a COMMIT that failed means.
  ///
  /// A full disk is found while the log is written, and a log without the end of a transaction is
  /// without the transaction: that one is known. After any other failure, of a sync above all, the
  /// transaction may be in the file.
  private func failureOfCommit(_ failure: StoreError) throws(StoreError) -> StoreError {
    if failure.code == .unwritable, failure.underlying & 0xff == SQLITE_FULL {
      try rollBack(after: failure)
      return failure
    }
    return StoreError(
      .unknown, "it is not known whether the latest changes are recorded: \(failure.message)",
      underlying: failure.underlying)
  }
}
