// SPDX-License-Identifier: Apache-2.0

/// A TOML document that is written byte by byte: a line for each key.
///
/// Whatever stands in a value, the document has one form: strings in double quotes, no white space
/// but round `=` and after commas.
struct DefinitionBytes: Sendable {
  private(set) var bytes: [UInt8] = []

  /// Forgets all, and keeps the room.
  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  /// Adds what was written before.
  mutating func append(_ other: [UInt8]) { bytes += other }

  // MARK: Lines

  mutating func line(_ key: String, string value: String) {
    line(key) { $0.string(value) }
  }

  mutating func line(_ key: String, number value: some FixedWidthInteger) {
    line(key) { $0.text("\(value)") }
  }

  mutating func line(_ key: String, flag value: Bool) {
    line(key) { $0.text(value ? "true" : "false") }
  }

  mutating func line(_ key: String, strings values: [String]) {
    line(key) { $0.list(values) { $0.string($1) } }
  }

  /// A key and a value.
  @inline(__always)
  mutating func line(_ key: String, _ value: (inout DefinitionBytes) -> Void) {
    text(key)
    text(" = ")
    value(&self)
    bytes.append(UInt8(ascii: "\n"))
  }

  // MARK: Values

  /// Text that needs no quotes.
  mutating func text(_ text: String) { bytes += text.utf8 }

  /// An array.
  mutating func list<Item>(_ items: [Item], _ each: (inout DefinitionBytes, Item) -> Void) {
    text("[")
    for (index, item) in items.enumerated() {
      if index > 0 { text(", ") }
      each(&self, item)
    }
    text("]")
  }

  /// An inline table of values that are written already.
  mutating func table(_ entries: [(key: String, value: String)]) {
    text("{ ")
    for (index, entry) in entries.enumerated() {
      text("\(index > 0 ? ", " : "")\(entry.key) = \(entry.value)")
    }
    text(" }")
  }

  /// A string in quotes.
  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    if Self.isPlain(text.utf8.span) { bytes += text.utf8 } else { escape(text) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A string in quotes, as text.
  static func quoted(_ text: String) -> String {
    var writer = DefinitionBytes()
    writer.string(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private static func isPlain(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices where isSpecial(bytes[index]) { return false }
    return true
  }

  /// Whether a byte cannot stand for itself in a basic string (TOML 1.0).
  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
  }

  private mutating func escape(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      case UInt8(ascii: "\t"): bytes += "\\t".utf8
      case _ where Self.isSpecial(byte):
        bytes += (byte < 0x10 ? "\\u000" : "\\u00").utf8
        bytes += String(byte, radix: 16).utf8
      default: bytes.append(byte)
      }
    }
  }
}
