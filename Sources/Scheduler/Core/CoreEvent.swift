// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What happens to the core.
public enum CoreEvent: Sendable {
  /// Time has passed; a timer may be due.
  case tick
  /// The jobs that stand from now on: all of them, with the last good definitions of broken ones.
  case load(JobSet)
  /// The process of an attempt is there.
  case attemptStarted(RunID, attempt: Int, ProcessIdentity)
  /// An attempt is over.
  case attemptEnded(RunID, attempt: Int, AttemptOutcome, CapturedOutput?)
  /// A person, or the API, wants something.
  case command(CoreCommand)
  /// Take nothing new; what runs may end.
  case drain
}

/// The jobs that stand.
public struct JobSet: Sendable {
  /// Every job, each name once.
  public var jobs: [Job]
  /// Names among them whose newest definition is in error, so that the last good one is in force.
  public var broken: Set<JobName>

  /// False where something could not be read: a job that is known from an earlier life and not
  /// among these may still be defined there, and is not taken for removed.
  public var isWhole: Bool

  /// A set of jobs.
  public init(jobs: [Job], broken: Set<JobName> = [], isWhole: Bool = true) {
    self.jobs = jobs
    self.broken = broken
    self.isWhole = isWhole
  }
}

/// What a person asks for.
public enum CoreCommand: Sendable {
  /// Run a job now.
  case trigger(JobName, payload: String?, force: Bool)
  /// Run a dead letter once more.
  case replay(Run)
  /// Nothing of a job (nil: of anything) is started until it is resumed.
  case pause(JobName?, until: Instant?, note: String?)
  /// Go on.
  case resume(JobName?)
}

/// What the core says to a command.
public enum CoreReply: Hashable, Sendable {
  /// A run was made; it may have been skipped already.
  case run(RunID)
  /// It is as asked.
  case done
  /// There is no such job.
  case unknownJob(JobName)
  /// It can't be done: why, and what would help.
  case refused(String)
}
