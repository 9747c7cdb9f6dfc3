// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A number that tells one definition from another: the same for the same text, in every process
/// and on every machine.
///
/// Where the definition stands does not count: a job whose line moves is the same job.
public struct DefinitionFingerprint: Hashable, Sendable {
  /// The number; a store keeps it as it is.
  public let rawValue: Int64

  /// Wraps a number.
  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// The fingerprint of a definition's text, as ``DefinitionText/render(_:)`` gives it.
  public init(of text: String) {
    let bytes = Array(text.utf8)
    let lastLine = (bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let isSource = bytes[lastLine...].starts(with: Self.sourceKey)
    let counted = isSource ? Array(bytes[..<lastLine]) : bytes
    self.init(counted.span)
  }

  /// What the line begins with that does not count; it is the last.
  private static let sourceKey = Array("source = ".utf8)

  /// FNV-1a, 64 bits.
  init(_ bytes: Span<UInt8>) { rawValue = Int64(bitPattern: StableHash.fnv1a(bytes)) }
}
