// SPDX-License-Identifier: Apache-2.0

/// Makes the errors of a field's parser; kept apart from the parser, which rarely needs them.
enum CronFault {
  /// Something that has no place there, or nothing where something must be.
  @inline(never)
  static func unexpected(
    _ field: CronField, _ bytes: Span<UInt8>, at position: Int
  ) -> CronSyntaxError {
    let missing = position >= bytes.count || bytes[position].isBlank
    let comma = !missing && bytes[position] == UInt8(ascii: ",")
    if missing || comma {
      return CronSyntaxError(
        offset: position, length: comma ? 1 : 0,
        message: "a value is missing in the \(field.name) field", expected: field.expected)
    }
    let (word, length) = character(bytes, at: position)
    return CronSyntaxError(
      offset: position, length: length,
      message: "\"\(word)\" has no place in the \(field.name) field",
      expected: "\(field.expected), *, lists (1,2), ranges (1-5), steps (*/5)")
  }

  /// No number after a slash.
  @inline(never)
  static func missingStep(
    _ field: CronField, _ bytes: Span<UInt8>, at position: Int
  ) -> CronSyntaxError {
    let missing = position >= bytes.count || bytes[position].isBlank
    return CronSyntaxError(
      offset: position, length: missing ? 0 : character(bytes, at: position).length,
      message: "a step is missing after the / of the \(field.name) field",
      expected: "a number from 1 on")
  }

  /// A number beyond the field's bounds.
  @inline(never)
  static func outOfRange(
    _ field: CronField, _ bytes: Span<UInt8>, _ range: Range<Int>
  ) -> CronSyntaxError {
    CronSyntaxError(
      offset: range.lowerBound, length: range.count,
      message: "\(field.name) \(text(bytes, range)) is out of range", expected: field.expected,
      category: .range)
  }

  /// Letters that are no name of the field.
  @inline(never)
  static func unknownName(
    _ field: CronField, _ bytes: Span<UInt8>, _ range: Range<Int>
  ) -> CronSyntaxError {
    let word = text(bytes, range)
    guard field != .dayOfWeek || word.lowercased() != "l" else {
      return CronSyntaxError(
        offset: range.lowerBound, length: range.count,
        message: "\"\(word)\" alone is no day of the week",
        expected: "a weekday before it, as in 5L, a month's last Friday, or 7L, its last Sunday; "
          + "Quartz means each Saturday by it: 6")
    }
    guard !field.names.isEmpty else {
      return CronSyntaxError(
        offset: range.lowerBound, length: range.count,
        message: "\"\(word)\" has no place in the \(field.name) field", expected: field.expected)
    }
    let whole = field.names.first { word.utf8.count > 3 && word.lowercased().hasPrefix($0) }
    return CronSyntaxError(
      offset: range.lowerBound, length: range.count,
      message: "\"\(word)\" is not a name of the \(field.name) field",
      expected: "\(field.expected) (three letters)",
      suggestion: whole ?? nearestName(to: word, among: field.names))
  }

  /// `H` or `~` where no job's name is known.
  @inline(never)
  static func withoutSeed(_ word: String, at position: Int) -> CronSyntaxError {
    CronSyntaxError(
      offset: position, length: 1,
      message: "\"\(word)\" is worked out from a job's name, and there is no job here",
      expected: "a value, or a job's name to go with the expression")
  }

  /// The whole character that begins at a byte, readable, and how many bytes it has.
  private static func character(
    _ bytes: Span<UInt8>, at position: Int
  ) -> (text: String, length: Int) {
    let rest = text(bytes, position..<min(bytes.count, position + 16))
    guard let first = rest.first else { return ("", 0) }
    let control = first.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
    guard !control else { return ("\\u{\(String(bytes[position], radix: 16))}", 1) }
    return (String(first), min(first.utf8.count, bytes.count - position))
  }

  /// The bytes as text, cut to 40.
  static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    String(decoding: range.prefix(40).map { bytes[$0] }, as: UTF8.self)
  }
}
