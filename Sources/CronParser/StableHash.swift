// SPDX-License-Identifier: Apache-2.0

/// Hashes that are the same in every process and version, which Swift's own are not.
package enum StableHash {
  /// Where FNV-1a begins.
  package static let start: UInt64 = 0xCBF2_9CE4_8422_2325

  /// FNV-1a, 64 bits (draft-eastlake-fnv), of more bytes after those that gave `hash`.
  package static func fnv1a(_ bytes: Span<UInt8>, from hash: UInt64 = start) -> UInt64 {
    var hash = hash
    for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3 }
    return hash
  }

  /// FNV-1a of a text's UTF-8 bytes.
  package static func fnv1a(_ text: String, from hash: UInt64 = start) -> UInt64 {
    fnv1a(text.utf8.span, from: hash)
  }

  /// SplitMix64's finaliser (Steele, Lea, Flood 2014): spreads neighbouring inputs over 64 bits.
  package static func mix(_ word: UInt64) -> UInt64 {
    var word = word
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
