// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// Reads JSON from bytes, value after value, without building a tree of it.
///
/// Whatever is not as expected is ``Fault``; the caller then reads the message with ``APICoder``,
/// which says what is wrong. No input traps, and nesting is bounded.
struct JSONScanner {
  /// The bytes are not what was expected.
  struct Fault: Error {}

  private static let deepest = 64
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  // MARK: Objects and lists

  /// Reads an object; `member` is given each name and must read its value.
  mutating func object(
    _ member: (inout JSONScanner, ArraySlice<UInt8>) throws(Fault) -> Void
  ) throws(Fault) {
    try expect(UInt8(ascii: "{"))
    if take(UInt8(ascii: "}")) { return }
    repeat {
      skipBlanks()
      let name = try plainString()
      try expect(UInt8(ascii: ":"))
      try member(&self, bytes[name])
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
  }

  /// Reads a list; `element` must read one of it.
  mutating func list(_ element: (inout JSONScanner) throws(Fault) -> Void) throws(Fault) {
    try expect(UInt8(ascii: "["))
    if take(UInt8(ascii: "]")) { return }
    repeat { try element(&self) } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
  }

  // MARK: Values

  mutating func isNull() throws(Fault) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "n") else { return false }
    try literal("null")
    return true
  }

  mutating func bool() throws(Fault) -> Bool {
    skipBlanks()
    guard position < bytes.count else { throw Fault() }
    let value = bytes[position] == UInt8(ascii: "t")
    try literal(value ? "true" : "false")
    return value
  }

  /// A whole number without fraction or exponent.
  mutating func integer<Value: FixedWidthInteger & SignedInteger>() throws(Fault) -> Value {
    skipBlanks()
    let isNegative = take(UInt8(ascii: "-"), skippingBlanks: false)
    var value: Value = 0
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, more) = tenfold.addingReportingOverflow(Value(bytes[position] & 15))
      guard !overflow, !more else { throw Fault() }
      value = sum
      position += 1
    }
    guard position > start, position == bytes.count || !isNumberPart(bytes[position]) else {
      throw Fault()
    }
    return isNegative ? 0 - value : value
  }

  mutating func instant() throws(Fault) -> Instant {
    guard let instant = Instant(rfc3339: try string()) else { throw Fault() }
    return instant
  }

  /// Any string.
  mutating func string() throws(Fault) -> String {
    skipBlanks()
    let start = position
    if let plain = try? plainString() { return try text(bytes[plain]) }
    position = start + 1
    return try escapedString()
  }

  /// Passes a value over, whatever it is.
  mutating func skip(depth: Int = 0) throws(Fault) {
    guard depth < Self.deepest else { throw Fault() }
    skipBlanks()
    guard position < bytes.count else { throw Fault() }
    switch bytes[position] {
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "{"):
      try object { scanner, _ throws(Fault) in try scanner.skip(depth: depth + 1) }
    case UInt8(ascii: "["):
      try list { scanner throws(Fault) in try scanner.skip(depth: depth + 1) }
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
    case UInt8(ascii: "n"): try literal("null")
    default:
      let start = position
      while position < bytes.count, isNumberPart(bytes[position]) { position += 1 }
      guard position > start else { throw Fault() }
    }
  }

  /// Nothing but blanks is left.
  mutating func end() throws(Fault) {
    skipBlanks()
    guard position == bytes.count else { throw Fault() }
  }
}

// MARK: Bytes

extension JSONScanner {
  private mutating func skipBlanks() {
    while position < bytes.count, bytes[position] == 0x20 || (9...13).contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8, skippingBlanks: Bool = true) -> Bool {
    if skippingBlanks { skipBlanks() }
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws(Fault) {
    guard take(byte) else { throw Fault() }
  }

  private mutating func literal(_ word: StaticString) throws(Fault) {
    let count = word.utf8CodeUnitCount
    guard count <= bytes.count - position else { throw Fault() }
    for index in 0..<count where unsafe bytes[position + index] != word.utf8Start[index] {
      throw Fault()
    }
    position += count
  }

  /// Where the bytes of a string without escapes lie.
  private mutating func plainString() throws(Fault) -> Range<Int> {
    guard take(UInt8(ascii: "\""), skippingBlanks: false) else { throw Fault() }
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return start..<position - 1
      }
      guard byte >= 0x20, byte != UInt8(ascii: "\\") else { break }
      position += 1
    }
    throw Fault()
  }

  private mutating func escapedString() throws(Fault) -> String {
    var result: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(result[...])
      case UInt8(ascii: "\\"): try escape(into: &result)
      case ..<0x20: throw Fault()
      default: result.append(byte)
      }
    }
    throw Fault()
  }

  private mutating func escape(into result: inout [UInt8]) throws(Fault) {
    guard position < bytes.count else { throw Fault() }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "u"): result.append(contentsOf: try scalar().utf8)
    default: throw Fault()
    }
  }

  /// The scalar of `\uXXXX`, or of a surrogate pair of them.
  private mutating func scalar() throws(Fault) -> String {
    var value = UInt32(try fourDigits())
    if (0xD800..<0xDC00).contains(value) {
      try literal("\\u")
      let low = UInt32(try fourDigits())
      guard (0xDC00..<0xE000).contains(low) else { throw Fault() }
      value = 0x1_0000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw Fault() }
    return String(Character(scalar))
  }

  private mutating func fourDigits() throws(Fault) -> UInt16 {
    guard bytes.count - position >= 4 else { throw Fault() }
    var value: UInt16 = 0
    for _ in 0..<4 {
      let byte = bytes[position]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x41 + 10
      case 0x61...0x66: digit = byte - 0x61 + 10
      default: throw Fault()
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(Fault) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Fault() }
    return text
  }

  private func isNumberPart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39: true
    case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
      UInt8(ascii: "E"):
      true
    default: false
    }
  }
}
