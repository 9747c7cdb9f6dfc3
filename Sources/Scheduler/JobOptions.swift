// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// A job's policies, each with the default of a job file.
public struct JobOptions: Hashable, Sendable {
  /// For people.
  public var description: String?
  /// False: known and listed, never due.
  public var enabled = true
  /// How long one attempt may take before it is told to end.
  public var timeout: TimeSpan?
  /// How long after SIGTERM comes SIGKILL.
  public var grace = TimeSpan.seconds(10)
  /// What happens after an attempt that failed.
  public var retries = RetryPolicy()
  /// Exit codes that count as success.
  public var success: Set<Int32> = [0]
  /// What happens to an attempt that died with the daemon.
  public var onLost = LostPolicy.fail
  /// What happens when the job is due while an earlier run of it has not ended.
  public var overlap = OverlapPolicy.skip
  /// With `.allow`: at most so many runs at once.
  public var maximumOverlap: Int?
  /// What is done about missed instants.
  public var catchUp = CatchUpPolicy.latest
  /// With catch-up `.all`: at most so many runs, the newest.
  public var catchUpLimit = 1_000
  /// A first attempt that has not started this long after its instant is not started.
  public var deadline: TimeSpan?
  /// 0 to 9; higher goes first.
  public var priority = 5
  /// The process's surroundings.
  public var surroundings = Surroundings()
  /// What few jobs give; nil where the job gives none of it.
  public var rare: Shared<RareOptions>?

  /// The defaults.
  public init() {}
}

/// What happens to a run whose attempt was cut off by the death of the daemon or the machine.
public enum LostPolicy: String, Hashable, Sendable, CaseIterable {
  /// Another attempt, at least once.
  case retry
  /// A dead letter, at most once.
  case fail
}

/// What happens when a job is due while an earlier run of it is queued, running or retrying.
public enum OverlapPolicy: String, Hashable, Sendable, CaseIterable {
  /// The new run is recorded as skipped.
  case skip
  /// One run waits; a newer one takes its place.
  case queue
  /// All wait, up to 1,000.
  case queueAll = "queue-all"
  /// It starts beside the earlier one.
  case allow
  /// The earlier one is stopped.
  case replace
}

/// What is done about instants that passed while nothing could run.
public enum CatchUpPolicy: String, Hashable, Sendable, CaseIterable {
  /// The newest runs, the rest are recorded.
  case latest
  /// Each runs, oldest first.
  case all
  /// They are recorded.
  case skip
}

/// What a process finds round itself.
///
/// What is nil or absent is as cron gives it.
public struct Surroundings: Hashable, Sendable {
  /// The shell of a `command`.
  public var shell = "/bin/sh"
  /// The working directory; nil: the home directory.
  public var directory: String?
  /// Variables in the order in which they were given; a later one of the same name wins.
  public var environment: [EnvironmentVariable] = []

  /// As cron gives them.
  public init() {}
}

/// One variable of a process's environment.
public struct EnvironmentVariable: Hashable, Sendable {
  /// The name, not empty, without `=` and NUL.
  public let name: String
  /// The value, without NUL.
  public let value: String

  /// A variable.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
