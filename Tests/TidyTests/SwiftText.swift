// SPDX-License-Identifier: Apache-2.0

/// A Swift file's text with its comments, or its strings and comments, blanked out.
///
/// Blanks stand where characters stood and line ends stay, so positions hold. It knows line and
/// nested block comments, strings of all kinds with their interpolations, and raw identifiers; it
/// does not know regex literals, which the house does not use.
struct SwiftText {
  /// The code alone: what was in comments, string literals and raw identifiers is blank.
  let code: String
  let lines: [Substring]

  init(_ text: String) {
    var blanker = Blanker(bytes: Array(text.utf8))
    blanker.code(until: nil)
    code = String(decoding: blanker.bytes, as: UTF8.self)
    lines = code.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The words of a line: runs of letters, digits and `_`.
  static func words(_ line: Substring) -> [Substring] {
    line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
  }
}

private struct Blanker {
  var bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private func at(_ text: StaticString, _ offset: Int = 0) -> Bool {
    let start = position + offset
    guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[start + $0] == text.utf8Start[$0] }
  }

  private mutating func blank(_ count: Int = 1) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] != UInt8(ascii: "\n") { bytes[position] = UInt8(ascii: " ") }
      position += 1
    }
  }

  /// Passes code, to its end or past the parenthesis that closes an interpolation.
  mutating func code(until closing: UInt8?) {
    var depth = 0
    while position < bytes.count {
      let byte = bytes[position]
      if at("//") {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { blank() }
      } else if at("/*") {
        blockComment()
      } else if byte == UInt8(ascii: "\"") {
        string(hashes: 0)
      } else if byte == UInt8(ascii: "#"), let hashes = hashesBeforeQuote() {
        blank(hashes)
        string(hashes: hashes)
      } else if byte == UInt8(ascii: "`") {
        rawIdentifier()
      } else {
        if closing != nil, byte == UInt8(ascii: "(") { depth += 1 }
        if let closing, byte == closing {
          if depth == 0 { return blank() }
          depth -= 1
        }
        if closing != nil { blank() } else { position += 1 }
      }
    }
  }

  private func hashesBeforeQuote() -> Int? {
    var count = 0
    while position + count < bytes.count, bytes[position + count] == UInt8(ascii: "#") {
      count += 1
    }
    return at("\"", count) ? count : nil
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      if at("/*") {
        depth += 1
        blank(2)
      } else if at("*/") {
        depth -= 1
        blank(2)
      } else {
        blank()
      }
    } while depth > 0 && position < bytes.count
  }

  private mutating func rawIdentifier() {
    blank()
    while position < bytes.count, bytes[position] != UInt8(ascii: "`") { blank() }
    blank()
  }

  private mutating func string(hashes: Int) {
    let quotes = at("\"\"\"") ? 3 : 1
    blank(quotes)
    while position < bytes.count {
      if quotes == 3 ? at("\"\"\"") : at("\""), follows(hashes, after: quotes) {
        return blank(quotes + hashes)
      }
      if at("\\"), follows(hashes, after: 1) {
        blank(1 + hashes)
        if at("(") {
          blank()
          code(until: UInt8(ascii: ")"))
        } else {
          blank()
        }
      } else {
        blank()
      }
    }
  }

  private func follows(_ hashes: Int, after offset: Int) -> Bool {
    (0..<hashes).allSatisfy { at("#", offset + $0) }
  }
}
