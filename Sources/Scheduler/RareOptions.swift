// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// The options that few jobs give.
///
/// They lie apart, so that a job without them pays eight bytes for all of them.
public struct RareOptions: Hashable, Sendable {
  /// The job whose completed runs this one follows.
  public var after: JobName?
  /// The job's earlier name, whose history it takes over.
  public var was: JobName?
  /// A run starts up to so long after its instant, by a hash of job and instant.
  public var jitter = TimeSpan.zero

  /// The line of a crontab begins with `-`, or its command with `-q`: starts and good ends are not
  /// logged.
  public var isQuiet = false
  /// The command of a crontab's line begins with `-n`: only the output of a failure is mailed.
  public var mailsOnlyFailures = false

  /// Whom the process runs as; nil: the daemon's own user.
  public var user: String?
  /// A file of `NAME=VALUE` lines for the environment; one that may be absent has `-` before it.
  public var environmentFile: String?
  /// The permissions that new files do not get; nil: 022.
  public var fileMask: UInt32?
  /// The scheduling priority, -20 to 19; nil: the daemon's.
  public var niceness: Int32?
  /// What the process may use.
  public var limits = ProcessLimits()
  /// What the process gets of the daemon's own environment; nil: as the daemon is started.
  public var inherited: InheritedEnvironment?
  /// What happens to a running process when the daemon stops; nil: it is waited for.
  public var onStop: StopPolicy?

  /// The named limit on concurrency that runs count against; nil: `default`.
  public var queue: String?
  /// Which runs are kept whole.
  public var keep: KeepPolicy?
  /// The job pauses itself after so many dead letters in a row.
  public var pauseAfter: Int?
  /// No completed run for so long is an alarm.
  public var expectWithin: TimeSpan?
  /// The base URL of a dead man's switch.
  public var ping: String?
  /// Who is told of the first failure of a spell.
  public var onFailure: [NoticeTarget] = []
  /// Who is told that a spell of failures is over.
  public var onRecovery: [NoticeTarget] = []
  /// Who is told of each completed run.
  public var onSuccess: [NoticeTarget] = []
  /// Who is told of missed instants.
  public var onMissed: [NoticeTarget] = []

  /// None of them given.
  public init() {}
}

/// What a process gets of the daemon's own environment.
public enum InheritedEnvironment: Hashable, Sendable {
  /// Nothing.
  case none
  /// Everything.
  case all
  /// The variables of these names.
  case names([String])
}

/// What happens to a running process when the daemon stops.
public enum StopPolicy: String, Hashable, Sendable, CaseIterable {
  /// It runs on, and is adopted at the next start.
  case leave
  /// It is waited for, then ended.
  case drain
}

/// Which runs are kept whole: the newest, and the young ones.
public struct KeepPolicy: Hashable, Sendable {
  /// So many of the newest.
  public var runs = 100
  /// All that are younger.
  public var age = TimeSpan.hours(30 * 24)

  /// The defaults.
  public init() {}
}

/// Who is told of a run's end.
public enum NoticeTarget: Hashable, Sendable {
  /// An HTTP or HTTPS URL that is posted to.
  case webhook(String)
  /// An address for mail.
  case mail(String)
  /// A job that is triggered.
  case job(JobName)

  /// The target as a schedule file has it.
  public var text: String {
    switch self {
    case .webhook(let url): url
    case .mail(let address): "mail:\(address)"
    case .job(let name): "job:\(name)"
    }
  }
}

/// What a process may use, as `setrlimit` has it; nil: as the daemon.
public struct ProcessLimits: Hashable, Sendable {
  /// Processor time; rounded up to whole seconds.
  public var cpu: TimeSpan?
  /// Address space, in bytes.
  public var memory: Int64?
  /// The largest file that it writes, in bytes.
  public var fileSize: Int64?
  /// The largest core dump, in bytes.
  public var core: Int64?
  /// Descriptors open at once.
  public var openFiles: Int64?
  /// Processes of its user.
  public var processes: Int64?

  /// No limits.
  public init() {}
}

extension JobOptions {
  /// A run starts up to so long after its instant.
  public var jitter: TimeSpan { rare?.value.jitter ?? .zero }
}
