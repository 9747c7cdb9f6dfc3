// SPDX-License-Identifier: Apache-2.0

/// What is wrong in a text that should be a schedule, and where.
public struct CronSyntaxError: Error, Hashable, Sendable {
  /// UTF-8 byte offset into the text given, of the first byte that is wrong.
  public let offset: Int
  /// How many bytes from there are meant; 0 where something is missing.
  public let length: Int
  /// What was wrong, as in `minute 60 is out of range`.
  public let message: String
  /// What was expected, as in `0-59`.
  public let expected: String?
  /// The nearest right word, where a word was misspelt.
  public let suggestion: String?
  /// The kind of fault.
  public let category: Category

  /// The kinds of faults of schedules and schedule files, by stable codes.
  public enum Category: String, Hashable, Sendable {
    /// The text does not follow the grammar.
    case syntax = "E_SYNTAX"
    /// A number is out of its range.
    case range = "E_RANGE"
    /// The schedule can never fire.
    case never = "E_NEVER"
    /// There is no such time zone.
    case zone = "E_ZONE"
    /// Something is longer or more than is allowed.
    case limit = "E_LIMIT"
    /// The text is not UTF-8.
    case encoding = "E_ENCODING"
    /// A name is taken.
    case duplicate = "E_DUP"
    /// There is no such key.
    case key = "E_KEY"
    /// There is no such user.
    case user = "E_USER"
    /// An environment line is wrong.
    case environment = "E_ENV"
    /// The file belongs to someone it should not.
    case owner = "E_OWNER"
    /// The state does not allow it.
    case state = "E_STATE"
  }

  /// A fault at a place.
  public init(
    offset: Int, length: Int, message: String, expected: String? = nil,
    suggestion: String? = nil, category: Category = .syntax
  ) {
    self.offset = offset
    self.length = length
    self.message = message
    self.expected = expected
    self.suggestion = suggestion
    self.category = category
  }

  /// The same fault where the text stands `distance` bytes further on in a longer one.
  public func moved(by distance: Int) -> CronSyntaxError {
    CronSyntaxError(
      offset: offset + distance, length: length, message: message, expected: expected,
      suggestion: suggestion, category: category)
  }
}
