// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What a process of a job is given, without starting one: the plan that the execution makes.
public struct ProcessPreview: Hashable, Sendable {
  /// The arguments, the program's name first; of a `command` the shell, `-c` and its text.
  public let arguments: [String]
  /// What it reads; nil: nothing.
  public let input: String?
  /// All of its environment; `BEAT_RUN_ID` stands for what each run has of its own.
  public let environment: [EnvironmentVariable]
  /// Where it runs.
  public let directory: String
  /// Whom it runs as: the user of the calling process.
  public let user: String

  /// The name that stands for a run's own.
  public static let runPlaceholder = "TAG-NUMBER"

  /// What the first attempt at an instant would be given; nil where the job's work is no process.
  ///
  /// The account is that of the calling process: run as another user, a daemon gives another
  /// `HOME`, `LOGNAME` and directory.
  public init?(_ job: Job, at instant: Instant) {
    let order = AttemptOrder(
      run: RunID(1), runText: Self.runPlaceholder, job: job.name, attempt: 1,
      scheduledFor: instant, trigger: .schedule, work: job.work, options: job.options,
      zone: job.times.zone)
    let account = Account.current()
    guard let plan = ProcessPlan(order, account: account) else { return nil }
    arguments = plan.arguments
    input = plan.input
    directory = plan.directory
    user = account.name
    environment = plan.environment.map { line in
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return EnvironmentVariable(name: String(parts[0]), value: String(parts.last ?? ""))
    }
  }
}
