// SPDX-License-Identifier: Apache-2.0

/// Writes a TOML value as JSON text (RFC 8259): keys in the order of the file, no white space.
///
/// Integers keep all their digits, numbers are the shortest that read back the same, dates and
/// times are strings.
struct JSONText {
  /// The text so far.
  private(set) var text = ""
  /// The first value that JSON cannot say: infinity, or not a number.
  private(set) var unsayable: TOMLValue?

  /// The value as JSON, or the part of it that JSON cannot say.
  static func of(_ value: TOMLValue) -> Result<String, Unsayable> {
    var writer = JSONText()
    writer.write(value)
    if let value = writer.unsayable { return .failure(Unsayable(value: value)) }
    return .success(writer.text)
  }

  /// A value that JSON cannot say.
  struct Unsayable: Error {
    let value: TOMLValue
  }

  private mutating func write(_ value: TOMLValue) {
    switch value.content {
    case .string(let string), .instant(let string), .local(let string): write(string)
    case .integer(let number): text += String(number)
    case .boolean(let flag): text += flag ? "true" : "false"
    case .float(let number):
      if !number.isFinite { unsayable = unsayable ?? value }
      text += number.description
    case .array(let elements): writeList("[", elements, "]") { $0.write($1) }
    case .table(let entries):
      writeList("{", entries, "}") { writer, entry in
        writer.write(entry.key)
        writer.text += ":"
        writer.write(entry.value)
      }
    }
  }

  private mutating func writeList<Item>(
    _ open: String, _ items: [Item], _ close: String, _ each: (inout JSONText, Item) -> Void
  ) {
    text += open
    for (index, item) in items.enumerated() {
      if index > 0 { text += "," }
      each(&self, item)
    }
    text += close
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
