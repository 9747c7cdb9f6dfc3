// SPDX-License-Identifier: Apache-2.0

/// Why a stored definition cannot be read.
public struct DefinitionTextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of fault it is.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// The text is damaged: no TOML.
    case syntax
    /// A key that this version does not know: another version wrote it.
    case unknownKey
    /// A value that this version does not take.
    case value
    /// The job's time zone is not there, or its file is damaged.
    case zone
    /// What every job has is missing: its name, its zone, or what it does.
    case incomplete
  }

  /// What kind of fault it is.
  public let kind: Kind
  /// What is wrong, for people.
  public let message: String
  /// The line of the text, from 1; nil where no line is to blame.
  public let line: Int?

  /// The fault in one line.
  public var description: String {
    let place = line.map { "line \($0) of " } ?? ""
    return "\(place)the stored definition cannot be read: \(message)"
  }
}
