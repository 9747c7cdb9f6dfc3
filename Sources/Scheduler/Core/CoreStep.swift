// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What the core answers to an event: first remember, then act.
public struct CoreStep: Sendable {
  /// What the store must hold before anything below is done.
  public var changes: [Change] = []
  /// Attempts to start, in this order.
  public var starts: [AttemptOrder] = []
  /// Attempts of an earlier daemon to take up.
  public var adoptions: [Adoption] = []
  /// Attempts to stop.
  public var stops: [RunID] = []
  /// The ledger after this instant is wanted, as a ``CoreEvent/ledgerTail(_:after:)``, once the
  /// changes are durable.
  public var ledgerWanted: Instant?
  /// What happened, for logs and whoever waits.
  public var notices: [Notice] = []
  /// The answer, where the event was a command.
  public var reply: CoreReply?

  /// Nothing.
  public init() {}

  /// True where there is nothing to remember and nothing to do.
  public var isEmpty: Bool {
    changes.isEmpty && starts.isEmpty && adoptions.isEmpty && stops.isEmpty && notices.isEmpty
      && reply == nil && ledgerWanted == nil
  }
}

/// An attempt that may have outlived an earlier daemon.
public struct Adoption: Sendable {
  /// What was to be done.
  public let order: AttemptOrder
  /// The process that did it.
  public let process: ProcessIdentity
}

/// Something that happened, told once it is durable.
public enum Notice: Hashable, Sendable {
  /// An attempt is being started.
  case started(JobName, Run)
  /// An attempt failed and another will follow.
  case retrying(JobName, Run)
  /// A run is over.
  case ended(JobName, Run)
  /// Instants were left out.
  case leftOut(JobName, LeftOut)
  /// A job is there for the first time, or again.
  case jobAppeared(JobName)
  /// A job's definition went away.
  case jobVanished(JobName)
  /// A job's definition changed.
  case jobChanged(JobName)
  /// A job goes by another name: the old, and the new.
  case jobRenamed(JobName, JobName)
  /// A job (nil: a queue, or everything) was paused.
  case paused(JobName?, Pause)
  /// A job (nil: a queue, or everything) goes on.
  case resumed(JobName?, PauseTarget)
  /// No run of a job has been completed for longer than it should: since when.
  case overdue(JobName, since: Instant)
  /// The wall clock was set by this much.
  case clockStepped(TimeSpan)
}

/// Instants that were left out together.
public struct LeftOut: Hashable, Sendable {
  /// `missed` or `skipped`.
  public let state: RunState
  /// Why.
  public let reason: Reason
  /// The first.
  public let first: Instant
  /// The last.
  public let last: Instant
  /// How many.
  public let count: Int
}
