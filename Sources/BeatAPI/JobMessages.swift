// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Jobs in the order of their names.
public struct JobListReply: Codable, Hashable, Sendable {
  /// The jobs.
  public var jobs: [JobSummary]

  /// A list.
  public init(jobs: [JobSummary]) { self.jobs = jobs }
}

/// Where a job stands.
public struct JobState: RawRepresentable, Codable, Hashable, Sendable {
  /// The word.
  public let rawValue: String

  /// A state, perhaps one that this version does not know.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// An attempt is under way.
  public static let running = JobState(rawValue: "running")
  /// A run waits for its next attempt.
  public static let retrying = JobState(rawValue: "retrying")
  /// A run waits for a slot.
  public static let queued = JobState(rawValue: "queued")
  /// Nothing is under way.
  public static let idle = JobState(rawValue: "idle")
  /// Switched off in its file.
  public static let disabled = JobState(rawValue: "disabled")
  /// Its file is in error; the last good definition is in force.
  public static let broken = JobState(rawValue: "broken")
  /// Its last instant has passed.
  public static let ended = JobState(rawValue: "ended")
}

/// One job in a list.
public struct JobSummary: Codable, Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Its description, if it has one.
  @OrNull public var description: String?
  /// Its schedule as it was written.
  public var schedule: String
  /// Its zone.
  public var timezone: String
  /// Where it stands.
  public var state: JobState
  /// Whether it, or everything, is paused.
  public var paused: Bool
  /// The next scheduled instant after now, without jitter.
  @OrNull public var next: Instant?
  /// The newest run with an attempt, of any trigger.
  @OrNull public var last: LastRun?

  /// An idle job that has never run; set what differs.
  public init(name: String, schedule: String, timezone: String, state: JobState = .idle) {
    self.name = name
    self.schedule = schedule
    self.timezone = timezone
    self.state = state
    paused = false
    description = nil
    next = nil
    last = nil
  }
}

/// A job's newest run with an attempt.
public struct LastRun: Codable, Hashable, Sendable {
  /// The run.
  public var runID: String
  /// The instant it was for.
  public var scheduledFor: Instant
  /// Where it stands: a word of ``RunSummary/state``.
  public var state: String
  /// When the latest attempt was started.
  @OrNull public var startedAt: Instant?
  /// When the latest attempt ended.
  @OrNull public var finishedAt: Instant?
  /// How many attempts have begun.
  public var attempt: Int
  /// The latest attempt's exit code.
  @OrNull public var exitCode: Int32?
  /// The signal that ended the latest attempt.
  @OrNull public var signal: Int32?
  /// What went wrong with the latest attempt.
  @OrNull public var error: String?
  /// When the next attempt is due.
  @OrNull public var retryAt: Instant?

  enum CodingKeys: String, CodingKey {
    case state, attempt, signal, error
    case runID = "run_id"
    case scheduledFor = "scheduled_for"
    case startedAt = "started_at"
    case finishedAt = "finished_at"
    case exitCode = "exit_code"
    case retryAt = "retry_at"
  }

  /// The parts of a run that a list shows.
  public init(runID: String, scheduledFor: Instant, state: String, attempt: Int) {
    self.runID = runID
    self.scheduledFor = scheduledFor
    self.state = state
    self.attempt = attempt
    startedAt = nil
    finishedAt = nil
    exitCode = nil
    signal = nil
    error = nil
    retryAt = nil
  }
}

/// Everything on one job: the keys of ``JobSummary`` and more.
public struct JobDetail: Codable, Hashable, Sendable {
  /// What a list shows; its keys stand beside the others.
  public var summary: JobSummary
  /// What the job does.
  public var work: WorkSummary
  /// Its policies that are not the default: option name to value, as a job file would have them.
  public var options: [String: String]
  /// The lines of ``source`` that give them: option name to line.
  public var optionLines: [String: Int]
  /// Where it is defined; null for a job made in code.
  @OrNull public var source: SourceSummary?
  /// Its newest rows of the ledger, newest first.
  public var runs: [RunSummary]
  /// Its pause.
  @OrNull public var pause: PauseSummary?

  enum CodingKeys: String, CodingKey {
    case work, options, source, runs, pause
    case optionLines = "option_lines"
  }

  /// A job; set the rest.
  public init(summary: JobSummary, work: WorkSummary, options: [String: String] = [:]) {
    self.summary = summary
    self.work = work
    self.options = options
    optionLines = [:]
    runs = []
    source = nil
    pause = nil
  }

  /// Reads one object that holds the keys of both.
  public init(from decoder: any Decoder) throws {
    summary = try JobSummary(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    work = try container.decode(WorkSummary.self, forKey: .work)
    options = try container.decode([String: String].self, forKey: .options)
    optionLines =
      try container.decodeIfPresent([String: Int].self, forKey: .optionLines) ?? [:]
    _source = try container.decode(OrNull<SourceSummary>.self, forKey: .source)
    runs = try container.decode([RunSummary].self, forKey: .runs)
    _pause = try container.decode(OrNull<PauseSummary>.self, forKey: .pause)
  }

  /// Writes one object that holds the keys of both.
  public func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(work, forKey: .work)
    try container.encode(options, forKey: .options)
    try container.encode(optionLines, forKey: .optionLines)
    try container.encode(_source, forKey: .source)
    try container.encode(runs, forKey: .runs)
    try container.encode(_pause, forKey: .pause)
  }
}

/// What a job does.
public struct WorkSummary: Codable, Hashable, Sendable {
  /// `command`, `exec`, `task` or `http`.
  public var kind: String
  /// The command line, the program and its arguments, the handler's name, or method and URL.
  public var text: String
  /// A handler's payload; of a request what its table gives, with the names only of its headers.
  @OrNull public var with: JSONValue?

  /// A piece of work.
  public init(kind: String, text: String, with payload: JSONValue? = nil) {
    self.kind = kind
    self.text = text
    self.with = payload
  }
}

/// A place in a schedule file.
public struct SourceSummary: Codable, Hashable, Sendable {
  /// The file.
  public var file: String
  /// The line, from 1.
  public var line: Int

  /// A place.
  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }
}

/// Coming instants, earliest first; fewer than asked for where the schedule ends.
public struct NextReply: Codable, Hashable, Sendable {
  /// The instants.
  public var next: [Instant]
  /// The job's zone; absent where the reader chose the zone.
  public var timezone: String?

  /// A list.
  public init(next: [Instant], timezone: String? = nil) {
    self.next = next
    self.timezone = timezone
  }
}

/// Past instants, newest first.
public struct PreviousReply: Codable, Hashable, Sendable {
  /// The instants.
  public var prev: [Instant]
  /// The job's zone; absent where the reader chose the zone.
  public var timezone: String?

  /// A list.
  public init(prev: [Instant], timezone: String? = nil) {
    self.prev = prev
    self.timezone = timezone
  }
}
