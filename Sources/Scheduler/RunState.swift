// SPDX-License-Identifier: Apache-2.0

/// Where a run stands.
///
/// The raw values are stored: never renumber them.
public enum RunState: UInt8, Hashable, Sendable, CaseIterable {
  /// Its instant has not come.
  case pending = 0
  /// Due; waits for a slot.
  case queued = 1
  /// An attempt is under way.
  case running = 2
  /// Waits for the next attempt.
  case retrying = 3
  /// Ended well.
  case completed = 4
  /// Attempts used up, or a permanent error: a dead letter.
  case failed = 5
  /// Never started: its instant passed while it could not run.
  case missed = 6
  /// Never started: a policy left it out.
  case skipped = 7
  /// Called off.
  case cancelled = 8

  /// No more will happen to a run in this state.
  public var isFinal: Bool { rawValue >= RunState.completed.rawValue }

  /// The word in JSON, SQL text and tables.
  public var word: String {
    switch self {
    case .pending: "pending"
    case .queued: "queued"
    case .running: "running"
    case .retrying: "retrying"
    case .completed: "completed"
    case .failed: "failed"
    case .missed: "missed"
    case .skipped: "skipped"
    case .cancelled: "cancelled"
    }
  }

  /// The state of this word.
  public init?(word: String) {
    guard let state = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = state
  }
}

/// Why a run was missed, skipped or cancelled.
///
/// The raw values are stored: never renumber them.
public enum Reason: UInt8, Hashable, Sendable, CaseIterable {
  /// The daemon was down.
  case down = 0
  /// The machine was suspended.
  case suspend = 1
  /// The wall clock was set forward.
  case clockJump = 2
  /// A newer instant of the job was due as well, or it was over 60 s late.
  case late = 3
  /// The store could not be written.
  case store = 4
  /// The job, its queue or everything was paused.
  case paused = 5
  /// The job was switched off in its file.
  case disabled = 6
  /// An earlier run had not ended.
  case overlap = 7
  /// Its deadline passed before it could start.
  case deadline = 8
  /// A limit on number was reached.
  case limit = 9
  /// The job's definition changed.
  case edited = 10
  /// The job's definition went away.
  case removed = 11
  /// A person asked for it.
  case `operator` = 12

  /// The word in JSON and tables.
  public var word: String {
    switch self {
    case .down: "down"
    case .suspend: "suspend"
    case .clockJump: "clock-jump"
    case .late: "late"
    case .store: "store"
    case .paused: "paused"
    case .disabled: "disabled"
    case .overlap: "overlap"
    case .deadline: "deadline"
    case .limit: "limit"
    case .edited: "edited"
    case .removed: "removed"
    case .operator: "operator"
    }
  }
}

/// What brought a run about.
///
/// The raw values are stored: never renumber them.
public enum Trigger: UInt8, Hashable, Sendable, CaseIterable {
  /// The job's schedule; with the job, the scheduled instant is the run's identity.
  case schedule = 0
  /// `beatctl trigger`.
  case manual = 1
  /// One instant of the past, asked for.
  case backfill = 2
  /// A dead letter, once more.
  case replay = 3
  /// The completed run of another job.
  case after = 4
  /// A notice of another job that names this one.
  case hook = 5
  /// A one-off task, of no job.
  case enqueue = 6

  /// The word in JSON, tables and `BEAT_TRIGGER`.
  public var word: String {
    switch self {
    case .schedule: "schedule"
    case .manual: "manual"
    case .backfill: "backfill"
    case .replay: "replay"
    case .after: "after"
    case .hook: "hook"
    case .enqueue: "enqueue"
    }
  }
}
