// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What is wrong with an option, and where.
struct OptionFault: Hashable, Sendable {
  /// A part of a string.
  struct Inner: Hashable, Sendable {
    /// The string.
    let text: String
    /// Where the part begins, in bytes of UTF-8.
    let offset: Int
    /// How many bytes are meant.
    let length: Int
  }

  let category: CronSyntaxError.Category
  let message: String
  var expected: String?
  var suggestion: String?
  let range: TOMLRange
  var inner: Inner?
}
