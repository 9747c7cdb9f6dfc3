// SPDX-License-Identifier: Apache-2.0

/// The units that a time span is written in, longest first.
private let units: [(name: String, milliseconds: Int64)] = [
  ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
]

extension TimeSpan {
  /// Reads `90s`, `1h30m`, `250ms`, `2d`, `1w` (longest unit first, each once), or ISO 8601 as in
  /// `PT90S`, `P1DT2H`.
  ///
  /// Not negative; fractions, months and years are refused.
  ///
  /// - Throws: `CronSyntaxError` with category `.syntax`, or `.range` for a span beyond 292 million
  ///   years.
  public init(parsing text: String) throws(CronSyntaxError) {
    var reader = TimeSpanReader(bytes: Array(text.utf8.prefix(256)))
    guard text.utf8.count <= 256 else {
      throw CronSyntaxError(
        offset: 256, length: text.utf8.count - 256, message: "the duration is too long to be one",
        expected: "a duration such as 90s or 1h30m")
    }
    self.init(milliseconds: try reader.read())
  }

  /// The shortest exact compound, as `TimeSpan(parsing:)` reads it: `1m30s`, `1d`, `0s`.
  ///
  /// A negative span is written with a minus in front.
  public var text: String {
    guard milliseconds != 0 else { return "0s" }
    var rest = milliseconds.magnitude
    var text = milliseconds < 0 ? "-" : ""
    for unit in units {
      let (count, remainder) = rest.quotientAndRemainder(dividingBy: unit.milliseconds.magnitude)
      if count > 0 { text += "\(count)\(unit.name)" }
      rest = remainder
    }
    return text
  }
}

/// Reads one duration from bytes, left to right.
private struct TimeSpanReader {
  let bytes: [UInt8]
  var position = 0
  var total: Int64 = 0
  /// Where in the list of units the next one may lie.
  var nextUnit = 0

  mutating func read() throws(CronSyntaxError) -> Int64 {
    guard !bytes.isEmpty else { throw fault(at: 0, length: 0, "the duration is empty") }
    if bytes[0] == UInt8(ascii: "P") { return try readISO() }
    while position < bytes.count {
      let (count, start) = try readCount()
      let unit = readWord()
      guard let index = units.firstIndex(where: { $0.name == unit.text }) else {
        throw unknownUnit(unit.text, at: unit.start, after: start)
      }
      try add(count, unit: index, from: start)
    }
    return total
  }

  private mutating func readISO() throws(CronSyntaxError) -> Int64 {
    position = 1
    var inTime = false
    var parts = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "T"), !inTime {
        inTime = true
        position += 1
        parts = position < bytes.count ? parts : 0
        continue
      }
      let (count, start) = try readCount()
      guard position < bytes.count, let unit = isoUnit(bytes[position], inTime: inTime) else {
        throw fault(
          at: position, length: min(1, bytes.count - position),
          "no unit of fixed length stands here",
          expected: inTime ? "H, M or S" : "W or D, or T before hours")
      }
      position += 1
      try add(count, unit: unit, from: start)
      parts += 1
    }
    guard parts > 0 else {
      throw fault(at: 0, length: bytes.count, "the ISO 8601 duration names no length")
    }
    return total
  }

  private func isoUnit(_ byte: UInt8, inTime: Bool) -> Int? {
    switch (byte, inTime) {
    case (UInt8(ascii: "W"), false): 0
    case (UInt8(ascii: "D"), false): 1
    case (UInt8(ascii: "H"), true): 2
    case (UInt8(ascii: "M"), true): 3
    case (UInt8(ascii: "S"), true): 4
    default: nil
    }
  }

  private mutating func readCount() throws(CronSyntaxError) -> (count: Int64, start: Int) {
    let start = position
    var value: Int64 = 0
    while position < bytes.count, bytes[position].isDigit {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = tens.addingReportingOverflow(bytes[position].digitValue)
      guard !overflow, !carried else { throw tooLong(from: start) }
      value = sum
      position += 1
    }
    guard position > start else {
      throw fault(at: position, length: min(1, bytes.count - position), "a number is missing")
    }
    return (value, start)
  }

  private mutating func readWord() -> (text: String, start: Int) {
    let start = position
    while position < bytes.count, !bytes[position].isDigit { position += 1 }
    return (String(decoding: bytes[start..<position], as: UTF8.self), start)
  }

  private mutating func add(_ count: Int64, unit: Int, from start: Int) throws(CronSyntaxError) {
    guard unit >= nextUnit else {
      throw fault(
        at: start, length: position - start, "the units are out of order or repeated",
        expected: "the longest unit first, each once, as in 1h30m")
    }
    nextUnit = unit + 1
    let (product, overflow) = count.multipliedReportingOverflow(by: units[unit].milliseconds)
    let (sum, carried) = total.addingReportingOverflow(product)
    guard !overflow, !carried else { throw tooLong(from: start) }
    total = sum
  }

  private func tooLong(from start: Int) -> CronSyntaxError {
    CronSyntaxError(
      offset: start, length: bytes.count - start, message: "the duration is too long",
      expected: "less than 292 million years", category: .range)
  }

  private func unknownUnit(_ text: String, at start: Int, after number: Int) -> CronSyntaxError {
    guard !text.isEmpty else {
      return fault(at: number, length: position - number, "the number has no unit")
    }
    return CronSyntaxError(
      offset: start, length: text.utf8.count, message: "\"\(text)\" is not a unit of time",
      expected: "ms, s, m, h, d or w", suggestion: suggestion(for: text))
  }

  private func suggestion(for text: String) -> String? {
    let known = [
      "weeks": "w", "days": "d", "hours": "h", "minutes": "m", "seconds": "s",
      "milliseconds": "ms", "mins": "m", "secs": "s", "hrs": "h", "msecs": "ms",
    ]
    let word = text.lowercased()
    if units.contains(where: { $0.name == word }) { return word }
    return known[word] ?? known[word + "s"]
  }

  private func fault(
    at offset: Int, length: Int, _ message: String,
    expected: String = "a number with a unit (ms, s, m, h, d, w), as in 90s or 1h30m"
  ) -> CronSyntaxError {
    CronSyntaxError(offset: offset, length: length, message: message, expected: expected)
  }
}

extension UInt8 {
  /// Whether the byte is an ASCII digit.
  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
  /// The digit's value; only for a byte that is one.
  var digitValue: Int64 { Int64(self &- UInt8(ascii: "0")) }
}
