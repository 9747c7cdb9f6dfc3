// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Runs a job now.
public struct TriggerRequest: APIRequest, Hashable {
  /// A payload in place of the job's own: an object.
  public var payload: JSONValue?
  /// Runs it though an earlier run has not ended, the job is disabled, or the instant has a run.
  public var force: Bool?
  /// An instant that the job's schedule named, to be run in place of now.
  public var at: Instant?

  /// The keys.
  public enum CodingKeys: String, CodingKey, CaseIterable { case payload, force, at }

  /// A trigger.
  public init(payload: JSONValue? = nil, force: Bool = false, at: Instant? = nil) {
    self.payload = payload
    self.force = force
    self.at = at
  }
}

/// Runs a task once.
public struct EnqueueRequest: APIRequest, Hashable {
  /// The handler's name.
  public var task: String
  /// Its payload: an object.
  public var payload: JSONValue?
  /// When it is due; absent, or past: now.
  public var at: Instant?
  /// 0 to 9; higher goes first; 5 where it is absent.
  public var priority: Int?
  /// So many attempts may follow a failed first one; 3 where it is absent.
  public var retries: Int?
  /// The queue that it waits in; `default` where it is absent.
  public var queue: String?
  /// A second request with the same key is answered with the first one's run.
  public var key: String?

  /// The keys.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case task, payload, at, priority, retries, queue, key
  }

  /// A task; set the rest.
  public init(task: String) { self.task = task }
}

/// Pauses a job, a queue or everything.
public struct PauseRequest: APIRequest, Hashable {
  /// When the pause ends by itself.
  public var until: Instant?
  /// Why.
  public var note: String?

  /// The keys.
  public enum CodingKeys: String, CodingKey, CaseIterable { case until, note }

  /// A pause.
  public init(until: Instant? = nil, note: String? = nil) {
    self.until = until
    self.note = note
  }
}

/// Ends a pause.
public struct ResumeRequest: APIRequest, Hashable {
  /// Whether what passed meanwhile is caught up, by the job's policy.
  public var catchUp: Bool?

  /// The keys.
  public enum CodingKeys: String, CodingKey, CaseIterable { case catchUp = "catch_up" }

  /// An end of a pause.
  public init(catchUp: Bool = false) { self.catchUp = catchUp }
}
