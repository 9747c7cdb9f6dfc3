// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Refuses what the TOML parser must not see: bytes that are not text, and nesting so deep that a
/// recursive walk could overflow the stack.
///
/// Brackets within brackets are bounded by ``nestingLimit``, and the parts of one dotted key by
/// ``keyLimit``, so the tree is never deeper than the product of the two.
enum TOMLGuard {
  /// The most brackets and braces that may be open at once.
  static let nestingLimit = 32
  /// The most dots in one key.
  static let keyLimit = 16

  /// The first thing to refuse, or nil.
  static func check(_ bytes: [UInt8]) -> TOMLError? {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return TOMLError(
        kind: .encoding, line: 1, column: 1, message: "the file is UTF-16, not UTF-8")
    }
    if let bad = UTF8Check.firstInvalid(in: bytes, 0..<bytes.count) {
      let code = String(bytes[bad], radix: 16, uppercase: true)
      return error(.encoding, at: bad, in: bytes, "byte 0x\(code) is not UTF-8")
    }
    if let zero = bytes.firstIndex(of: 0) {
      return error(.encoding, at: zero, in: bytes, "a NUL byte in the file")
    }
    var scan = Scan(bytes: bytes)
    return scan.firstTooDeep().map { error(.limit, at: $0, in: bytes, "nested too deep") }
  }

  /// A fault at a byte of the text.
  static func error(
    _ kind: TOMLError.Kind, at index: Int, in bytes: [UInt8], _ message: String
  ) -> TOMLError {
    let before = bytes[..<index]
    let start = (before.lastIndex(of: 0x0A) ?? -1) + 1
    return TOMLError(
      kind: kind, line: before.count(where: { $0 == 0x0A }) + 1,
      column: UTF8Check.scalarCount(of: bytes, start..<index) + 1, message: message)
  }

  /// Walks the tokens that nesting depends on: strings, comments, brackets and dots.
  private struct Scan {
    let bytes: [UInt8]
    var index = 0
    var open = 0
    var dots = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func firstTooDeep() -> Int? {
      while index < bytes.count {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString(byte)
        case UInt8(ascii: "#"):
          while index < bytes.count, bytes[index] != 0x0A { index += 1 }
          dots = 0
          continue
        case UInt8(ascii: "["), UInt8(ascii: "{"):
          open += 1
          dots = 0
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
          open = max(0, open - 1)
          dots = 0
        case UInt8(ascii: "."): dots += 1
        case UInt8(ascii: "="), UInt8(ascii: ","), 0x0A: dots = 0
        default: break
        }
        if open > TOMLGuard.nestingLimit || dots > TOMLGuard.keyLimit { return index }
        index += 1
      }
      return nil
    }

    /// Leaves `index` on the last byte of the string.
    private mutating func skipString(_ quote: UInt8) {
      let isLong = index + 2 < bytes.count && bytes[index + 1] == quote && bytes[index + 2] == quote
      index += isLong ? 3 : 1
      while index < bytes.count {
        if bytes[index] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
          index += 1
        } else if bytes[index] == 0x0A, !isLong {
          return
        } else if bytes[index] == quote {
          guard isLong else { return }
          var run = 0
          while index + run < bytes.count, bytes[index + run] == quote { run += 1 }
          index += run - 1
          if run >= 3 { return }
        }
        index += 1
      }
    }
  }
}
