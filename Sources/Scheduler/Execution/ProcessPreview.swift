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
  /// Whom it runs as: the job's `user`, else the user of the calling process.
  public let user: String
  /// What a run may find otherwise, and why, for people.
  public let notes: [String]

  /// The name that stands for a run's own.
  public static let runPlaceholder = "TAG-NUMBER"

  /// What the first attempt at an instant would be given; nil where the job's work is no process.
  ///
  /// A job without a `user` has the account of the calling process: run as another user, a daemon
  /// gives it another `HOME`, `LOGNAME` and directory.
  public init?(_ job: Job, at instant: Instant) {
    let order = AttemptOrder(
      run: RunID(1), runText: Self.runPlaceholder, job: job.name, attempt: 1,
      scheduledFor: instant, trigger: .schedule, work: job.work, options: job.options,
      zone: job.times.zone)
    var notes: [String] = []
    let account = Self.account(of: order, &notes)
    var outside = OutsideVariables()
    do throws(StartFailure) {
      outside.file = try ProcessPlan.fileVariables(of: order)
    } catch {
      notes.append(error.message)
    }
    switch order.inheritedEnvironment(isFirstProcess: false) {
    case .none: break
    case .all: notes.append("it gets the environment of beatd as well")
    case .names(let names):
      notes.append("it gets from the environment of beatd as well: \(names.joined(separator: " "))")
    }
    guard let plan = ProcessPlan(order, account: account, outside: outside) else { return nil }
    self.notes = notes
    arguments = plan.arguments
    input = plan.input
    directory = plan.directory
    user = account.name
    environment = plan.environment.map { line in
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return EnvironmentVariable(name: String(parts[0]), value: String(parts.last ?? ""))
    }
  }

  private static func account(of order: AttemptOrder, _ notes: inout [String]) -> Account {
    guard let name = order.user else { return .current() }
    do throws(AccountError) {
      return try .named(name)
    } catch {
      notes.append("not started: \(error.message); HOME and the directory are not known")
      return Account(name: name, home: "/")
    }
  }
}
