// SPDX-License-Identifier: Apache-2.0

/// A job's number in one state file: given once, never reused, kept over removal and return.
public struct JobID: Hashable, Comparable, Sendable {
  /// The number, from 1 up.
  public let rawValue: Int64

  /// Wraps a number.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }

  /// Orders by age.
  public static func < (left: JobID, right: JobID) -> Bool { left.rawValue < right.rawValue }
}

/// A run's number in one state file, from 1 up in the order in which runs were made.
///
/// Outside the daemon a run is named `TAG-NUMBER`, where the tag belongs to the state file, so that
/// two daemons on one machine never give two runs one name.
public struct RunID: Hashable, Comparable, Sendable {
  /// The number.
  public let rawValue: Int64

  /// Wraps a number.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }

  /// Orders by age.
  public static func < (left: RunID, right: RunID) -> Bool { left.rawValue < right.rawValue }

  /// The run's name outside the daemon, like `k3v9q2-1842`.
  public func text(tag: String) -> String { "\(tag)-\(rawValue)" }

  /// Reads `TAG-NUMBER`, or the bare number; nil when it is neither, or of another state file.
  public init?(text: String, tag: String) {
    let digits: Substring
    if let dash = text.lastIndex(of: "-") {
      guard text[..<dash] == tag[...] else { return nil }
      digits = text[text.index(after: dash)...]
    } else {
      digits = text[...]
    }
    guard let number = Int64(digits), number > 0 else { return nil }
    rawValue = number
  }
}

/// A job's name: what people type, unique in a daemon.
public struct JobName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name's text, 1 to 200 bytes of UTF-8.
  public let text: String

  /// A name, or nil where the text is empty, over 200 bytes, begins with `-`, or holds white space,
  /// a control character, or one that would disguise it on a terminal (bidirectional marks).
  public init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= 200, !text.hasPrefix("-") else { return nil }
    // What nearly all names are made of, at a hundredth of the cost.
    if text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
      self.text = text
      return
    }
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace { return nil }
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator:
        return nil
      default: continue
      }
    }
    self.text = text
  }

  /// Orders by text.
  public static func < (left: JobName, right: JobName) -> Bool { left.text < right.text }

  /// The text.
  public var description: String { text }
}
