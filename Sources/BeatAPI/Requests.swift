// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Runs a job now.
public struct TriggerRequest: APIRequest, Hashable {
  /// A payload in place of the job's own: an object.
  public var payload: JSONValue?
  /// Runs it though an earlier run has not ended, or the job is disabled.
  public var force: Bool?

  /// The keys.
  public enum CodingKeys: String, CodingKey, CaseIterable { case payload, force }

  /// A trigger.
  public init(payload: JSONValue? = nil, force: Bool = false) {
    self.payload = payload
    self.force = force
  }
}

/// Pauses a job or everything.
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
