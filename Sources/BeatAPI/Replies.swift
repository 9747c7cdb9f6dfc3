// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What is paused after a pause or its end.
public struct PauseReply: Codable, Hashable, Sendable {
  /// The job; null for a queue or everything.
  @OrNull public var job: String?
  /// The queue; null for a job or everything.
  @OrNull public var queue: String?
  /// The pause that is now in force; null after its end.
  @OrNull public var pause: PauseSummary?

  /// An answer.
  public init(job: String?, queue: String? = nil, pause: PauseSummary?) {
    self.job = job
    self.queue = queue
    self.pause = pause
  }
}

/// What reading the schedule files again has changed, in jobs.
public struct ReloadReply: Codable, Hashable, Sendable {
  /// New jobs.
  public var added: Int
  /// Jobs with another definition.
  public var changed: Int
  /// Jobs that are no longer defined.
  public var removed: Int
  /// Jobs that are as they were.
  public var unchanged: Int
  /// What changes, by job: the first thousand that were removed, changed and added.
  public var plan: [PlannedChange] = []
  /// Files in error.
  public var broken: [BrokenFile]

  /// An answer.
  public init(
    added: Int, changed: Int, removed: Int, unchanged: Int, plan: [PlannedChange] = [],
    broken: [BrokenFile]
  ) {
    self.added = added
    self.changed = changed
    self.removed = removed
    self.unchanged = unchanged
    self.plan = plan
    self.broken = broken
  }
}

/// What reading the files anew changes of one job.
public struct PlannedChange: Codable, Hashable, Sendable {
  /// What happens to it.
  public enum Kind: String, Codable, Hashable, Sendable {
    /// It is new.
    case added
    /// Its definition is another.
    case changed
    /// It is no longer defined.
    case removed
  }

  /// The job's name.
  public var job: String
  /// What happens to it.
  public var change: Kind
  /// When it would have been due next; null where it was not there, or nothing was to come.
  @OrNull public var before: Instant?
  /// When it is due next; null where it is gone, or nothing is to come.
  @OrNull public var next: Instant?

  /// A change.
  public init(job: String, change: Kind, before: Instant?, next: Instant?) {
    self.job = job
    self.change = change
    self.before = before
    self.next = next
  }
}

/// Which beatd answers.
public struct VersionReply: Codable, Hashable, Sendable {
  /// beatd's version.
  public var version: String
  /// The API's versions that it speaks.
  public var api: [String]

  /// This version.
  public init(version: String = BeatVersion.current, api: [String] = ["v1"]) {
    self.version = version
    self.api = api
  }
}

/// The version of both programs.
public enum BeatVersion {
  /// Semantic versioning.
  public static let current = "0.1.0"
}
