// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A verb of beatctl's.
struct Command: Sendable {
  /// One word or two.
  let name: String
  /// Its operands, for the help.
  let operands: String
  /// How many operands it takes.
  let count: ClosedRange<Int>
  /// What it does, in a line.
  let summary: String
  /// More about it.
  var details: String?
  /// Options besides the global ones.
  var options: [Option] = []
  /// Command lines that show its use.
  let examples: [String]
  /// Carries it out.
  let run: @Sendable (Session) throws -> ExitCode

  /// All of them, in the order of the help.
  static let all: [Command] = [
    StatusCommand.command, ListCommand.command, ShowCommand.command, NextCommand.next,
    NextCommand.previous, ExplainCommand.command, UpcomingCommand.command,
    SimulateCommand.command, CheckCommand.command, HistoryCommand.command,
    LogsCommand.command, AuditCommand.command,
    TriggerCommand.command, CancelCommand.command, EnqueueCommand.command, PauseCommand.pause,
    PauseCommand.resume, ReloadCommand.command,
    BackupCommand.command,
    DeadCommand.list, DeadCommand.replay, ImportCommand.crontab, ImportCommand.systemd,
    ImportCommand.kubernetes, ImportCommand.celery, VersionCommand.command, HelpCommand.command,
  ]

  /// There is no such command.
  static func unknown(_ word: String) -> Failure {
    let names = Set(all.flatMap { [$0.name, String($0.name.prefix { $0 != " " })] })
    let near = nearestName(to: word, among: names.sorted())
    return Failure.usage(
      "there is no command \"\(word)\"",
      hint: near.map { "did you mean `beatctl \($0)`?" } ?? "`beatctl help` lists them")
  }

  /// The command line in short: `beatctl next EXPR|JOB [--tz ZONE]`.
  var usage: String {
    let parts =
      ["beatctl", name, operands]
      + options.filter { !operands.contains("--\($0.name)") }.map { option in
        let more = option.repeats ? "…" : ""
        return option.value.map { "[--\(option.name) \($0)]\(more)" } ?? "[--\(option.name)]"
      }
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// Refuses too few operands and too many.
  func checkOperands(_ given: [String]) throws(Failure) {
    guard !count.contains(given.count) else { return }
    let what =
      given.count < count.lowerBound
      ? "something is missing" : "\"\(given[count.upperBound])\" is too much"
    let quoting = operands.contains("EXPR") && given.count > 1 ? "quote the expression; " : ""
    throw Failure.usage("\(name): \(what)", hint: "\(quoting)usage: \(usage)")
  }
}
