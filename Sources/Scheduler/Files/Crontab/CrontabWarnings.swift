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

  /// Warns of a variable that does not do what it seems to.
  static func of(_ variable: CrontabVariable, _ sink: inout DiagnosticSink) {
    guard variable.name == "TZ" else { return }
    sink.report(
      .warning, .zone, line: variable.line, column: variable.nameColumn, length: 2,
      "TZ is only the command's environment; it does not move the schedule",
      suggestion: "CRON_TZ")
  }

  /// Warns of an entry.
  static func of(_ entry: CrontabEntry, at now: Instant, _ sink: inout DiagnosticSink) {
    warnOfSixthField(entry, &sink)
    if !entry.scheduleText.hasPrefix("@") { warnOfFields(entry, &sink) }
    if entry.input != nil { warnOfDateFormat(entry, &sink) }
  }

  private static func warnOfSixthField(_ entry: CrontabEntry, _ sink: inout DiagnosticSink) {
    let word = entry.command.unicodeScalars.prefix { $0 != " " && $0 != "\t" }
    guard !entry.scheduleText.hasPrefix("@"),
      word.allSatisfy({ "0123456789*/,-?".unicodeScalars.contains($0) }),
      let first = word.first, "0123456789*?".unicodeScalars.contains(first)
    else { return }
    sink.report(
      .warning, .syntax, line: entry.line, column: entry.commandColumn, length: word.count,
      "the command begins with \"\(Diagnostic.shown(String(String.UnicodeScalarView(word))))\", "
        + "which looks like a sixth field",
      expected: "five fields: a crontab has no seconds")
  }

  // MARK: Fields

  private struct Field {
    let text: Substring
    let offset: Int
    let bounds: ClosedRange<Int>
    let names: [String]
  }

  private static let months = [
    "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
  private static let shapes: [(ClosedRange<Int>, [String])] = [
    (0...59, []), (0...23, []), (1...31, []), (1...12, months), (0...7, days),
  ]

  private static func warnOfFields(_ entry: CrontabEntry, _ sink: inout DiagnosticSink) {
    var offset = 0
    let fields = entry.scheduleText.split(separator: " ")
    for (text, shape) in zip(fields, shapes) {
      let field = Field(text: text, offset: offset, bounds: shape.0, names: shape.1)
      for item in text.split(separator: ",") { warn(of: item, field, entry, &sink) }
      offset += text.utf8.count + 1
    }
  }

  private static func warn(
    of item: Substring, _ field: Field, _ entry: CrontabEntry, _ sink: inout DiagnosticSink
  ) {
    let parts = item.split(separator: "/", maxSplits: 1)
    let ends = parts.first?.split(separator: "-", maxSplits: 1).map { value($0, field) } ?? []
    if ends.count == 2, let first = ends[0], let last = ends[1], first > last {
      report(
        "`\(item)` goes round the end; other crons never fire it", item, field, entry, &sink)
    }
    if parts.count == 2, let step = Int(parts[1]),
      step > field.bounds.upperBound - field.bounds.lowerBound
    {
      report(
        "the step of `\(item)` is longer than the field: only its first value is left", item,
        field, entry, &sink)
    }
  }

  private static func value(_ text: Substring, _ field: Field) -> Int? {
    Int(text) ?? field.names.firstIndex(of: text.lowercased())
  }

  private static func report(
    _ message: String, _ item: Substring, _ field: Field, _ entry: CrontabEntry,
    _ sink: inout DiagnosticSink
  ) {
    let column = sink.column(
      of: String(item), line: entry.line,
      from: entry.scheduleColumn + field.offset)
    sink.report(
      .warning, .range, line: entry.line, column: column, length: item.utf8.count,
      message)
  }

  // MARK: The percent sign

  private static func warnOfDateFormat(_ entry: CrontabEntry, _ sink: inout DiagnosticSink) {
    guard let next = entry.input?.utf8.first, isLetter(next), entry.command.contains("date") else {
      return
    }
    let scalars = Array(sink.text(of: entry.line).unicodeScalars)
    var isEscaped = false
    for (index, scalar) in scalars.enumerated().dropFirst(max(0, entry.commandColumn - 1)) {
      if scalar == "%", !isEscaped {
        return sink.report(
          .warning, .syntax, line: entry.line, column: index + 1, length: 2,
          "the command ends at this `%`; the rest is its standard input",
          suggestion: "\\%")
      }
      isEscaped = scalar == "\\" && !isEscaped
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
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
