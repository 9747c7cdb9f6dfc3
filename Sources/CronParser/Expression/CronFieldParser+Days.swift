// SPDX-License-Identifier: Apache-2.0

/// The special days, as Quartz and OCPS write them: `L L-3 LW L-3W 15W` of the
/// month, `5L FRI#2 FRI#L`
/// of the week, and `?` for any day.
extension CronFieldParser {
  /// Whether a letter begins `L`, `L-3` or `LW` in the day-of-month field, not a name.
  static func isLastDay(_ field: CronField, _ bytes: Span<UInt8>, _ position: Int) -> Bool {
    field == .dayOfMonth && bytes[position] | 0x20 == UInt8(ascii: "l")
  }

  /// `L`, `L-3`, `LW`, `L-3W`.
  static func readSpecial(
    _ field: CronField, _ bytes: Span<UInt8>, _ position: inout Int,
    _ context: inout CronFieldContext
  ) throws(CronSyntaxError) -> Bool {
    guard position < bytes.count, isLastDay(field, bytes, position) else { return false }
    position += 1
    guard position < bytes.count else { return insertFromEnd(0, &context) }
    if bytes[position] | 0x20 == UInt8(ascii: "w") {
      position += 1
      context.special.lastWeekday = true
      return true
    }
    guard bytes[position] == UInt8(ascii: "-") else { return insertFromEnd(0, &context) }
    position += 1
    let start = position
    var back = 0
    while position < bytes.count, bytes[position].isDigit {
      back = min(back * 10 + Int(bytes[position].digitValue), 100)
      position += 1
    }
    guard position > start else { throw CronFault.unexpected(field, bytes, at: position) }
    guard (1...30).contains(back) else {
      throw CronSyntaxError(
        offset: start, length: position - start,
        message: "no month has a day \(back) days before its last", expected: "L-1 to L-30",
        category: .range)
    }
    guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "w") else {
      return insertFromEnd(back, &context)
    }
    position += 1
    context.special.nearestFromEnd |= 1 << UInt32(back)
    return true
  }

  private static func insertFromEnd(_ back: Int, _ context: inout CronFieldContext) -> Bool {
    context.special.fromEnd |= 1 << UInt32(back)
    return true
  }

  /// What may follow a value of a day field: `W` after a day, `L` or `#2` or `#L` after weekdays.
  static func readSuffix(
    _ field: CronField, _ range: CronRange, _ bytes: Span<UInt8>, _ position: inout Int,
    _ context: inout CronFieldContext
  ) throws(CronSyntaxError) -> Bool {
    guard position < bytes.count else { return false }
    let byte = bytes[position] | 0x20
    if field == .dayOfMonth, range.isSingle, byte == UInt8(ascii: "w") {
      position += 1
      context.special.nearestWeekday |= 1 << UInt32(range.first)
      return true
    }
    guard field == .dayOfWeek else { return false }
    if byte == UInt8(ascii: "l") {
      position += 1
      context.special.lastOfWeekday |= UInt8(truncatingIfNeeded: range.set(in: field))
      return true
    }
    guard bytes[position] == UInt8(ascii: "#") else { return false }
    position += 1
    try readNumberOfWeek(range, bytes, &position, &context)
    return true
  }

  private static func readNumberOfWeek(
    _ range: CronRange, _ bytes: Span<UInt8>, _ position: inout Int,
    _ context: inout CronFieldContext
  ) throws(CronSyntaxError) {
    let start = position
    let set = range.set(in: .dayOfWeek)
    while position < bytes.count, bytes[position].isDigit { position += 1 }
    if position == start, position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "l") {
      position += 1
      context.special.lastOfWeekday |= UInt8(truncatingIfNeeded: set)
      return
    }
    guard position > start else { throw CronFault.unexpected(.dayOfWeek, bytes, at: position) }
    let week = Int(bytes[start].digitValue)
    guard position == start + 1, (1...5).contains(week) else {
      throw CronSyntaxError(
        offset: start, length: position - start,
        message: "no weekday comes that often in a month", expected: "#1 to #5, or #L",
        category: .range)
    }
    context.special.nth |= set << UInt64((week - 1) * 7)
  }

  /// `?` alone in a day field.
  static func readAnyDay(
    _ field: CronField, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(CronSyntaxError) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "?") else { return false }
    guard field == .dayOfMonth || field == .dayOfWeek else { return false }
    let alone =
      (position == 0 || bytes[position - 1].isBlank)
      && (position + 1 == bytes.count || bytes[position + 1].isBlank)
    guard alone else {
      throw CronSyntaxError(
        offset: position, length: 1, message: "? stands alone in a field", expected: "?, or *")
    }
    position += 1
    return true
  }
}
