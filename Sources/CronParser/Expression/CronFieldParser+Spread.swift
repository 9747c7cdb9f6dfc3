// SPDX-License-Identifier: Apache-2.0

/// What a job's seed fills in: `H`, `H/15`, `H(0-29)`, `H(0-29)/10` as Jenkins writes them, and
/// `~`, `0~30`, `~30`, `10~` as OpenBSD's cron and cronie do.
///
/// A missing bound of the day of month is 28, so that the day exists in every month.
extension CronFieldParser {
  /// Whether an `H` stands here, which no name begins with.
  static func isHash(_ field: CronField, _ bytes: Span<UInt8>, _ position: Int) -> Bool {
    guard field != .year, position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "h")
    else { return false }
    return position + 1 == bytes.count || !bytes[position + 1].isLetter
  }

  /// Whether a `~` stands here.
  static func isChoice(_ field: CronField, _ bytes: Span<UInt8>, _ position: Int) -> Bool {
    field != .year && position < bytes.count && bytes[position] == UInt8(ascii: "~")
  }

  /// `H`, its range and its step.
  static func readHash(
    _ field: CronField, _ bytes: Span<UInt8>, _ position: inout Int,
    _ context: inout CronFieldContext
  ) throws(CronSyntaxError) -> CronRange {
    let start = position
    guard let seed = context.seed else { throw CronFault.withoutSeed("H", at: position) }
    context.isHashed = true
    position += 1
    var range = CronRange(first: field.low, last: lastDrawn(field))
    if position < bytes.count, bytes[position] == UInt8(ascii: "(") {
      range = try readHashRange(field, bytes, &position)
    }
    let size = range.size(in: field)
    guard position < bytes.count, bytes[position] == UInt8(ascii: "/") else {
      context.draws.note(range, field)
      return range.single(seed.draw(size, for: field, once: false), in: field)
    }
    position += 1
    let stepStart = position
    let step = try readStep(field, bytes, &position)
    guard step <= size else {
      throw CronSyntaxError(
        offset: stepStart, length: position - stepStart,
        message: "the step of \"\(CronFault.text(bytes, start..<position))\" is longer than its "
          + "range of \(size) values", expected: "1 to \(size)", category: .range)
    }
    range.step = step
    context.draws.note(range, step: step, field)
    range.skipped = seed.draw(step, for: field, once: false)
    return range
  }

  /// `(0-29)` after an `H`.
  private static func readHashRange(
    _ field: CronField, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(CronSyntaxError) -> CronRange {
    position += 1
    let range = try readValues(field, bytes, &position)
    guard !range.isSingle, position < bytes.count, bytes[position] == UInt8(ascii: ")") else {
      let missing = position >= bytes.count || bytes[position].isBlank
      throw CronSyntaxError(
        offset: position, length: missing ? 0 : 1,
        message: "the range of an H in the \(field.name) field is not complete",
        expected: "two values in brackets, as in H(\(field.low)-\(lastDrawn(field)))")
    }
    position += 1
    return range
  }

  /// `~` and what follows, after its first value if there is one.
  static func readChoice(
    _ field: CronField, from first: Int?, at start: Int, _ bytes: Span<UInt8>,
    _ position: inout Int, _ context: inout CronFieldContext
  ) throws(CronSyntaxError) -> CronRange {
    guard let seed = context.seed else { throw CronFault.withoutSeed("~", at: position) }
    context.isDrawn = true
    position += 1
    let first = first ?? field.low
    let isOpen = position >= bytes.count || bytes[position].isBlank || bytes[position] == comma
    let last =
      isOpen ? max(first, lastDrawn(field)) : try readValue(field, bytes, &position)
    guard first <= last else {
      throw CronSyntaxError(
        offset: start, length: position - start, message: "the choice runs backwards",
        expected: "\(last)~\(first)", category: .range)
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: "/") {
      throw CronSyntaxError(
        offset: position, length: 1, message: "a choice with ~ is one value and has no step",
        expected: "H(\(first)-\(last)) with a step, or no step")
    }
    let range = CronRange(first: first, last: last)
    context.draws.note(range, field)
    return range.single(
      seed.draw(range.size(in: field), for: field, once: true), in: field)
  }

  private static let comma = UInt8(ascii: ",")

  /// The last value that is drawn where no bound is written.
  private static func lastDrawn(_ field: CronField) -> Int {
    field == .dayOfMonth ? 28 : field.high
  }
}
