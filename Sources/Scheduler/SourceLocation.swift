// SPDX-License-Identifier: Apache-2.0

/// A place in a schedule file.
///
/// Two are equal when file and line are.
public struct SourceLocation: Hashable, Sendable {
  /// Where an option of the definition stands.
  struct OptionLine: Hashable, Sendable {
    /// The option's number in the table of options.
    let row: UInt8
    /// The line, from 1.
    let line: Int32
  }

  private let origin: Shared<String>
  private let number: Int32
  /// Where the definition's options stand, by row; nil where it gives none.
  let optionLines: Shared<[OptionLine]>?

  /// The file as the daemon opened it.
  public var file: String { origin.value }
  /// The line, from 1.
  public var line: Int { Int(number) }

  /// A place.
  public init(file: String, line: Int) { self.init(file: Shared(file), line: line) }

  /// A place in a file whose name many places share.
  init(file: Shared<String>, line: Int, optionLines: Shared<[OptionLine]>? = nil) {
    origin = file
    number = Int32(clamping: line)
    self.optionLines = optionLines
  }

  /// Equal when file and line are.
  public static func == (left: SourceLocation, right: SourceLocation) -> Bool {
    left.number == right.number && left.origin == right.origin
  }

  /// Hashes file and line.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(origin)
    hasher.combine(number)
  }
}
