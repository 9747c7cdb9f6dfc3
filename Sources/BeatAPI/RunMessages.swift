// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Rows of the ledger, newest first.
public struct HistoryReply: Codable, Hashable, Sendable {
  /// The rows.
  public var runs: [RunSummary]
  /// Steps of the wall clock in the time of the rows, newest first; absent where none were asked
  /// for.
  public var clockSteps: [ClockStepSummary]?

  enum CodingKeys: String, CodingKey {
    case runs
    case clockSteps = "clock_steps"
  }

  /// A list.
  public init(runs: [RunSummary], clockSteps: [ClockStepSummary]? = nil) {
    self.runs = runs
    self.clockSteps = clockSteps
  }
}

/// A step of the wall clock.
public struct ClockStepSummary: Codable, Hashable, Sendable {
  /// What the clock said after it.
  public var at: Instant
  /// By how many seconds; negative: back.
  public var by: Double

  /// A step.
  public init(at: Instant, by: Double) {
    self.at = at
    self.by = by
  }
}

/// One row of the ledger: a run, or, without `run_id`, a stretch of instants that did not run, or
/// runs of a day that were pruned.
public struct RunSummary: Codable, Hashable, Sendable {
  /// The run; absent for a stretch.
  public var runID: String?
  /// Whose.
  public var job: String
  /// What brought it about: `schedule`, `manual`, `backfill`, `replay`.
  public var trigger: String
  /// The instant that the schedule named; a stretch's first.
  public var scheduledFor: Instant
  /// `pending`, `queued`, `running`, `retrying`, `completed`, `failed`, `missed`, `skipped` or
  /// `cancelled`.
  public var state: String
  /// Why it was missed, skipped or cancelled.
  @OrNull public var reason: String?
  /// How many attempts have begun.
  public var attempt: Int
  /// When the latest attempt was started.
  @OrNull public var startedAt: Instant?
  /// When the latest attempt ended, or the run was called off.
  @OrNull public var finishedAt: Instant?
  /// The latest attempt's exit code.
  @OrNull public var exitCode: Int32?
  /// The signal that ended the latest attempt.
  @OrNull public var signal: Int32?
  /// What went wrong with the latest attempt.
  @OrNull public var error: String?
  /// When the next attempt is due.
  @OrNull public var retryAt: Instant?
  /// The dead letter that this run repeats.
  @OrNull public var replayOf: String?
  /// What the handler returned.
  @OrNull public var result: JSONValue?
  /// How many missed instants this run stands for besides its own; absent for none.
  public var missedCount: Int?
  /// The first of them.
  public var missedFirst: Instant?
  /// A stretch's last instant.
  public var lastScheduledFor: Instant?
  /// How many instants a stretch has; exact to 100,000, a lower bound beyond.
  public var count: Int?
  /// True for what was pruned: so many rows of a day, known by their number; else absent.
  public var pruned: Bool?

  enum CodingKeys: String, CodingKey {
    case job, trigger, state, reason, attempt, signal, error, result, count, pruned
    case runID = "run_id"
    case scheduledFor = "scheduled_for"
    case startedAt = "started_at"
    case finishedAt = "finished_at"
    case exitCode = "exit_code"
    case retryAt = "retry_at"
    case replayOf = "replay_of"
    case missedCount = "missed_count"
    case missedFirst = "missed_first"
    case lastScheduledFor = "last_scheduled_for"
  }

  /// A run, or with a nil id a stretch; set the rest.
  public init(
    runID: String?, job: String, trigger: String, scheduledFor: Instant, state: String,
    attempt: Int = 0
  ) {
    self.runID = runID
    self.job = job
    self.trigger = trigger
    self.scheduledFor = scheduledFor
    self.state = state
    self.attempt = attempt
    reason = nil
    startedAt = nil
    finishedAt = nil
    exitCode = nil
    signal = nil
    error = nil
    retryAt = nil
    replayOf = nil
    result = nil
  }

  /// Whether no more will happen to it.
  public var isFinal: Bool {
    ["completed", "failed", "missed", "skipped", "cancelled"].contains(state)
  }
}

/// One run with all its attempts: the keys of ``RunSummary`` and more.
public struct RunDetail: Codable, Hashable, Sendable {
  /// What a list shows; its keys stand beside the others.
  public var summary: RunSummary
  /// When the run was recorded.
  public var createdAt: Instant
  /// A payload of its own, in place of the job's.
  @OrNull public var payload: JSONValue?
  /// The attempts, oldest first, the latest included.
  public var attempts: [AttemptSummary]

  enum CodingKeys: String, CodingKey {
    case payload, attempts
    case createdAt = "created_at"
  }

  /// A run.
  public init(
    summary: RunSummary, createdAt: Instant, payload: JSONValue?, attempts: [AttemptSummary]
  ) {
    self.summary = summary
    self.createdAt = createdAt
    self.attempts = attempts
    self.payload = payload
  }

  /// Reads one object that holds the keys of both.
  public init(from decoder: any Decoder) throws {
    summary = try RunSummary(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    createdAt = try container.decode(Instant.self, forKey: .createdAt)
    _payload = try container.decode(OrNull<JSONValue>.self, forKey: .payload)
    attempts = try container.decode([AttemptSummary].self, forKey: .attempts)
  }

  /// Writes one object that holds the keys of both.
  public func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(createdAt, forKey: .createdAt)
    try container.encode(_payload, forKey: .payload)
    try container.encode(attempts, forKey: .attempts)
  }
}

/// One try at a run.
public struct AttemptSummary: Codable, Hashable, Sendable {
  /// From 1.
  public var attempt: Int
  /// When it was started.
  public var startedAt: Instant
  /// When it ended.
  @OrNull public var finishedAt: Instant?
  /// Its exit code.
  @OrNull public var exitCode: Int32?
  /// The signal that ended it.
  @OrNull public var signal: Int32?
  /// What went wrong.
  @OrNull public var error: String?

  enum CodingKeys: String, CodingKey {
    case attempt, signal, error
    case startedAt = "started_at"
    case finishedAt = "finished_at"
    case exitCode = "exit_code"
  }

  /// An attempt.
  public init(
    attempt: Int, startedAt: Instant, finishedAt: Instant?, exitCode: Int32?, signal: Int32?,
    error: String?
  ) {
    self.attempt = attempt
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.exitCode = exitCode
    self.signal = signal
    self.error = error
  }
}
