// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Holding what the schedules named against the ledger.
extension JobScheduler {
  /// What an audit found.
  public struct AuditReport: Sendable {
    /// The instants after this one were held against the ledger; nil: of no job.
    public internal(set) var since: Instant?
    /// The last instant that had to be accounted for.
    public let through: Instant
    /// How many jobs were looked at.
    public internal(set) var jobs = 0
    /// How many instants were held against the ledger.
    public internal(set) var checked = 0
    /// What does not agree, by job, of those that have any.
    public internal(set) var findings: [(job: JobName, finding: AuditFinding)] = []
    /// Jobs of which the ledger holds more than is looked at in one go: only what is newer was.
    public internal(set) var shortened: [JobName] = []
  }

  /// Rows that are read at a time, so that commits do not wait for long.
  private static let page = 5_000
  /// Rows of a job that are looked at.
  private static let limit = 3_000_000

  /// Audits every job: each instant that its schedule named since its definition was read, or since
  /// `since` where that is later, must be accounted for.
  ///
  /// - Parameters:
  ///   - since: only instants after this one; nil: as far back as definitions are kept.
  ///   - zones: where the zones of earlier definitions are found.
  ///   - defaultZone: the zone of jobs that name none.
  /// - Returns: what does not agree, and how much was looked at.
  /// - Throws: ``StoreError`` where the ledger can't be read.
  /// - Complexity: that of reading the ledger, in pieces between which commits go on.
  public func audit(
    since: Instant?, zones: ZoneDirectory = ZoneDirectory(), defaultZone: Zone = .utc
  ) async throws -> AuditReport {
    var report = AuditReport(through: SystemClock.read().wall)
    // What is due by now has its row before anybody looks for it.
    submit(.tick)
    let targets = core.auditTargets(at: report.through)
    await settled()
    let steps = try await stores.read { try $0.clockSteps(since: nil, limit: 10_000) }
    for target in targets {
      let spans = try await spans(of: target, zones, defaultZone)
      guard let first = spans.first else { continue }
      let from = max(first.since, since ?? first.since)
      var found = try await audit(target, spans, steps, from: from)
      if !found.audit.findings.isEmpty {
        // What is pruned while it is read may be overlooked, once.
        found = try await audit(target, spans, steps, from: from)
      }
      if found.from > from { report.shortened.append(target.name) }
      report.jobs += 1
      report.checked += found.audit.checked
      report.since = min(report.since ?? found.from, found.from)
      report.findings += found.audit.findings.map { (target.name, $0) }
    }
    return report
  }

  /// Audits a job from an instant on, or from a later one, before which the ledger holds too much.
  private func audit(
    _ target: AuditTarget, _ spans: [AuditSpan], _ steps: [ClockStep], from: Instant
  ) async throws -> (audit: JobAudit, from: Instant) {
    let found = try await ledger(of: target.id, after: from)
    let audit = LedgerAuditor.audit(
      spans, ledger: found.ledger, steps: steps, from: found.from, through: target.through)
    return (audit, found.from)
  }

  /// The definitions of a job, oldest first: those that are kept, and that can be read; else the
  /// one in force, from when on it is known to stand.
  private func spans(
    of target: AuditTarget, _ zones: ZoneDirectory, _ defaultZone: Zone
  ) async throws -> [AuditSpan] {
    let id = target.id
    let kept = try await stores.read { try $0.definitions(of: id) }
    let read = kept.compactMap { kept -> AuditSpan? in
      guard
        let job = try? DefinitionText.parse(kept.text, zones: zones, defaultZone: defaultZone)
      else { return nil }
      return AuditSpan(
        times: job.times, isEnabled: job.options.value.enabled, since: kept.since,
        until: kept.until)
    }
    if !read.isEmpty { return read.sorted { $0.since < $1.since } }
    return [
      AuditSpan(
        times: target.job.times, isEnabled: target.job.options.value.enabled,
        since: definedSince(target.name), until: nil)
    ]
  }

  /// What is remembered of a job after an instant, or after a later one where that is too much.
  private func ledger(
    of job: JobID, after instant: Instant
  ) async throws -> (ledger: JobLedger, from: Instant) {
    var ledger = JobLedger()
    var query = HistoryQuery()
    query.job = job
    query.since = instant
    query.limit = Self.page
    var count = 0
    while true {
      let asked = query
      let rows = try await stores.read { try $0.history(asked) }
      guard rows.count == query.limit, let last = rows.last?.instant else {
        ledger.take(rows)
        return (ledger, instant)
      }
      // Rows of the page's last instant may go on in the next page: they are read there.
      let whole = rows.prefix { $0.instant != last }
      guard !whole.isEmpty else {
        query.limit *= 2
        continue
      }
      ledger.take(whole)
      count += whole.count
      query.until = last
      if count >= Self.limit { return (ledger, last) }
    }
  }
}

/// A job to be audited.
struct AuditTarget: Sendable {
  let id: JobID
  let name: JobName
  let job: Job
  /// The last instant that it has dealt with.
  let through: Instant
}

extension SchedulerCore {
  /// The jobs that have a definition, and how far each has come.
  func auditTargets(at now: Instant) -> [AuditTarget] {
    entries.compactMap { entry in
      guard let job = entry.job else { return nil }
      // What can't be remembered at present has not been dealt with.
      let isBehind = !isTakingNew || ledgerAsked != nil
      return AuditTarget(
        id: entry.id, name: entry.name, job: job,
        through: isBehind ? min(entry.cursor, now) : now)
    }
  }
}
