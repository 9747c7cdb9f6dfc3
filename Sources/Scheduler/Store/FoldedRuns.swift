// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Rows of one job and one UTC day that were pruned: how many there were, of one state and reason.
public struct FoldedRuns: Hashable, Sendable {
  /// What makes two pruned rows one.
  public struct Key: Hashable, Sendable {
    /// Whose rows.
    public let job: JobID
    /// The UTC day of their scheduled instants: days since 1970-01-01.
    public let day: Int64
    /// True for instants that the job's schedule named, false for runs of any other trigger.
    public let isScheduled: Bool
    /// Their state; final.
    public let state: RunState
    /// Why they were left out or called off.
    public let reason: Reason?

    /// A key.
    public init(job: JobID, day: Int64, isScheduled: Bool, state: RunState, reason: Reason?) {
      self.job = job
      self.day = day
      self.isScheduled = isScheduled
      self.state = state
      self.reason = reason
    }

    /// The key of an instant's row.
    init(job: JobID, instant: Instant, isScheduled: Bool, state: RunState, reason: Reason?) {
      let (day, rest) = instant.milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
      self.init(
        job: job, day: rest < 0 ? day - 1 : day, isScheduled: isScheduled, state: state,
        reason: reason)
    }
  }

  /// What they have in common.
  public let key: Key
  /// The first of their scheduled instants.
  public var first: Instant
  /// The last of their scheduled instants.
  public var last: Instant
  /// How many instants.
  public var count: Int

  /// A row.
  public init(_ key: Key, first: Instant, last: Instant, count: Int) {
    self.key = key
    self.first = first
    self.last = last
    self.count = count
  }

  init(_ run: Run) {
    self.init(
      Key(
        job: run.job, instant: run.scheduledFor, isScheduled: run.trigger == .schedule,
        state: run.state, reason: run.reason),
      first: run.scheduledFor, last: run.scheduledFor, count: 1)
  }

  init(_ row: Stretch) {
    self.init(
      Key(
        job: row.job, instant: row.first, isScheduled: true, state: row.state, reason: row.reason),
      first: row.first, last: row.last, count: row.count)
  }

  /// Takes another row of the same key in.
  mutating func take(_ other: FoldedRuns) {
    first = min(first, other.first)
    last = max(last, other.last)
    count += other.count
  }
}
