// SPDX-License-Identifier: Apache-2.0

/// Tells a variable's line from an entry's, by the rules of cronie's `load_env`.
///
/// - The name ends at a blank or `=`, or is quoted; blanks round `=` are dropped.
/// - A value in quotes ends at the same quote, after which only blanks may follow; there is no
///   escape.
/// - A value without quotes ends where the line ends, without trailing blanks.
enum CrontabVariableParser {
  /// What a line is.
  enum Outcome {
    /// Name and value, as ranges of bytes.
    case variable(name: Range<Int>, value: Range<Int>)
    /// No variable; where that showed, and why.
    case other(at: Int, Fault)
  }

  /// Why a line is no variable.
  enum Fault {
    case noEquals
    case nameQuoteOpen
    case valueQuoteOpen
    case textAfterQuote
  }

  /// Reads a line that begins at its first byte that is no blank.
  static func parse(_ bytes: [UInt8], _ line: Range<Int>) -> Outcome {
    var index = line.lowerBound
    let end = line.upperBound
    let name: Range<Int>
    if index < end, isQuote(bytes[index]) {
      guard let close = closing(bytes, index, end, stopAtEquals: true) else {
        return .other(at: index, .nameQuoteOpen)
      }
      name = index + 1..<close
      index = close + 1
    } else {
      let start = index
      while index < end, bytes[index] != UInt8(ascii: "="), !isBlank(bytes[index]) { index += 1 }
      name = start..<index
    }
    skipBlanks(bytes, &index, end)
    guard index < end, bytes[index] == UInt8(ascii: "=") else {
      return .other(at: index, .noEquals)
    }
    index += 1
    skipBlanks(bytes, &index, end)
    return value(bytes, index, end, name: name)
  }

  private static func value(_ bytes: [UInt8], _ start: Int, _ end: Int, name: Range<Int>) -> Outcome
  {
    guard start < end, isQuote(bytes[start]) else {
      var last = end
      while last > start, isBlank(bytes[last - 1]) { last -= 1 }
      return .variable(name: name, value: start..<last)
    }
    guard let close = closing(bytes, start, end, stopAtEquals: false) else {
      return .other(at: start, .valueQuoteOpen)
    }
    var after = close + 1
    skipBlanks(bytes, &after, end)
    guard after == end else { return .other(at: after, .textAfterQuote) }
    return .variable(name: name, value: start + 1..<close)
  }

  private static func closing(_ bytes: [UInt8], _ open: Int, _ end: Int, stopAtEquals: Bool) -> Int?
  {
    var index = open + 1
    while index < end {
      if bytes[index] == bytes[open] { return index }
      if stopAtEquals, bytes[index] == UInt8(ascii: "=") { return nil }
      index += 1
    }
    return nil
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
  private static func isQuote(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 }

  static func skipBlanks(_ bytes: [UInt8], _ index: inout Int, _ end: Int) {
    while index < end, isBlank(bytes[index]) { index += 1 }
  }
}
