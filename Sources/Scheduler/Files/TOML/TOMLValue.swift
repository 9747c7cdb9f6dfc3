// SPDX-License-Identifier: Apache-2.0

/// A value of a TOML file, and where it stands.
struct TOMLValue: Hashable, Sendable {
  /// What a value is.
  enum Content: Hashable, Sendable {
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    /// A date-time with an offset, as RFC 3339 writes it.
    case instant(String)
    /// A date, a time, or both, without an offset.
    case local(String)
    case array([TOMLValue])
    case table([TOMLEntry])
  }

  let content: Content
  let range: TOMLRange

  /// What it is, in a message.
  var description: String {
    switch content {
    case .string(let text): "the string \"\(Diagnostic.shown(text))\""
    case .integer(let number): "the integer \(number)"
    case .float(let number): "the number \(number)"
    case .boolean(let flag): "`\(flag)`"
    case .instant(let text), .local(let text): "the date or time \(text)"
    case .array: "an array"
    case .table: "a table"
    }
  }
}

/// A key and its value, in the order of the file.
struct TOMLEntry: Hashable, Sendable {
  let key: String
  let keyRange: TOMLRange
  let value: TOMLValue
}

/// A stretch of a file: lines and columns from 1, columns in code points, the end exclusive.
struct TOMLRange: Hashable, Sendable {
  var line: Int
  var column: Int
  var endLine: Int
  var endColumn: Int

  /// How many code points of its first line are meant, where it ends on that line.
  var length: Int { endLine == line ? max(1, endColumn - column) : 1 }

  /// Orders by where it begins.
  static func precedes(_ left: TOMLRange, _ right: TOMLRange) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// Why a text is not TOML, or not taken.
struct TOMLError: Error, Hashable, Sendable {
  enum Kind: Hashable, Sendable { case syntax, duplicate, encoding, limit }
  let kind: Kind
  let line: Int
  let column: Int
  let message: String

  /// How the most usual mistakes are mended; nil for the rest.
  var hint: String? {
    if kind == .duplicate { return "each key and each table once in a file" }
    guard kind == .syntax else { return nil }
    if message.hasPrefix("could not determine value type") {
      return "text in quotes, a number, true, false, a list or a table"
    }
    if message.hasPrefix("expected '=', saw") { return "key = value" }
    if message.contains("in table header") { return "a line such as [jobs.backup]" }
    return nil
  }
}
