// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Runs attempts and says what became of them; knows nothing of schedules.
///
/// Every attempt that was started, or adopted, is ended exactly once by an `ended` event. Events
/// come through the sink that the executor was made with, from any thread, in order for one
/// attempt.
public protocol Executor: AnyObject, Sendable {
  /// Starts attempts; returns at once.
  func start(_ attempts: [AttemptOrder])

  /// Takes up an attempt that outlived an earlier daemon: its process is awaited, not started.
  func adopt(_ order: AttemptOrder, process: ProcessIdentity)

  /// Tells an attempt to end: TERM, then KILL after the job's grace; a handler is cancelled, a
  /// request broken off.
  func stop(_ run: RunID)

  /// What a running attempt has printed from byte `offset` on; nil where none of that run is
  /// running.
  func output(of run: RunID, from offset: Int) -> LiveOutput?
}

/// Everything an executor needs for one attempt.
public struct AttemptOrder: Sendable {
  /// Which run.
  public let run: RunID
  /// The run's name outside the daemon.
  public let runText: String
  /// Whose run.
  public let job: JobName
  /// From 1.
  public let attempt: Int
  /// The instant that the schedule named.
  public let scheduledFor: Instant
  /// What brought the run about.
  public let trigger: Trigger
  /// The name of the run whose end brought this one about, outside the daemon.
  public let parentText: String?
  /// What to do; a run's own payload is in it already.
  public let work: Work
  /// The job's policies.
  public let options: Shared<JobOptions>
  /// The zone of the job, for handlers that work on calendar windows.
  public let zone: Zone

  /// An order.
  public init(
    run: RunID, runText: String, job: JobName, attempt: Int, scheduledFor: Instant,
    trigger: Trigger, parentText: String? = nil, work: Work, options: Shared<JobOptions>,
    zone: Zone
  ) {
    self.run = run
    self.runText = runText
    self.job = job
    self.attempt = attempt
    self.scheduledFor = scheduledFor
    self.trigger = trigger
    self.parentText = parentText
    self.work = work
    self.options = options
    self.zone = zone
  }
}

/// What an executor reports.
public enum ExecutionEvent: Sendable {
  /// The process of an attempt is there.
  case started(RunID, attempt: Int, ProcessIdentity)
  /// An attempt printed something; sent at most once until `output(of:from:)` is next called.
  case printed(RunID)
  /// An attempt is over.
  case ended(RunID, attempt: Int, AttemptOutcome, CapturedOutput?)
}

/// How an attempt ended.
///
/// A failure is a value, never a thrown error.
public enum AttemptOutcome: Hashable, Sendable {
  /// The process ended by itself.
  case exited(Int32)
  /// A signal that was not ours ended the process.
  case signalled(Int32)
  /// It took longer than its timeout and was ended; the code or signal it ended with.
  case timedOut(exitCode: Int32?, signal: Int32?)
  /// It was told to stop and did.
  case stopped(exitCode: Int32?, signal: Int32?)
  /// The process could not be started: which step failed, and why.
  case notStarted(String)
  /// The handler returned, or the HTTP answer was as expected; its result as JSON text.
  case returned(String?)
  /// The handler threw.
  case threw(String)
  /// The handler threw, or the request cannot be sent, and another attempt would not help.
  case threwPermanently(String)
  /// The handler threw and asks to be tried again after this long.
  case retryAfter(TimeSpan, String)
  /// The handler puts itself off: no attempt is used.
  case snoozed(TimeSpan)
  /// An HTTP answer came whose status was not expected; how long the server asks to be left alone.
  case answered(status: Int, retryAfter: TimeSpan?)
  /// No HTTP answer came, or not all of it; why.
  case unanswered(String)
  /// It was cut off by the death of the daemon or the machine; why that is known.
  case lost(String)
}

/// What an attempt printed, standard output and error as they came: the first and last 32 KiB.
public struct CapturedOutput: Hashable, Sendable {
  /// The most that is kept of the head, and of the tail, in bytes.
  public static let limit = 32 * 1024

  /// The first bytes.
  public var head: [UInt8]
  /// The last bytes, where more came than the head holds.
  public var tail: [UInt8]
  /// How many bytes were printed in all.
  public var total: Int

  /// What was kept of `total` bytes.
  public init(head: [UInt8], tail: [UInt8], total: Int) {
    self.head = head
    self.tail = tail
    self.total = total
  }

  /// How many bytes between head and tail are gone.
  public var omitted: Int { total - head.count - tail.count }
}

/// A piece of a running attempt's output.
public struct LiveOutput: Sendable {
  /// The bytes from `start` on.
  public let bytes: [UInt8]
  /// Where they begin; more than was asked for when what lay between is gone.
  public let start: Int
  /// Which attempt printed them.
  public let attempt: Int

  /// A piece.
  public init(bytes: [UInt8], start: Int, attempt: Int) {
    self.bytes = bytes
    self.start = start
    self.attempt = attempt
  }

  /// Where to go on.
  public var end: Int { start + bytes.count }
}
