// SPDX-License-Identifier: Apache-2.0

/// A value of a job file, and how TOML writes it.
indirect enum TOMLText: Hashable, Sendable {
  case string(String)
  case integer(Int64)
  case boolean(Bool)
  case array([TOMLText])
  case table([Entry])
  /// TOML as it was written by somebody else.
  case verbatim(String)

  struct Entry: Hashable, Sendable {
    let key: String
    let value: TOMLText
  }

  /// A list of strings.
  static func strings(_ values: some Sequence<String>) -> TOMLText { .array(values.map(string)) }

  /// A table of strings.
  static func strings(_ pairs: [(name: String, value: String)]) -> TOMLText {
    .table(pairs.map { Entry(key: $0.name, value: .string($0.value)) })
  }

  /// The value after a `=`; only a string of several lines takes more than one.
  var text: String {
    switch self {
    case .string(let text): Self.quotedLines(text)
    default: inline
    }
  }

  /// The value on one line.
  private var inline: String {
    switch self {
    case .string(let text): Self.quoted(text)
    case .integer(let number): String(number)
    case .boolean(let flag): flag ? "true" : "false"
    case .array(let elements): "[\(elements.map(\.inline).joined(separator: ", "))]"
    case .table(let entries) where entries.isEmpty: "{}"
    case .table(let entries):
      "{ \(entries.map { "\(Self.key($0.key)) = \($0.value.inline)" }.joined(separator: ", ")) }"
    case .verbatim(let text): text
    }
  }

  /// A key: bare where TOML allows it.
  static func key(_ text: String) -> String {
    let isBare =
      !text.isEmpty
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x2D || $0 == 0x5F
      }
    return isBare ? text : quoted(text)
  }

  // MARK: Strings

  /// A string on one line: between `'` where that saves escapes and all can stand there.
  static func quoted(_ text: String) -> String {
    let needsEscapes = text.utf8.contains { $0 == 0x22 || $0 == 0x5C }
    let canBeLiteral = !text.unicodeScalars.contains { $0 == "'" || isControl($0) }
    return needsEscapes && canBeLiteral ? "'\(text)'" : basic(text)
  }

  /// A string of several lines stays one that people can read, if nothing in it needs an escape.
  private static func quotedLines(_ text: String) -> String {
    let isReadable =
      text.utf8.contains(0x0A) && text.utf8.last != UInt8(ascii: "'")
      && !hasThreeQuotes(text)
      && !text.unicodeScalars.contains { isControl($0) && $0 != "\n" && $0 != "\t" }
    return isReadable ? "'''\n\(text)'''" : quoted(text)
  }

  private static func hasThreeQuotes(_ text: String) -> Bool {
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "'") ? run + 1 : 0
      if run == 3 { return true }
    }
    return false
  }

  private static func basic(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where isControl(scalar):
        let code = String(scalar.value, radix: 16)
        result += "\\u\(String(repeating: "0", count: max(0, 4 - code.count)))\(code)"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// What may not stand as it is: control characters, and what would reorder the text on a screen.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}
