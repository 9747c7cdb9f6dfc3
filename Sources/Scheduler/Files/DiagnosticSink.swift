// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Gathers what is wrong with one file, and finds the lines that are quoted.
struct DiagnosticSink: Sendable {
  /// The most diagnostics of one file that are kept; the rest are counted.
  static let limit = 1_000

  let file: String
  private(set) var diagnostics: [Diagnostic] = []
  private var dropped = 0
  private var unobeyed: Set<String> = []
  private let bytes: [UInt8]
  private var lineStarts: [Int]?

  init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }

  /// Everything reported, in the order of the file, and a last word on what was too much to keep.
  var all: [Diagnostic] {
    let sorted = diagnostics.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    guard dropped > 0 else { return sorted }
    return sorted + [
      Diagnostic(wholeFile: file, .limit, "\(dropped) more faults in this file are not shown")
    ]
  }

  /// Reports a stretch of one line.
  mutating func report(
    _ severity: Diagnostic.Severity, _ category: CronSyntaxError.Category, line: Int, column: Int,
    length: Int, _ message: String, expected: String? = nil, suggestion: String? = nil
  ) {
    guard diagnostics.count < Self.limit else {
      dropped += 1
      return
    }
    diagnostics.append(
      Diagnostic(
        severity, category, file: file, line: line, column: column, length: max(1, length),
        message: message, expected: expected, suggestion: suggestion, sourceLine: text(of: line)))
  }

  /// Reports the file as a whole.
  mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  /// Reports why the file is not TOML, or not taken.
  mutating func report(_ error: TOMLError) {
    let category: CronSyntaxError.Category =
      switch error.kind {
      case .syntax: .syntax
      case .duplicate: .duplicate
      case .encoding: .encoding
      case .limit: .limit
      }
    let isAtLineEnd =
      text(of: error.line).unicodeScalars.count < error.column
      && error.message.hasPrefix("unescaped control characters")
    report(
      .error, category, line: error.line, column: error.column, length: 1,
      isAtLineEnd ? "the string is not closed on its line" : error.message,
      expected: isAtLineEnd ? "its closing quote, or \"\"\" for text of several lines" : error.hint)
  }

  /// Warns of an option of which nothing comes: where the file gives it first.
  mutating func report(_ option: UnobeyedOption) {
    guard unobeyed.insert(option.name).inserted else { return }
    report(
      .warning, .key, line: option.range.line, column: option.range.column,
      length: option.range.length,
      "`\(option.name)` is read but not yet obeyed by this version")
  }

  /// Reports a fault of an option, at the value or inside its text.
  mutating func report(_ fault: OptionFault, _ severity: Diagnostic.Severity = .error) {
    let range = fault.range
    var (column, length) = (range.column, range.endColumn - range.column)
    if range.endLine != range.line {
      length = text(of: range.line).unicodeScalars.count + 1 - column
    }
    if let inner = fault.inner, let found = place(of: inner, in: range) { (column, length) = found }
    report(
      severity, fault.category, line: range.line, column: column, length: length, fault.message,
      expected: fault.expected, suggestion: fault.suggestion)
  }

  /// The text of a line, without its end.
  mutating func text(of line: Int) -> String {
    if lineStarts == nil { lineStarts = Self.starts(of: bytes) }
    guard let lineStarts, line >= 1, line <= lineStarts.count else { return "" }
    let start = lineStarts[line - 1]
    var end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private static func starts(of bytes: [UInt8]) -> [Int] {
    var starts = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
    for index in bytes.indices where bytes[index] == 0x0A { starts.append(index + 1) }
    return starts
  }

  /// Where a part of a string stands in its line, if the string is written there as it is.
  private mutating func place(of inner: OptionFault.Inner, in range: TOMLRange) -> (Int, Int)? {
    let line = Array(text(of: range.line).unicodeScalars)
    let text = Array(inner.text.unicodeScalars)
    for start in [range.column - 1, range.column] where start >= 0 {
      guard line.dropFirst(start).starts(with: text) else { continue }
      let bytes = Array(inner.text.utf8)
      let first = min(max(0, inner.offset), bytes.count)
      let last = min(first + max(1, inner.length), bytes.count)
      let before = UTF8Check.scalarCount(of: bytes, 0..<first)
      return (start + 1 + before, max(1, UTF8Check.scalarCount(of: bytes, first..<last)))
    }
    return nil
  }
}
