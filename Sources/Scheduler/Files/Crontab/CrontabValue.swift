// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Reads the value of a `BEAT_` variable as a job file would have it: an integer, true or false, an
/// inline table or array, else a string.
enum CrontabValue {
  /// The value as text.
  static func text(_ variable: CrontabVariable) -> TOMLValue {
    TOMLValue(content: .string(variable.value), range: range(of: variable))
  }

  /// The value as what it looks like.
  static func of(_ variable: CrontabVariable, takesText: Bool) -> Result<TOMLValue, Fault> {
    let text = variable.value
    guard !takesText else { return .success(Self.text(variable)) }
    if text.hasPrefix("{") || text.hasPrefix("[") { return structure(variable) }
    let content: TOMLValue.Content =
      switch text {
      case "true": .boolean(true)
      case "false": .boolean(false)
      default: Int64(text).map { .integer($0) } ?? .string(text)
      }
    return .success(TOMLValue(content: content, range: range(of: variable)))
  }

  /// A value that is no TOML.
  struct Fault: Error {
    let fault: OptionFault
  }

  private static let lead = "v = "

  private static func structure(_ variable: CrontabVariable) -> Result<TOMLValue, Fault> {
    let shift = variable.valueColumn - 1 - lead.utf8.count
    do {
      let document = try TOMLDocument(Array((lead + variable.value).utf8))
      guard document.entries.count == 1, let entry = document.entries.first, entry.key == "v" else {
        return .failure(Fault(fault: fault(variable, "not one value", column: nil)))
      }
      return .success(entry.value.moved(to: variable.line, by: shift))
    } catch {
      let column = error.column + shift
      return .failure(Fault(fault: fault(variable, error.message, column: column)))
    }
  }

  private static func fault(_ variable: CrontabVariable, _ message: String, column: Int?)
    -> OptionFault
  {
    var range = range(of: variable)
    if let column {
      range.column = min(max(column, range.column), max(range.column, range.endColumn - 1))
      range.endColumn = range.column + 1
    }
    return OptionFault(
      category: .syntax, message: message, expected: "a value such as { max = 5 } or [0, 75]",
      range: range)
  }

  /// Where the variable's name stands.
  static func nameRange(of variable: CrontabVariable) -> TOMLRange {
    let length = max(1, variable.name.unicodeScalars.count)
    return TOMLRange(
      line: variable.line, column: variable.nameColumn, endLine: variable.line,
      endColumn: variable.nameColumn + length)
  }

  private static func range(of variable: CrontabVariable) -> TOMLRange {
    let length = max(1, variable.value.unicodeScalars.count)
    return TOMLRange(
      line: variable.line, column: variable.valueColumn, endLine: variable.line,
      endColumn: variable.valueColumn + length)
  }
}

extension OptionDecoder {
  /// Reports a value that is no TOML.
  mutating func fail(_ fault: CrontabValue.Fault) {
    let fault = fault.fault
    fail(fault.category, fault.message, at: fault.range, expected: fault.expected)
  }
}

extension TOMLValue {
  /// The value at another line, its columns shifted.
  fileprivate func moved(to line: Int, by shift: Int) -> TOMLValue {
    let content: Content =
      switch self.content {
      case .array(let elements): .array(elements.map { $0.moved(to: line, by: shift) })
      case .table(let entries):
        .table(
          entries.map {
            TOMLEntry(
              key: $0.key, keyRange: $0.keyRange.moved(to: line, by: shift),
              value: $0.value.moved(to: line, by: shift))
          })
      default: self.content
      }
    return TOMLValue(content: content, range: range.moved(to: line, by: shift))
  }
}

extension TOMLRange {
  fileprivate func moved(to line: Int, by shift: Int) -> TOMLRange {
    TOMLRange(line: line, column: column + shift, endLine: line, endColumn: endColumn + shift)
  }
}
