// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Is beatd up, since when, and how is it.
public struct StatusReply: Codable, Hashable, Sendable {
  /// beatd's version.
  public var version: String
  /// beatd's process.
  public var pid: Int
  /// When it started.
  public var startedAt: Instant
  /// The state file.
  public var stateFile: String
  /// The files and folders that schedules are read from.
  public var schedules: [String]
  /// The daemon's zone.
  public var timezone: String
  /// How many jobs, by state.
  public var jobs: JobCounts
  /// Runs with an attempt under way.
  public var running: Int
  /// Runs that wait for a slot.
  public var queued: Int
  /// Runs that wait for their next attempt.
  public var retrying: Int
  /// Dead letters.
  public var dead: Int
  /// The pause of everything, if there is one.
  @OrNull public var paused: PauseSummary?
  /// Schedule files in error.
  public var broken: [BrokenFile]
  /// The queues, `default` first, then by name; absent where an older beatd answers.
  public var queues: [QueueSummary]?
  /// Why the state file can't be written at present, so that nothing is started.
  @OrNull public var storeTrouble: String?
  /// The job that is due next.
  @OrNull public var next: NextDue?

  enum CodingKeys: String, CodingKey {
    case version, pid, schedules, timezone, jobs, running, queued, retrying, dead, paused, broken
    case next, queues
    case storeTrouble = "store_trouble"
    case startedAt = "started_at"
    case stateFile = "state_file"
  }

  /// A daemon that has nothing to do; set what differs.
  public init(
    version: String, pid: Int, startedAt: Instant, stateFile: String, schedules: [String],
    timezone: String
  ) {
    self.version = version
    self.pid = pid
    self.startedAt = startedAt
    self.stateFile = stateFile
    self.schedules = schedules
    self.timezone = timezone
    jobs = JobCounts()
    running = 0
    queued = 0
    retrying = 0
    dead = 0
    broken = []
    paused = nil
    storeTrouble = nil
    next = nil
  }
}

/// How many jobs are in each state.
public struct JobCounts: Codable, Hashable, Sendable {
  /// All of them.
  public var total = 0
  /// Nothing under way.
  public var idle = 0
  /// An attempt under way.
  public var running = 0
  /// A run waits for its next attempt.
  public var retrying = 0
  /// A run waits for a slot.
  public var queued = 0
  /// Switched off in the file.
  public var disabled = 0
  /// The file is in error; the last good definition is in force.
  public var broken = 0
  /// The last instant has passed.
  public var ended = 0
  /// Paused, in whatever state.
  public var paused = 0

  /// None.
  public init() {}

  /// Counts one job.
  public mutating func add(_ state: JobState, paused isPaused: Bool) {
    total += 1
    if isPaused { paused += 1 }
    switch state {
    case .idle: idle += 1
    case .running: running += 1
    case .retrying: retrying += 1
    case .queued: queued += 1
    case .disabled: disabled += 1
    case .broken: broken += 1
    case .ended: ended += 1
    default: break
    }
  }
}

/// A named limit on how many attempts run at once.
public struct QueueSummary: Codable, Hashable, Sendable {
  /// Its name.
  public var name: String
  /// At most so many attempts at once; null: as many as like.
  @OrNull public var limit: Int?
  /// Attempts under way.
  public var running: Int
  /// Runs that are due and have not started.
  public var waiting: Int
  /// The queue's own pause.
  @OrNull public var pause: PauseSummary?

  /// A queue.
  public init(name: String, limit: Int?, running: Int, waiting: Int, pause: PauseSummary?) {
    self.name = name
    self.running = running
    self.waiting = waiting
    self.limit = limit
    self.pause = pause
  }

  /// Whether no place is left.
  public var isFull: Bool { limit.map { running >= $0 } ?? false }
}

/// A schedule file in error.
public struct BrokenFile: Codable, Hashable, Sendable {
  /// Its path.
  public var file: String
  /// What is wrong, as a compiler would say it; may have several lines.
  public var diagnostics: String

  /// A file and what is wrong with it.
  public init(file: String, diagnostics: String) {
    self.file = file
    self.diagnostics = diagnostics
  }
}

/// What is due next.
public struct NextDue: Codable, Hashable, Sendable {
  /// The job's name.
  public var job: String
  /// The scheduled instant.
  public var at: Instant

  /// A job and its instant.
  public init(job: String, at: Instant) {
    self.job = job
    self.at = at
  }
}

/// A pause of a job or of everything.
public struct PauseSummary: Codable, Hashable, Sendable {
  /// Since when.
  public var since: Instant
  /// When it ends by itself.
  @OrNull public var until: Instant?
  /// Why, in the operator's words.
  @OrNull public var note: String?

  /// A pause.
  public init(since: Instant, until: Instant?, note: String?) {
    self.since = since
    self.until = until
    self.note = note
  }
}
