// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// A named schedule, what to do, and the policies for doing it.
///
/// Parsed once; cannot be wrong.
public struct Job: Hashable, Sendable {
  /// Unique in a daemon.
  public let name: JobName
  /// When, in the job's zone.
  public let times: FireTimes
  /// The schedule as it was written, for people: `0 2 * * *`, `every 90s`.
  public let scheduleText: String
  /// What to do.
  public let work: Work
  /// The policies, shared between jobs that have the same ones.
  public let options: Shared<JobOptions>
  /// Where the definition stands; nil for a job made in code.
  public let source: SourceLocation?

  /// A job of these parts.
  public init(
    name: JobName, times: FireTimes, scheduleText: String, work: Work,
    options: Shared<JobOptions> = Shared(JobOptions()), source: SourceLocation? = nil
  ) {
    self.name = name
    self.times = times
    self.scheduleText = scheduleText
    self.work = work
    self.options = options
    self.source = source
  }
}

/// What a job does when it runs.
public enum Work: Hashable, Sendable {
  /// Text for the shell, and what the command reads on standard input.
  case command(String, input: String?)
  /// A program and its arguments, without a shell; the list is not empty.
  case exec([String], input: String?)
  /// A handler registered under this name, and its payload as JSON text (an object).
  case task(name: String, payload: String)
  /// An HTTP request.
  case http(Shared<HTTPRequest>)
}
