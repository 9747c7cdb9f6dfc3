// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What schedule files say.
public struct LoadResult: Sendable {
  /// The jobs that are whole, in the order of files and of lines.
  public var jobs: [Job] = []
  /// What is wrong, options of which nothing comes, and the warnings that were asked for, in the
  /// order of files and of lines.
  public var diagnostics: [Diagnostic] = []
  /// Files that say nothing that can be relied on: their jobs keep their last good definitions.
  public var brokenFiles: Set<String> = []
  /// Definitions in error.
  public var broken: [BrokenDefinition] = []
  /// Jobs that are whole but stand below an option in error: a last good definition is better.
  public var provisional: Set<JobName> = []

  /// Nothing.
  public init() {}

  /// The files and folders in which there is an error, of whatever size.
  public var filesWithErrors: Set<String> {
    var files = brokenFiles
    for diagnostic in diagnostics where diagnostic.severity == .error {
      files.insert(diagnostic.file)
    }
    return files
  }

  /// The definitions in error whose job is known.
  public var brokenJobs: [JobName: BrokenDefinition] {
    var result: [JobName: BrokenDefinition] = [:]
    for definition in broken {
      if case .job(let name) = definition.identity, result[name] == nil {
        result[name] = definition
      }
    }
    return result
  }
}

/// A definition in error.
public struct BrokenDefinition: Hashable, Sendable {
  /// Which job it is.
  public enum Identity: Hashable, Sendable {
    /// The job of this name.
    case job(JobName)
    /// A crontab line without a name of its own: a job of this name, or of this name and a hash.
    case line(JobName)
    /// It cannot be told: any job of the file.
    case unknown
  }

  /// Which job it is.
  public let identity: Identity
  /// Where it stands.
  public let source: SourceLocation

  /// A definition in error.
  public init(_ identity: Identity, source: SourceLocation) {
    self.identity = identity
    self.source = source
  }
}

/// What reading schedule files needs to know beside their bytes.
public struct LoadContext: Sendable {
  /// The zone of jobs that name none.
  public var defaultZone: Zone
  /// Where zones are found.
  public var zones: ZoneDirectory
  /// The handlers that ship with the daemon: their retries default to 3, and `on-lost` to `retry`.
  public var shippedHandlers: Set<String>
  /// All handlers that a `task` may name; nil: a task's name is not looked at.
  public var handlers: Set<String>?
  /// The queues that a job may name; nil: that is not known, and any may be.
  public var queues: Set<String>?
  /// The machine's id, for jobs that choose a time by it (`~`); empty where it has none.
  public var machineID: String
  /// Whom the daemon runs as; nil: that is not known, and a `user` that the machine does not have
  /// is only warned of.
  public var ownUser: String?
  /// The system's users, where jobs may name any of them: the daemon runs as root.
  ///
  /// Nil: a job may name `ownUser` alone, or anybody where that is nil.
  public var users: UserDirectory?
  /// The warnings of `check` are wanted; with the time that they are given at.
  public var warningsAt: Instant?

  /// A context without warnings.
  public init(
    defaultZone: Zone, zones: ZoneDirectory, shippedHandlers: Set<String> = [],
    handlers: Set<String>? = nil, queues: Set<String>? = nil, machineID: String = "",
    ownUser: String? = nil, users: UserDirectory? = nil, warningsAt: Instant? = nil
  ) {
    self.defaultZone = defaultZone
    self.zones = zones
    self.shippedHandlers = shippedHandlers
    self.handlers = handlers
    self.queues = queues
    self.machineID = machineID
    self.ownUser = ownUser
    self.users = users
    self.warningsAt = warningsAt
  }
}
