// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What can be asked of a scheduler. Answers hold what is durable.
extension JobScheduler {
  /// A job and its newest run.
  public struct JobReport: Sendable {
    /// The definition and where it stands.
    public let view: JobView
    /// The newest run that has an attempt.
    public let latest: Run?
  }

  /// How things stand as a whole.
  public struct Overview: Sendable {
    /// Every job.
    public let views: [JobView]
    /// Runs by open state.
    public let open: [RunState: Int]
    /// Dead letters that wait for somebody.
    public let dead: Int
    /// The pause of everything.
    public let pause: Pause?
    /// The queues, `default` first, then by name.
    public let queues: [QueueView]
    /// What is wrong with the store at present.
    public let storeTrouble: StoreError?
  }

  /// A row of the ledger, with its job's name.
  public struct NamedRow: Sendable {
    /// Whose row.
    public let job: JobName
    /// The row.
    public let row: LedgerRow
  }

  /// What an attempt of a run printed, from a byte on.
  public struct OutputPiece: Sendable {
    /// The run.
    public let run: Run
    /// Which attempt printed it.
    public let attempt: Int
    /// The bytes.
    public let bytes: [UInt8]
    /// Where the bytes begin; beyond what was asked for where what lay between is gone.
    public let start: Int
    /// How many bytes the attempt printed so far.
    public let total: Int
    /// True where the attempt is under way.
    public let isRunning: Bool
  }

  /// How things stand.
  public func overview() async throws -> Overview {
    await settled()
    let dead = try await stores.read { try $0.deadLetterCount() }
    return Overview(
      views: core.jobViews(), open: core.openCounts(), dead: dead, pause: core.globalPause,
      queues: core.queueViews, storeTrouble: storeTrouble)
  }

  /// Every job with its newest run, by name.
  public func jobs() async throws -> [JobReport] {
    await settled()
    let latest = try await stores.read { try $0.latestRuns() }
    return core.jobViews().map { JobReport(view: $0, latest: latest[$0.id]) }
  }

  /// How many jobs are defined, and when something is next to be looked at.
  public func outlook() -> (jobs: Int, next: Instant?) {
    (core.definedCount, core.nextWallDeadline)
  }

  /// Before the first load: what stood when the last daemon ended, but for what is as these jobs
  /// say.
  public func formerDefinitions(unlike jobs: [Job]) async throws -> [FormerDefinition] {
    try await stores.read { store in
      var writer = DefinitionWriter()
      var known: [JobName: DefinitionFingerprint] = [:]
      known.reserveCapacity(jobs.count)
      for job in jobs { known[job.name] = writer.write(job) }
      return try store.definitionsInForce(unlike: known)
    }
  }

  /// When jobs are due next; those for which nothing is to come are not in it.
  public func nextInstants(of names: [JobName]) -> [JobName: Instant] {
    var instants: [JobName: Instant] = [:]
    for name in names { instants[name] = core.jobView(name)?.next }
    return instants
  }

  /// The definitions in force.
  public func definitions() -> [Job] { core.definitions }

  /// One job with its newest run, or nil.
  public func job(_ name: JobName) async throws -> JobReport? {
    await settled()
    guard let view = core.jobView(name) else { return nil }
    let latest = try await stores.read { try $0.latestRun(of: view.id) }
    return JobReport(view: view, latest: latest)
  }

  /// Rows of the ledger, newest first; nil where there never was such a job.
  public func history(of name: JobName?, _ query: HistoryQuery) async throws -> [NamedRow]? {
    await settled()
    var query = query
    if let name {
      guard let id = core.id(of: name) else { return nil }
      query.job = id
    }
    let asked = query
    let rows = try await stores.read { try $0.history(asked) }
    return rows.compactMap { row in core.name(of: row).map { NamedRow(job: $0, row: row) } }
  }

  /// Steps of the wall clock in the time that rows of the ledger span, newest first, at most as
  /// many as the rows were asked for.
  ///
  /// Where the rows are all that there are, that time begins where the query does.
  public func clockSteps(
    among rows: [NamedRow], _ query: HistoryQuery
  ) async throws -> [ClockStep] {
    var since = query.since
    if rows.count >= query.limit, let oldest = rows.last?.row.instant {
      since = max(oldest, query.since ?? oldest)
    }
    let asked = since
    return try await stores.read { try $0.clockSteps(since: asked, limit: query.limit) }
  }

  /// A run by its name or number, or nil.
  public func run(_ text: String) async throws -> (job: JobName, run: Run)? {
    guard let id = RunID(text: text, tag: tag) else { return nil }
    await settled()
    guard let run = try await stores.read({ try $0.run(id) }),
      let name = core.name(of: .run(run))
    else { return nil }
    return (name, run)
  }

  /// The attempts of a run before its latest, oldest first.
  public func earlierAttempts(of id: RunID) async throws -> [Attempt] {
    try await stores.read { try $0.earlierAttempts(of: id) }
  }

  /// Waits until the run is over, or for `patience`.
  public func waitForEnd(of id: RunID, patience: TimeSpan) async {
    takeEvents()
    await settled()
    guard core.isOpen(id) else { return }
    await wait(for: .ended, of: id, patience: patience)
  }

  /// What an attempt (nil: the latest) of a run printed from byte `offset` on; where there is
  /// nothing new and the attempt goes on, waits for it, for `patience` at most.
  ///
  /// Nil where there is no such run or attempt.
  public func output(
    of id: RunID, attempt: Int?, from offset: Int, patience: TimeSpan
  ) async throws -> OutputPiece? {
    takeEvents()
    await settled()
    let events = waiters.beginLooking(for: .printed, of: id)
    let found: Result<OutputPiece?, any Error>
    do {
      found = .success(try await piece(id, attempt, from: offset))
    } catch {
      found = .failure(error)
    }
    // What came while the store was read has woken nobody.
    let isStale = waiters.endLooking(for: .printed, of: id, since: events)
    guard let piece = try found.get() else { return nil }
    let isLatest = attempt == nil || attempt == piece.run.attempt
    guard piece.bytes.isEmpty, isLatest, core.isOpen(id), patience > .zero else { return piece }
    if !isStale { await wait(for: .printed, of: id, patience: patience) }
    await settled()
    return try await self.piece(id, attempt, from: offset)
  }

  private func piece(
    _ id: RunID, _ attempt: Int?, from offset: Int
  ) async throws -> OutputPiece? {
    let live = executor.output(of: id, from: offset)
    return try await stores.read { store in
      guard let run = try store.run(id) else { return nil }
      let number = attempt ?? max(run.attempt, live?.attempt ?? 0)
      guard number <= max(run.attempt, live?.attempt ?? 0) else { return nil }
      if let live, live.attempt == number {
        return OutputPiece(
          run: run, attempt: number, bytes: live.bytes, start: live.start, total: live.end,
          isRunning: true)
      }
      let kept = try store.output(of: id, attempt: number)
      let piece = kept?.piece(from: offset) ?? (bytes: [], start: 0)
      return OutputPiece(
        run: run, attempt: number, bytes: piece.bytes, start: piece.start,
        total: kept?.total ?? 0, isRunning: run.state == .running && run.attempt == number)
    }
  }
}

extension CapturedOutput {
  /// What is kept from byte `offset` on, and where it begins.
  func piece(from offset: Int) -> (bytes: [UInt8], start: Int) {
    let from = max(0, offset)
    let tailStart = total - tail.count
    if from < head.count {
      let rest = omitted == 0 ? head[from...] + tail : head[from...]
      return (Array(rest), from)
    }
    let start = max(from, tailStart)
    guard start < total else { return ([], total) }
    return (Array(tail[(start - tailStart)...]), start)
  }
}
