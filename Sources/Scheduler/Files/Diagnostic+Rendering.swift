// SPDX-License-Identifier: Apache-2.0

import CronParser

extension Diagnostic {
  /// The diagnostic as a compiler would print it, without a last newline.
  ///
  /// ```
  /// jobs.toml:12:1: error: unknown option "retrys" [E_KEY]
  /// retrys = 3
  /// ^~~~~~
  ///   did you mean "retries"?
  /// ```
  /// Characters that would move the cursor or disguise the text are escaped.
  public var rendered: String {
    var lines = [heading]
    if let sourceLine { lines += Self.excerpt(of: sourceLine, column: column, length: length) }
    if let expected {
      lines.append("  expected \(Self.shown(expected, limit: Self.expectedLimit))")
    }
    if let suggestion { lines.append("  did you mean \"\(Self.shown(suggestion))\"?") }
    return lines.joined(separator: "\n")
  }

  private var heading: String {
    let place = line > 0 ? ":\(line):\(column)" : ""
    let tail = severity == .error ? " [\(category.rawValue)]" : ""
    return
      "\(Self.escaped(file))\(place): \(severity.rawValue): \(Self.escaped(message))\(tail)"
  }

  /// Text of a file, made fit for a message: escaped, and cut after so many code points.
  public static func shown(_ text: String, limit: Int = 80) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > limit else { return escaped(text) }
    return escaped(String(scalars.prefix(limit))) + "…"
  }

  /// Text without characters that a terminal obeys or that reorder what stands round them.
  public static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHostile) else { return text }
    var result = ""
    for scalar in text.unicodeScalars { append(scalar, to: &result) }
    return result
  }

  // MARK: The line and its caret

  private static let expectedLimit = 200
  private static let lineLimit = 120

  /// The line, or the stretch of it that holds the column, and a caret line under it.
  private static func excerpt(of line: String, column: Int, length: Int) -> [String] {
    let scalars = Array(line.unicodeScalars)
    let first = min(max(0, column - 1), scalars.count)
    let start = scalars.count > lineLimit ? max(0, first - lineLimit / 2) : 0
    let end = min(scalars.count, start + lineLimit)
    var text = start > 0 ? "…" : ""
    var caret = start > 0 ? " " : ""
    for scalar in scalars[start..<first] {
      let width = append(scalar, to: &text)
      caret += scalar == "\t" ? "\t" : String(repeating: " ", count: width)
    }
    var width = 0
    for (offset, scalar) in scalars[first..<end].enumerated() {
      let own = append(scalar, to: &text)
      if offset < length { width += own }
    }
    if end < scalars.count { text += "…" }
    return [text, caret + "^" + String(repeating: "~", count: max(0, width - 1))]
  }

  @discardableResult
  private static func append(_ scalar: Unicode.Scalar, to text: inout String) -> Int {
    guard isHostile(scalar) else {
      text.unicodeScalars.append(scalar)
      return 1
    }
    let escape = "\\u{\(String(scalar.value, radix: 16))}"
    text += escape
    return escape.utf8.count
  }

  private static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09: false
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029, 0xFEFF: true
    default: false
    }
  }
}
