// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What is allowed in a crontab and probably not meant, or means something else to other crons.
enum CrontabWarnings {
  /// Warns of what was taken off the lines of a file.
  static func ofFile(_ reader: CrontabReader, _ sink: inout DiagnosticSink) {
    if reader.droppedByteOrderMark {
      sink.report(
        .warning, .encoding, line: 1, column: 1, length: 1,
        "the byte order mark was dropped; other crons refuse the line")
    }
    if reader.droppedCarriageReturn {
      sink.report(
        .warning, .encoding, line: 1, column: 1, length: 1,
        "the \\r before line ends was dropped; other crons make it part of the command")
    }
  }

  /// Warns of a variable that does not do what it seems to, or does more.
  static func of(_ variable: CrontabVariable, _ sink: inout DiagnosticSink) {
    switch variable.name {
    case "TZ":
      report(
        variable, .zone, &sink,
        "TZ is only the command's environment; it does not move the schedule",
        suggestion: "CRON_TZ")
    case "LD_PRELOAD", "LD_LIBRARY_PATH", "BASH_ENV", "ENV", "IFS":
      report(
        variable, .environment, &sink,
        "\(variable.name) changes what every program of the jobs below does")
    case "PATH":
      let places = variable.value.split(separator: ":", omittingEmptySubsequences: false)
      guard places.contains(where: { !$0.hasPrefix("/") }) else { return }
      report(
        variable, .environment, &sink,
        "a place in PATH does not begin with `/`: programs are looked for where the job runs",
        expected: "nothing is expanded here: whole paths, with `:` between them")
    default: return
    }
  }

  private static func report(
    _ variable: CrontabVariable, _ category: CronSyntaxError.Category,
    _ sink: inout DiagnosticSink, _ message: String, expected: String? = nil,
    suggestion: String? = nil
  ) {
    sink.report(
      .warning, category, line: variable.line, column: variable.nameColumn,
      length: variable.name.unicodeScalars.count, message, expected: expected,
      suggestion: suggestion)
  }

  /// Warns of an entry; with `hasDirectory`, an option says where its command runs.
  static func of(_ entry: CrontabEntry, hasDirectory: Bool, _ sink: inout DiagnosticSink) {
    for advice in ScheduleAdvice.on(entry.scheduleText, .crontab) {
      report(advice, entry, &sink)
    }
    if !entry.scheduleText.hasPrefix("@") { warnOfOneMoreColumn(entry, &sink) }
    if entry.input != nil { warnOfPercent(entry, &sink) }
    if !hasDirectory, let program = ProgramAdvice.relativeProgram(of: entry.command) {
      let column = sink.column(of: String(program), line: entry.line, from: entry.commandColumn)
      sink.report(
        .warning, .syntax, line: entry.line, column: column,
        length: program.unicodeScalars.count,
        "`\(Diagnostic.shown(String(program)))` is a relative path: it is sought in the home "
          + "directory, where the command runs",
        expected: "a path from `/`")
    }
  }

  private static func report(
    _ advice: ScheduleAdvice, _ entry: CrontabEntry, _ sink: inout DiagnosticSink
  ) {
    let columns = columns(of: advice.offset..<advice.offset + advice.length, entry, &sink)
    sink.report(
      .warning, advice.category, line: entry.line, column: columns.lowerBound,
      length: columns.count, advice.message, expected: advice.expected,
      suggestion: advice.suggestion)
  }

  /// Where a stretch of a schedule's text stands in its line, where its fields may lie further
  /// apart.
  private static func columns(
    of stretch: Range<Int>, _ entry: CrontabEntry, _ sink: inout DiagnosticSink
  ) -> Range<Int> {
    let line = Array(sink.text(of: entry.line).unicodeScalars)
    var place = max(0, entry.scheduleColumn - 1)
    var (offset, start, end) = (0, place, place)
    for scalar in entry.scheduleText.unicodeScalars {
      if offset == stretch.lowerBound { start = place }
      offset += UTF8.width(scalar)
      place += 1
      if offset == stretch.upperBound { end = place }
      guard scalar == " " else { continue }
      while place < line.count, line[place] == " " || line[place] == "\t" { place += 1 }
    }
    return start + 1..<max(start, end) + 1
  }

  // MARK: A column too many

  /// A sixth field, or the name of a user: the first word of the command is neither.
  private static func warnOfOneMoreColumn(_ entry: CrontabEntry, _ sink: inout DiagnosticSink) {
    let word = String(entry.command.prefix { $0 != " " && $0 != "\t" })
    if CrontabReader.beginsWithField(entry.command) {
      sink.report(
        .warning, .syntax, line: entry.line, column: entry.commandColumn,
        length: word.unicodeScalars.count,
        "the command begins with \"\(Diagnostic.shown(word))\", which looks like a sixth field",
        expected: "five fields: a crontab has no seconds")
    } else if word == "root", entry.command.utf8.count > 5 {
      sink.report(
        .warning, .user, line: entry.line, column: entry.commandColumn, length: 4,
        "the command begins with \"root\": this file has no column for a user",
        expected: "the command directly after the five fields")
    }
  }

  // MARK: The percent sign

  /// Programs that are given their text after a `%` on purpose.
  private static let readers: Set<Substring> = [
    "mail", "mailx", "sendmail", "msmtp", "cat", "tee", "wall", "write", "at", "batch", "bc", "dc",
    "sh", "bash", "dash", "psql", "mysql", "mariadb", "sqlite3", "ftp", "sftp", "nc", "logger",
    "python3", "perl",
  ]

  private static func warnOfPercent(_ entry: CrontabEntry, _ sink: inout DiagnosticSink) {
    let isQuoted = "\"'".contains { quote in
      !entry.command.count(where: { $0 == quote }).isMultiple(of: 2)
    }
    guard isQuoted || !readsText(entry.command) else { return }
    let scalars = Array(sink.text(of: entry.line).unicodeScalars)
    var isEscaped = false
    for (index, scalar) in scalars.enumerated().dropFirst(max(0, entry.commandColumn - 1)) {
      if scalar == "%", !isEscaped {
        return sink.report(
          .warning, .syntax, line: entry.line, column: index + 1, length: 1,
          "the command ends at this `%`; the rest is its standard input",
          suggestion: "\\%")
      }
      isEscaped = scalar == "\\" && !isEscaped
    }
  }

  /// The last program of the command reads text, and the `%` does not cut one of its words short.
  private static func readsText(_ command: String) -> Bool {
    guard let last = command.last, !"+-=_.:/(".contains(last) else { return false }
    let part = command.split { "|;&".contains($0) }.last ?? ""
    let program = part.split(separator: " ").first { !$0.contains("=") } ?? ""
    return readers.contains(program.split(separator: "/").last ?? "")
  }
}

extension DiagnosticSink {
  /// The column where a text stands in a line, sought from a column on.
  mutating func column(of text: String, line: Int, from column: Int) -> Int {
    let scalars = Array(self.text(of: line).unicodeScalars)
    let wanted = Array(text.unicodeScalars)
    for start in max(0, column - 1)..<max(column, scalars.count)
    where scalars.dropFirst(start).starts(with: wanted) { return start + 1 }
    return column
  }
}
