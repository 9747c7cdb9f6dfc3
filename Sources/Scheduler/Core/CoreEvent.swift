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
  /// What the ledger holds after the instant that a step asked for.
  case ledgerTail(LedgerTail, after: Instant)
  /// The store can't be written: nothing more may become due.
  case storeFailed
  /// The store can be written again.
  case storeRecovered
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

  /// At a start: what stood when the last daemon ended, for the jobs whose definition is another
  /// by now.
  public var former: [JobName: Job] = [:]
  /// At a start: the known jobs of which no definition was recorded.
  public var unrecorded: Set<JobName> = []

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
  /// Run one instant that the job's schedule names; `earlier` is the run that it has, if any.
  case backfill(JobName, Instant, earlier: Run?, force: Bool)
  /// Run a dead letter once more.
  case replay(Run)
  /// Run a task once, at `startAt` or now; `earlier` is the run that its key stands for, if any.
  case enqueue(TaskRequest, payload: String?, startAt: Instant?, earlier: RunID?)
  /// Call a run off, or stop it.
  case cancel(RunID)
  /// Nothing of a job (nil: of anything) is started until it is resumed.
  case pause(JobName?, until: Instant?, note: String?)
  /// Nothing of a queue's jobs and tasks is started until it is resumed.
  case pauseQueue(String, until: Instant?, note: String?)
  /// Go on; with `catchUp`, the job's policy decides which of the instants that passed are run.
  case resume(JobName?, catchUp: Bool = false)
  /// Go on with a queue; with `catchUp`, as for a job, for each of the queue's.
  case resumeQueue(String, catchUp: Bool = false)
}

/// What the core says to a command.
public enum CoreReply: Hashable, Sendable {
  /// A run was made; it may have been skipped already.
  case run(RunID)
  /// It is as asked.
  case done
  /// There is no such job.
  case unknownJob(JobName)
  /// There is no such queue; those that there are.
  case unknownQueue(String, known: [String])
  /// It can't be done: why, and what would help.
  case refused(String)
}
