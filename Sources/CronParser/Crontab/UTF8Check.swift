// SPDX-License-Identifier: Apache-2.0

/// Looks for bytes that are not UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing beyond
/// U+10FFFF), and counts code points.
package enum UTF8Check {
  /// The index of the first byte that does not belong to a well-formed sequence, or nil.
  package static func firstInvalid(in bytes: [UInt8], _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    while index < range.upperBound {
      guard bytes[index] >= 0x80 else {
        index += 1
        continue
      }
      guard let length = sequenceLength(bytes, index, range.upperBound) else { return index }
      index += length
    }
    return nil
  }

  /// How many code points begin in a stretch of well-formed bytes.
  package static func scalarCount(of bytes: [UInt8], _ range: Range<Int>) -> Int {
    var count = 0
    for index in range where bytes[index] & 0xC0 != 0x80 { count += 1 }
    return count
  }

  private static func sequenceLength(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int? {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch bytes[start] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard end - start >= length, second.contains(bytes[start + 1]) else { return nil }
    for index in start + 2..<max(start + 2, start + length)
    where !(0x80...0xBF).contains(bytes[index]) { return nil }
    return length
  }
}
