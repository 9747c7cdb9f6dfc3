// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What all jobs will be due at in a stretch of time.
public struct UpcomingReply: Codable, Hashable, Sendable {
  /// The jobs that are due in it, by name.
  public var jobs: [JobFires]

  /// One job's instants.
  public struct JobFires: Codable, Hashable, Sendable {
    /// The job.
    public var name: String
    /// The instants, in order; of a job with very many the first ones.
    public var at: [Instant]
    /// Of a job with more: one instant in each of some hundred equal parts of the rest, in which it
    /// has one; absent where `at` is all.
    public var later: [Instant]?

    /// A job's instants.
    public init(name: String, at: [Instant], later: [Instant]? = nil) {
      self.name = name
      self.at = at
      self.later = later
    }
  }

  /// A list.
  public init(jobs: [JobFires]) { self.jobs = jobs }
}
