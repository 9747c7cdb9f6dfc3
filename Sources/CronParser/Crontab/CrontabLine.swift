// SPDX-License-Identifier: Apache-2.0

/// What one line of a crontab says.
public enum CrontabLine: Hashable, Sendable {
  /// A variable for the commands of the lines below it.
  case variable(CrontabVariable)
  /// A variable whose name begins with `BEAT_`: meant for the scheduler, not for the commands.
  case directive(CrontabVariable)
  /// A schedule and a command.
  case entry(CrontabEntry)
  /// A line that is in error. The lines round it stand.
  case error(CrontabError)
}

/// `NAME = value`.
public struct CrontabVariable: Hashable, Sendable {
  /// The name, without quotes; not empty.
  public let name: String
  /// The value, without quotes and without the blanks round it; nothing in it is expanded.
  public let value: String
  /// The line, from 1.
  public let line: Int
  /// Where the line lies in the file's bytes, without its line end.
  public let bytes: Range<Int>
  /// Where the name begins: a column from 1, in code points.
  public let nameColumn: Int
  /// Where the value begins, after a quote: a column from 1, in code points.
  public let valueColumn: Int
}

/// A line with a schedule and a command.
public struct CrontabEntry: Hashable, Sendable {
  /// The line, from 1.
  public let line: Int
  /// Where the line lies in the file's bytes, without its line end.
  public let bytes: Range<Int>
  /// When; for ``isSpread``, when a job without a name would be due.
  public let schedule: Schedule
  /// The schedule has an `H` or a `~`: it is parsed again when the job has its name.
  public let isSpread: Bool
  /// The schedule as it is written, with one space between its fields.
  public let scheduleText: String
  /// Where the schedule begins: a column from 1, in code points.
  public let scheduleColumn: Int
  /// Who runs the command, where the file has a column for it.
  public let user: String?
  /// Where the user's name begins: a column from 1, in code points; 0 where there is none.
  public let userColumn: Int
  /// The text for the shell: what stands before the first unescaped `%`, and `\%` made `%`.
  public let command: String
  /// Where the command begins: a column from 1, in code points.
  public let commandColumn: Int
  /// What the command reads on standard input; nil where the line has no unescaped `%`.
  public let input: String?
  /// The variables in force, in the order in which they were first set.
  public let environment: [CrontabVariable]
  /// Counts the changes of the environment within the file: entries with one number share one.
  public let environmentVersion: Int
  /// The `CRON_TZ` line in force.
  public let zone: CrontabVariable?
  /// The line begins with `-`, or the command with `-q`: its start is not logged.
  public let isQuiet: Bool
  /// The command begins with `-n`: its output is mailed only when it fails.
  public let mailsOnlyFailures: Bool
}

/// What is wrong with a line of a crontab, and where.
public struct CrontabError: Error, Hashable, Sendable {
  /// The line, from 1.
  public let line: Int
  /// Where the line lies in the file's bytes, without its line end.
  public let bytes: Range<Int>
  /// Where the fault begins: a column from 1, in code points.
  public let column: Int
  /// How many code points are meant.
  public let length: Int
  /// What is wrong.
  public let message: String
  /// What was expected.
  public let expected: String?
  /// The nearest right word.
  public let suggestion: String?
  /// The kind of fault.
  public let category: CronSyntaxError.Category
  /// The schedule and the command of a line whose schedule or user is wrong, as far as they can be
  /// told: they say which job it is that is broken.
  public let intent: CrontabIntent?
}

/// The parts of a line in error that still say which job it was meant to be.
public struct CrontabIntent: Hashable, Sendable {
  /// The schedule's text.
  public let scheduleText: String
  /// The command.
  public let command: String
}
