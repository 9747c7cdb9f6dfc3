// SPDX-License-Identifier: Apache-2.0

/// Why there is no such time zone, or why its file cannot be used.
public struct ZoneError: Error, Hashable, Sendable {
  /// What was wrong, and what to do.
  public let message: String
  /// The nearest name of a zone, where one is alike.
  public let suggestion: String?

  /// An error.
  public init(message: String, suggestion: String? = nil) {
    self.message = message
    self.suggestion = suggestion
  }
}
