// SPDX-License-Identifier: Apache-2.0

/// A file of `NAME=VALUE` lines, in a subset of what systemd's `EnvironmentFile` takes.
///
/// A line is a variable, empty, or a comment that begins with `#` or `;`. Blanks round the name and
/// the value are dropped. A value may stand whole in single quotes, where nothing is special, or in
/// double quotes, where `\` makes `"`, `\`, `$` and `` ` `` ordinary; outside quotes `\` makes any
/// character so. Nothing is expanded, no line goes on on the next one, and a later variable of a
/// name wins.
enum EnvironmentFile {
  /// The largest file that is read, in bytes.
  static let sizeLimit = 1_048_576
  /// The most variables of one file.
  static let variableLimit = 1_000

  /// What is wrong with a line.
  ///
  /// Never the line itself: values may be secrets.
  struct Fault: Error, Hashable {
    let line: Int
    let message: String
  }

  /// The variables of a file's bytes, in their order.
  static func variables(in bytes: [UInt8]) throws(Fault) -> [EnvironmentVariable] {
    var variables: [EnvironmentVariable] = []
    var number = 0
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      guard let text = String(validating: line, as: UTF8.self), !line.contains(0) else {
        throw Fault(line: number, message: "is not text in UTF-8")
      }
      do throws(LineError) {
        if let variable = try variable(of: text.unicodeScalars[...]) { variables.append(variable) }
      } catch {
        throw Fault(line: number, message: error.message)
      }
      guard variables.count <= variableLimit else {
        throw Fault(line: number, message: "is one variable more than \(variableLimit)")
      }
    }
    return variables
  }

  private struct LineError: Error {
    let message: String
  }

  /// By code points: a combining mark must not hide the sign or quote before it.
  private typealias Text = Substring.UnicodeScalarView

  private static func variable(of line: Text) throws(LineError) -> EnvironmentVariable? {
    let line = withoutBlanks(line)
    guard let first = line.first, first != "#", first != ";" else { return nil }
    guard let sign = line.firstIndex(of: "=") else {
      throw LineError(message: "is not NAME=VALUE")
    }
    let name = withoutBlanks(line[..<sign])
    guard isName(name) else {
      throw LineError(message: "has a name that is not of letters, digits and `_`")
    }
    let value = withoutBlanks(line[line.index(after: sign)...])
    return EnvironmentVariable(name: String(name), value: try unquoted(value))
  }

  private static func isName(_ name: Text) -> Bool {
    guard let first = name.first, !("0"..."9").contains(first) else { return false }
    return name.allSatisfy { scalar in
      switch scalar {
      case "0"..."9", "A"..."Z", "a"..."z", "_": true
      default: false
      }
    }
  }

  private static func unquoted(_ text: Text) throws(LineError) -> String {
    guard let quote = text.first, quote == "'" || quote == "\"" else {
      return try plain(text, specials: nil)
    }
    let rest = text.dropFirst()
    guard let end = closing(quote, in: rest) else {
      throw LineError(message: "has a quote that is not closed on it")
    }
    guard rest.index(after: end) == rest.endIndex else {
      throw LineError(message: "goes on after its closing quote")
    }
    let inner = rest[..<end]
    return quote == "'" ? String(inner) : try plain(inner, specials: "\"\\$`")
  }

  private static func closing(_ quote: Unicode.Scalar, in text: Text) -> Text.Index? {
    var isEscaped = false
    for index in text.indices {
      let character = text[index]
      if isEscaped {
        isEscaped = false
      } else if character == quote {
        return index
      } else {
        isEscaped = quote == "\"" && character == "\\"
      }
    }
    return nil
  }

  /// Takes the escapes off; `specials` nil: every character may be escaped.
  private static func plain(
    _ text: Text, specials: String?
  ) throws(LineError) -> String {
    var value = String.UnicodeScalarView()
    var isEscaped = false
    for character in text {
      guard isEscaped || character != "\\" else {
        isEscaped = true
        continue
      }
      if isEscaped, let specials, !specials.unicodeScalars.contains(character) {
        value.append("\\")
      }
      value.append(character)
      isEscaped = false
    }
    guard !isEscaped else {
      throw LineError(message: "ends with `\\`, and no line goes on on the next one")
    }
    return String(value)
  }

  private static func withoutBlanks(_ text: Text) -> Text {
    let isBlank = { (scalar: Unicode.Scalar) in scalar == " " || scalar == "\t" || scalar == "\r" }
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return text
  }
}
