// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// One unit of work and all that is known of it, its latest attempt included.
public struct Run: Hashable, Sendable {
  /// Unique in the state file.
  public let id: RunID
  /// Whose run it is.
  public let job: JobID
  /// What brought it about.
  public let trigger: Trigger
  /// The instant that the schedule named; for a manual run the instant of the command.
  public let scheduledFor: Instant
  /// When the run was recorded.
  public let createdAt: Instant
  /// When its first attempt may start, where that is later than the instant: the schedule's
  /// instant and the job's jitter, or when an enqueued task was asked for.
  public let startAt: Instant?
  /// The run that this one repeats.
  public let replayOf: RunID?
  /// The run whose end brought this one about.
  public let parent: RunID?
  /// What an enqueued run is to do; nil where its job says.
  public let task: TaskRequest?
  /// A payload of its own, as JSON text, that takes the place of the job's.
  public let payload: String?
  /// How many missed instants this run stands for besides its own, and the first of them.
  public let missed: MissedBefore?

  /// Where it stands.
  public var state: RunState
  /// Why it was missed, skipped or cancelled.
  public var reason: Reason?
  /// Attempts begun.
  public var attempt = 0
  /// When the latest attempt was started.
  public var startedAt: Instant?
  /// When the latest attempt ended, or the run was called off.
  public var finishedAt: Instant?
  /// When the next attempt is due, while `retrying`.
  public var retryAt: Instant?
  /// The latest attempt's exit code.
  public var exitCode: Int32?
  /// The signal that ended the latest attempt.
  public var signal: Int32?
  /// What went wrong with the latest attempt, for people.
  public var error: String?
  /// What the handler returned, as JSON text.
  public var result: String?
  /// The process of the latest attempt while it runs.
  public var process: ProcessIdentity?
  /// Failed attempts that count against `retries`.
  public var failures = 0
  /// Attempts in a row that were lost with the daemon.
  public var lostInRow = 0
  /// Attempts that a handler put off.
  public var snoozes = 0

  /// A new run.
  public init(
    id: RunID, job: JobID, trigger: Trigger, scheduledFor: Instant, createdAt: Instant,
    state: RunState, startAt: Instant? = nil, replayOf: RunID? = nil, parent: RunID? = nil,
    task: TaskRequest? = nil, payload: String? = nil, missed: MissedBefore? = nil
  ) {
    self.id = id
    self.job = job
    self.trigger = trigger
    self.scheduledFor = scheduledFor
    self.createdAt = createdAt
    self.state = state
    self.startAt = startAt
    self.replayOf = replayOf
    self.parent = parent
    self.task = task
    self.payload = payload
    self.missed = missed
  }
}

/// A one-off task, as it was asked for.
public struct TaskRequest: Hashable, Sendable {
  /// The handler's name.
  public let name: String
  /// 0 to 9; higher goes first.
  public let priority: Int
  /// So many attempts may follow a failed first one.
  public let retries: Int
  /// The named limit that it counts against; nil: `default`.
  public let queue: String?
  /// A second request with the same key is answered with the first one's run.
  public let key: String?

  /// A request; the priority is brought into 0 to 9.
  public init(
    name: String, priority: Int = 5, retries: Int = 3, queue: String? = nil, key: String? = nil
  ) {
    self.name = name
    self.priority = min(9, max(0, priority))
    self.retries = max(0, retries)
    self.queue = queue
    self.key = key
  }
}

/// What a catch-up run stands for besides its own instant.
public struct MissedBefore: Hashable, Sendable {
  /// How many instants.
  public let count: Int
  /// The first of them.
  public let first: Instant

  /// A count and its first instant.
  public init(count: Int, first: Instant) {
    self.count = count
    self.first = first
  }
}

/// An attempt that was followed by another; the latest one stands in its ``Run``.
public struct Attempt: Hashable, Sendable {
  /// From 1.
  public let number: Int
  /// When it was started.
  public let startedAt: Instant
  /// When it ended.
  public let finishedAt: Instant
  /// Its exit code.
  public let exitCode: Int32?
  /// The signal that ended it.
  public let signal: Int32?
  /// What went wrong.
  public let error: String?

  /// An ended attempt.
  public init(
    number: Int, startedAt: Instant, finishedAt: Instant, exitCode: Int32?, signal: Int32?,
    error: String?
  ) {
    self.number = number
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.exitCode = exitCode
    self.signal = signal
    self.error = error
  }
}

/// Instants of a job in a row that were left out, for one reason: one row of the ledger.
public struct Stretch: Hashable, Sendable {
  /// Unique in the state file.
  public let id: Int64
  /// Whose instants.
  public let job: JobID
  /// `missed` or `skipped`.
  public let state: RunState
  /// Why.
  public let reason: Reason
  /// The first instant.
  public let first: Instant
  /// The last instant.
  public var last: Instant
  /// How many; exact to 100,000, a lower bound beyond.
  public var count: Int

  /// A row.
  public init(
    id: Int64, job: JobID, state: RunState, reason: Reason, first: Instant, last: Instant,
    count: Int
  ) {
    self.id = id
    self.job = job
    self.state = state
    self.reason = reason
    self.first = first
    self.last = last
    self.count = count
  }
}

/// A process beyond doubt: a pid may come again, a pid with its start time and boot does not.
public struct ProcessIdentity: Hashable, Sendable {
  /// The process id, which is its session and process group as well.
  public let pid: Int32
  /// Field 22 of /proc/PID/stat: clock ticks since boot.
  public let startTicks: UInt64
  /// The kernel's boot id.
  public let boot: String

  /// An identity.
  public init(pid: Int32, startTicks: UInt64, boot: String) {
    self.pid = pid
    self.startTicks = startTicks
    self.boot = boot
  }
}

/// What a pause holds.
public enum PauseTarget: Hashable, Sendable {
  /// Everything.
  case everything
  /// A job.
  case job(JobID)
  /// The jobs and tasks of a queue.
  case queue(String)
}

/// A job, a queue or everything does not run until it is resumed.
public struct Pause: Hashable, Sendable {
  /// What is paused.
  public let target: PauseTarget
  /// Since when.
  public let since: Instant
  /// When it ends by itself.
  public let until: Instant?
  /// Why, in the operator's words.
  public let note: String?

  /// A pause.
  public init(_ target: PauseTarget, since: Instant, until: Instant?, note: String?) {
    self.target = target
    self.since = since
    self.until = until
    self.note = note
  }
}
