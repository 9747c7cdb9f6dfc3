// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Something wrong with a schedule file: what, where, and what was expected.
public struct Diagnostic: Hashable, Sendable {
  /// How grave it is.
  public enum Severity: String, Hashable, Sendable {
    /// What it concerns is not loaded, or keeps its last good definition.
    case error
    /// It is loaded, and probably not what was meant.
    case warning
  }

  /// How grave it is.
  public let severity: Severity
  /// The kind of fault.
  public let category: CronSyntaxError.Category
  /// The file or folder.
  public let file: String
  /// The line, from 1; 0 where the whole file or folder is meant.
  public let line: Int
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
  /// The line as it stands in the file; nil where the whole file is meant.
  public let sourceLine: String?

  /// A diagnostic of a place in a file.
  public init(
    _ severity: Severity, _ category: CronSyntaxError.Category, file: String, line: Int,
    column: Int, length: Int, message: String, expected: String? = nil, suggestion: String? = nil,
    sourceLine: String?
  ) {
    self.severity = severity
    self.category = category
    self.file = file
    self.line = line
    self.column = column
    self.length = length
    self.message = message
    self.expected = expected
    self.suggestion = suggestion
    self.sourceLine = sourceLine
  }

  /// An error of a file or folder as a whole.
  public init(
    wholeFile file: String, _ category: CronSyntaxError.Category, _ message: String,
    expected: String? = nil
  ) {
    self.init(
      .error, category, file: file, line: 0, column: 0, length: 0, message: message,
      expected: expected, sourceLine: nil)
  }
}
