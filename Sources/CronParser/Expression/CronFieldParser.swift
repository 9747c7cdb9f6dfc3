// SPDX-License-Identifier: Apache-2.0

/// Turns the bytes of one field into a set of values.
///
///     field = item *("," item)
///     item  = ("*" / value ["-" value]) ["/" step] / special / spread
///
/// `L`, `W` and `#` (the special days) stand in the day fields alone; `H` and `~` (what a seed
/// spreads) in all but the year.
enum CronFieldParser {
  /// Parses from `position` to the field's end, and adds special days to `special`.
  ///
  /// Bit n of the result is value n; of weekdays Sunday is bit 0.
  static func parse(
    _ field: CronField, _ bytes: Span<UInt8>, _ position: inout Int,
    _ context: inout CronFieldContext
  ) throws(CronSyntaxError) -> UInt64 {
    if isLoneStar(bytes, position) {
      position += 1
      return CronRange(first: field.low, last: field.high).set(in: field)
    }
    var set: UInt64 = 0
    var written: UInt64 = 0
    let drawsBefore = context.draws.count
    while true {
      let draws = context.draws.count
      if let range = try readItem(field, bytes, &position, &context) {
        let values = range.set(in: field)
        set |= values
        if context.draws.count == draws { written |= values }
      }
      guard try readComma(field, bytes, &position) else { break }
    }
    if context.draws.count != drawsBefore { context.draws.note(written: written, field) }
    return set
  }

  /// Parses the year field; nil stands for all years.
  static func parseYears(
    _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(CronSyntaxError) -> YearSet? {
    var years = YearSet()
    var context = CronFieldContext(seed: nil)
    let start = position
    while true {
      if let range = try readItem(.year, bytes, &position, &context) {
        for year in stride(from: range.first, through: range.last, by: range.step) {
          years.insert(year)
        }
      }
      guard try readComma(.year, bytes, &position) else { break }
    }
    let all = position == start + 1 && bytes[start] == UInt8(ascii: "*")
    return all ? nil : years
  }

  /// Whether the field is `*` and nothing else, as most are.
  @inline(__always)
  private static func isLoneStar(_ bytes: Span<UInt8>, _ position: Int) -> Bool {
    guard bytes[position] == UInt8(ascii: "*") else { return false }
    return position + 1 == bytes.count || bytes[position + 1].isBlank
  }

  /// Whether another item follows, after a comma; false at the field's end.
  @inline(__always)
  private static func readComma(
    _ field: CronField, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(CronSyntaxError) -> Bool {
    guard position < bytes.count, !bytes[position].isBlank else { return false }
    guard bytes[position] == UInt8(ascii: ",") else {
      throw CronFault.unexpected(field, bytes, at: position)
    }
    position += 1
    return true
  }

  /// Whether a letter begins `L` or `H`, not a name.
  private static func isNoName(_ field: CronField, _ bytes: Span<UInt8>, _ position: Int) -> Bool {
    isLastDay(field, bytes, position) || isHash(field, bytes, position)
  }

  /// Reads one item; nil where it is a special day.
  private static func readItem(
    _ field: CronField, _ bytes: Span<UInt8>, _ position: inout Int,
    _ context: inout CronFieldContext
  ) throws(CronSyntaxError) -> CronRange? {
    let start = position
    let byte = position < bytes.count ? bytes[position] : 0
    var range: CronRange
    if byte == UInt8(ascii: "*") {
      position += 1
      range = CronRange(first: field.low, last: field.high)
    } else if byte.isDigit || (byte.isLetter && !isNoName(field, bytes, position)) {
      range = try readValues(field, bytes, &position)
      if isChoice(field, bytes, position), range.isSingle {
        return try readChoice(field, from: range.first, at: start, bytes, &position, &context)
      }
      if try readSuffix(field, range, bytes, &position, &context) { return nil }
    } else if isHash(field, bytes, position) {
      return try readHash(field, bytes, &position, &context)
    } else if isChoice(field, bytes, position) {
      return try readChoice(field, from: nil, at: start, bytes, &position, &context)
    } else if try readSpecial(field, bytes, &position, &context) {
      return nil
    } else if try readAnyDay(field, bytes, &position) {
      return CronRange(first: field.low, last: field.high)
    } else {
      throw CronFault.unexpected(field, bytes, at: position)
    }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "/") else { return range }
    position += 1
    range.step = try readStep(field, bytes, &position)
    if range.isSingle, bytes[start] != UInt8(ascii: "*") { range.last = field.high }
    return range
  }

  /// `7`, `mon`, `1-5`, `fri-mon`.
  static func readValues(
    _ field: CronField, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(CronSyntaxError) -> CronRange {
    let start = position
    let first = try readValue(field, bytes, &position)
    guard position < bytes.count, bytes[position] == UInt8(ascii: "-") else {
      return CronRange(first: first, last: first, isSingle: true)
    }
    position += 1
    let last = try readValue(field, bytes, &position)
    guard field != .year || first <= last else {
      throw CronSyntaxError(
        offset: start, length: position - start, message: "the years run backwards",
        expected: "\(last)-\(first)", category: .range)
    }
    return CronRange(first: first, last: last)
  }

  /// A number in range or a name.
  @inline(__always)
  static func readValue(
    _ field: CronField, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(CronSyntaxError) -> Int {
    let start = position
    guard position < bytes.count else { throw CronFault.unexpected(field, bytes, at: position) }
    if bytes[position].isLetter { return try readName(field, bytes, &position) }
    guard let value = readNumber(bytes, &position) else {
      throw CronFault.unexpected(field, bytes, at: position)
    }
    guard value >= field.low, value <= field.highestNumber else {
      throw CronFault.outOfRange(field, bytes, start..<position)
    }
    return value
  }

  /// A number; beyond a billion all are alike.
  ///
  /// Nil where there is no digit.
  @inline(__always)
  private static func readNumber(_ bytes: Span<UInt8>, _ position: inout Int) -> Int? {
    guard position < bytes.count, bytes[position].isDigit else { return nil }
    var value = 0
    repeat {
      value = min(value &* 10 &+ Int(bytes[position].digitValue), 1_000_000_000)
      position += 1
    } while position < bytes.count && bytes[position].isDigit
    return value
  }

  static func readStep(
    _ field: CronField, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(CronSyntaxError) -> Int {
    let start = position
    guard let step = readNumber(bytes, &position) else {
      throw CronFault.missingStep(field, bytes, at: position)
    }
    guard step >= 1, step < 1_000_000_000 else {
      throw CronSyntaxError(
        offset: start, length: position - start,
        message: step == 0
          ? "a step of 0 in the \(field.name) field never advances"
          : "the step of the \(field.name) field is too large",
        expected: "1 or more", category: .range)
    }
    return step
  }

  /// A name of three letters; letters that may follow a weekday (`L`) stay.
  private static func readName(
    _ field: CronField, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(CronSyntaxError) -> Int {
    var end = position
    while end < bytes.count, bytes[end].isLetter { end += 1 }
    var length = end - position
    if field == .dayOfWeek, length == 4, bytes[end - 1] | 0x20 == UInt8(ascii: "l") { length = 3 }
    guard length == 3, let value = lookUp(field, bytes, position) else {
      throw CronFault.unknownName(field, bytes, position..<end)
    }
    position += 3
    return value
  }

  private static func lookUp(_ field: CronField, _ bytes: Span<UInt8>, _ position: Int) -> Int? {
    let letters = (position..<position + 3).map { bytes[$0] | 0x20 }
    for (index, name) in field.names.enumerated() where name.utf8.elementsEqual(letters) {
      return index + field.low
    }
    return nil
  }
}
