// SPDX-License-Identifier: Apache-2.0

internal import CSQLite

public import CronParser

/// A store in one SQLite file, for one process at a time.
///
/// Invariants:
/// 1. While the store lives it holds `PATH.lock` and one connection, and no other process opens the
///    file. (SQLite before 3.51.3 can lose data where two connections write one WAL.)
/// 2. A commit that returned is in the write-ahead log, and the log is synced.
/// 3. A file that is not ours, is newer, or is damaged is refused and left as it is.
/// 4. After a commit of which SQLite cannot say what became, no statement of that connection is
///    used: the file is opened anew, synced, and tells.
/// 5. A log that does not belong to the file is refused, and one that is removed while in use is
///    made again from what the file descriptor still holds.
/// 6. As long as there is room, `PATH.ballast` holds some of it for when there is none.
///
/// A store is used from one thread at a time.
public final class SQLiteStore: Store {
  /// The file, with symbolic links followed.
  public let path: String

  private var lock: StateFileLock?
  private var session: SQLiteSession?
  /// Whether the file has to be synced before anything that it says is believed.
  private var isInDoubt = false
  private let ballast: Ballast
  /// Commits until the ballast is looked after once more.
  private var commitsToBallast = ballastInterval
  private static let ballastInterval = 1_000
  /// Holds the session's connection: it has to go before the file is opened anew.
  private var copy: SQLiteCopy?

  /// Opens a state file, or makes one where there is none or an empty file.
  ///
  /// - Throws: ``StoreError``: `.held` where another process has the file, and who; `.notOurs`;
  ///   `.corrupt`; `.unwritable`. The file is then as it was.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - allowingNetwork: whether it may lie on a network file system, where nothing that is said
  ///     above holds but by the grace of the server.
  public init(path: String, allowingNetwork: Bool = false) throws(StoreError) {
    self.path = try StateFile.resolve(path)
    if !allowingNetwork { try StateFile.refuseNetwork(self.path) }
    ballast = Ballast(stateFile: self.path)
    let lock = try StateFileLock(stateFile: self.path)
    do {
      try StateFile.prepare(self.path)
    } catch {
      lock.leaveNoTrace()
      throw error
    }
    session = try Self.open(self.path)
    self.lock = lock
    ballast.lay()
  }

  /// Returns when no program but Beat's own, such as a `sqlite3` that somebody left open, has the
  /// file open in a transaction.
  ///
  /// Blocks its thread for as long; not to be called by a process that has the file open.
  public static func waitForOthers(path: String) {
    guard let path = try? StateFile.resolve(path) else { return }
    StateFile.waitForLocks(path)
  }

  /// Writes the log back into the file, closes it, and lets go of the lock.
  ///
  /// Nothing can be done with the store afterwards.
  public func close() {
    copy = nil
    session = nil
    lock = nil
  }

  /// All that a scheduler needs to go on where the last one stopped.
  public func load() throws(StoreError) -> StoreSnapshot { try live().load() }

  /// Applies the changes in their order, in one transaction; all or nothing.
  public func commit(_ changes: [Change], batch: Int64) throws(StoreError) {
    guard let failure = failureOfCommit(changes, batch: batch) else {
      lookAfterBallast()
      return
    }
    reopen(after: failure)
    throw giveRoom(after: failure)
  }

  /// The number of the newest durable batch, 0 in a new store.
  public func newestBatch() throws(StoreError) -> Int64 { try live().newestBatch }

  /// The rows of the ledger, newest first.
  public func history(_ query: HistoryQuery) throws(StoreError) -> [LedgerRow] {
    try live().history(query)
  }

  /// One run, or nil.
  public func run(_ id: RunID) throws(StoreError) -> Run? { try live().run(id) }

  /// The run of an instant that a job's schedule named, or nil.
  public func scheduledRun(of job: JobID, at instant: Instant) throws(StoreError) -> Run? {
    try live().scheduledRun(of: job, at: instant)
  }

  /// The attempts of a run before its latest, oldest first.
  public func earlierAttempts(of id: RunID) throws(StoreError) -> [Attempt] {
    try live().earlierAttempts(of: id)
  }

  /// What an attempt printed; nil where it printed nothing.
  public func output(of id: RunID, attempt: Int) throws(StoreError) -> CapturedOutput? {
    try live().output(of: id, attempt: attempt)
  }

  /// Each job's newest run that has an attempt, of any trigger.
  public func latestRuns() throws(StoreError) -> [JobID: Run] { try live().latestRuns() }

  /// One job's newest run that has an attempt, or nil.
  public func latestRun(of job: JobID) throws(StoreError) -> Run? {
    try live().latestRun(of: job)
  }

  /// How many failed runs have not been replayed.
  public func deadLetterCount() throws(StoreError) -> Int { try live().deadLetterCount() }

  /// Each version of a job's definition, oldest first.
  public func definitions(of job: JobID) throws(StoreError) -> [StoredDefinition] {
    try live().definitions(of: job)
  }

  /// The definitions in force, of jobs that have not gone away, that are not among these.
  public func definitionsInForce(
    unlike known: [JobName: DefinitionFingerprint]
  ) throws(StoreError) -> [FormerDefinition] {
    try live().definitionsInForce(unlike: known)
  }

  /// What the ledger holds of instants after this one.
  public func ledgerTail(after instant: Instant) throws(StoreError) -> LedgerTail {
    try live().ledgerTail(after: instant)
  }

  /// The newest run that was enqueued with this key, or nil.
  public func run(withKey key: String) throws(StoreError) -> Run? {
    try live().run(withKey: key)
  }

  /// Takes finished rows of a job out that `keep` does not hold, and folds them.
  public func prune(
    _ job: JobID, keeping keep: KeepPolicy, at now: Instant, limit: Int
  ) throws(StoreError) -> Int {
    try maintaining { session throws(StoreError) in
      try session.prune(job, keeping: keep, at: now, limit: limit)
    }
  }

  /// Takes the oldest finished rows of all jobs out, and folds them.
  public func pruneOldest(limit: Int) throws(StoreError) -> Int {
    try maintaining { session throws(StoreError) in try session.pruneOldest(limit: limit) }
  }

  /// How much of the disk what is remembered takes, in bytes.
  public func usedBytes() throws(StoreError) -> Int64 { try live().usedBytes() }

  /// When the newest run was made or last did something: the clock stood there once; nil in a
  /// store without a run.
  public func newestStamp() throws(StoreError) -> Instant? { try live().newestStamp() }

  /// Steps of the wall clock at or after an instant (nil: all), newest first, at most `limit`.
  public func clockSteps(since: Instant?, limit: Int) throws(StoreError) -> [ClockStep] {
    try live().clockSteps(since: since, limit: limit)
  }

  /// The connection, for what only tests do with it.
  func connection() throws(StoreError) -> SQLiteConnection { try live().connection }
}

extension SQLiteStore: CopyingStore {
  /// Begins a copy into a new file at `path`, which must not be there.
  public func beginCopy(at path: String) throws(StoreError) {
    copy = nil
    try StateFile.makeEmpty(path)
    copy = try SQLiteCopy(of: try live().connection, to: path)
  }

  /// Copies at most `pages` pages.
  public func continueCopy(pages: Int) throws(StoreError) -> CopyProgress {
    guard let copy else {
      throw StoreError(.failed, "the copy was broken off: the state file was opened anew")
    }
    do {
      let progress = try copy.step(pages: pages)
      if progress.isWhole { self.copy = nil }
      return progress
    } catch {
      self.copy = nil
      throw error
    }
  }

  /// Gives a copy up that is not whole.
  public func abandonCopy() { copy = nil }
}

extension SQLiteStore {
  /// The open session; opened anew where an unknown commit closed it and it could not be opened
  /// then.
  private func live() throws(StoreError) -> SQLiteSession {
    if let session { return session }
    guard lock != nil else { throw StoreError(.failed, "state file \(path) was closed") }
    let opened = try SQLiteSession(path: path)
    if isInDoubt {
      try opened.writeBack()
      isInDoubt = false
    }
    session = opened
    return opened
  }

  /// A session; where SQLite finds the file locked, with the name of who has it.
  private static func open(_ path: String) throws(StoreError) -> SQLiteSession {
    do {
      return try SQLiteSession(path: path)
    } catch {
      guard error.code == .held, let holder = StateFile.lockHolder(path) else { throw error }
      throw StoreError(
        .held,
        "state file \(path) is open in \(holder): it is for one daemon. End that one first; look "
          + "at the file through `beatctl backup`", underlying: error.underlying)
    }
  }

  /// After a commit of which nobody knows what became, the file is opened anew.
  ///
  /// What is read then may be in the kernel's memory only, for it is a sync that failed. So the log
  /// is written back and both files are synced, before the file is asked anything.
  private func reopen(after failure: StoreError) {
    guard failure.code == .unknown else { return }
    isInDoubt = true
    // First let go of the old connection, or the new one would find the file held.
    copy = nil
    session = nil
    _ = try? live()
  }

  /// On a full disk the ballast is given back, so that the next try has room.
  private func giveRoom(after failure: StoreError) -> StoreError {
    guard failure.underlying & 0xff == SQLITE_FULL, ballast.release() else { return failure }
    commitsToBallast = Self.ballastInterval
    // What the log holds goes into the file, and the log's own room is free.
    try? session?.writeBack()
    return StoreError(
      failure.code,
      failure.message + ". The \(ballast.size >> 20) MiB kept back for this are given up to go on",
      underlying: failure.underlying)
  }

  /// Every now and then, the ballast is laid anew where there is room again.
  private func lookAfterBallast() {
    commitsToBallast -= 1
    guard commitsToBallast <= 0 else { return }
    commitsToBallast = Self.ballastInterval
    ballast.lay()
  }

  private func maintaining(
    _ body: (SQLiteSession) throws(StoreError) -> Int
  ) throws(StoreError) -> Int {
    let result = Result { () throws(StoreError) in try body(try live()) }
    if case .failure(let failure) = result {
      reopen(after: failure)
      throw giveRoom(after: failure)
    }
    return try result.get()
  }

  /// In a function of its own, so that nobody but `session` keeps the session when it returns.
  private func failureOfCommit(
    _ changes: [Change], batch: Int64
  ) -> StoreError? {
    do {
      try live().commit(changes, batch: batch)
      return nil
    } catch {
      return error
    }
  }
}
