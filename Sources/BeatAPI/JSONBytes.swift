// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// JSON text in the making, byte for byte as ``APICoder`` writes it.
///
/// For the one message that grows with the number of jobs: Foundation's coder takes a hundred times
/// as long and holds the whole as a tree.
struct JSONBytes {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  /// Adds text as it is.
  mutating func raw(_ text: StaticString) {
    unsafe bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func add(_ value: Bool) { value ? raw("true") : raw("false") }

  mutating func add(_ value: some FixedWidthInteger) { bytes.append(contentsOf: "\(value)".utf8) }

  mutating func add(_ value: Instant) {
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: value.rfc3339.utf8)
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func add(_ value: String) {
    bytes.append(UInt8(ascii: "\""))
    if value.utf8.allSatisfy(Self.isPlain) {
      bytes.append(contentsOf: value.utf8)
    } else {
      for byte in value.utf8 { escape(byte) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Adds a value, or `null`.
  mutating func add<Value>(_ value: Value?, _ write: (inout JSONBytes, Value) -> Void) {
    if let value { write(&self, value) } else { raw("null") }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): raw("\\\"")
    case UInt8(ascii: "\\"): raw("\\\\")
    case 0x08: raw("\\b")
    case 0x0C: raw("\\f")
    case 0x0A: raw("\\n")
    case 0x0D: raw("\\r")
    case 0x09: raw("\\t")
    case ..<0x20:
      raw("\\u00")
      let digits = Array("0123456789abcdef".utf8)
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    default: bytes.append(byte)
    }
  }
}
