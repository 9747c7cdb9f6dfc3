// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Swift code that runs under a task name.
///
/// - Parameter context: which attempt of which run this is, and the payload.
/// - Returns: the result as JSON text, or nil.
/// - Throws: ``HandlerError`` to say what is to happen; any other error is a failure that is
///   retried as the job's policy says.
public typealias Handler = @Sendable (_ context: HandlerContext) async throws -> String?

/// What a handler knows of the attempt that it is.
public struct HandlerContext: Sendable {
  /// Whose run.
  public let job: JobName
  /// The run's name outside the daemon; the same for all attempts.
  public let runID: String
  /// From 1.
  public let attempt: Int
  /// The instant that the schedule named.
  public let scheduledFor: Instant
  /// What brought the run about.
  public let trigger: Trigger
  /// The job's zone.
  public let zone: Zone
  /// The payload as JSON text, an object.
  public let payload: String
  /// The job's `directory`: relative paths in the payload start from it; nil: from the working
  /// directory of the process.
  public let directory: String?
  /// Prints a line into the run's output.
  public let log: @Sendable (String) -> Void

  /// A context.
  public init(
    job: JobName, runID: String, attempt: Int, scheduledFor: Instant, trigger: Trigger, zone: Zone,
    payload: String, directory: String? = nil, log: @escaping @Sendable (String) -> Void
  ) {
    self.job = job
    self.runID = runID
    self.attempt = attempt
    self.scheduledFor = scheduledFor
    self.trigger = trigger
    self.zone = zone
    self.payload = payload
    self.directory = directory
    self.log = log
  }
}

extension HandlerContext {
  /// A path of the payload, a relative one taken from the job's `directory`.
  public func path(_ text: String) -> String {
    guard !text.hasPrefix("/"), let directory else { return text }
    return directory + "/" + text
  }
}

/// What a handler throws to say what is to happen.
public enum HandlerError: Error, Hashable, Sendable {
  /// Another attempt would not help.
  case permanent(String)
  /// Try again after this long.
  case retryAfter(TimeSpan, String)
  /// Not now; no attempt is used.
  case snooze(TimeSpan)
}
