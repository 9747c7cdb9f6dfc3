// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What the schedules named, held against the ledger.
public struct AuditReply: Codable, Hashable, Sendable {
  /// What was due after this instant was looked at; null where there is no job.
  @OrNull public var since: Instant?
  /// Up to when.
  public var through: Instant
  /// How many jobs.
  public var jobs: Int
  /// How many instants; a row for 100,000 and more counts once.
  public var checked: Int
  /// What does not agree, of at most 10,000 places; nothing where all is well.
  public var findings: [AuditItem]
  /// Jobs of which only the newer part of the ledger was looked at, as it holds so much.
  public var shortened: [String]

  /// An audit.
  public init(
    since: Instant?, through: Instant, jobs: Int, checked: Int, findings: [AuditItem],
    shortened: [String] = []
  ) {
    self.through = through
    self.jobs = jobs
    self.checked = checked
    self.findings = findings
    self.shortened = shortened
    self.since = since
  }
}

/// Instants of a job on which schedule and ledger do not agree.
public struct AuditItem: Codable, Hashable, Sendable {
  /// Whose.
  public var job: String
  /// `unaccounted` where the schedule named them and the ledger says nothing, `never-named` the
  /// other way round.
  public var kind: String
  /// The first instant.
  public var scheduledFor: Instant
  /// The last instant.
  public var lastScheduledFor: Instant
  /// How many.
  public var count: Int

  enum CodingKeys: String, CodingKey {
    case job, kind, count
    case scheduledFor = "scheduled_for"
    case lastScheduledFor = "last_scheduled_for"
  }

  /// A place.
  public init(
    job: String, kind: String, scheduledFor: Instant, lastScheduledFor: Instant, count: Int
  ) {
    self.job = job
    self.kind = kind
    self.scheduledFor = scheduledFor
    self.lastScheduledFor = lastScheduledFor
    self.count = count
  }
}
