// SPDX-License-Identifier: Apache-2.0

extension PosixRule {
  /// Reads a rule; nil where the bytes are anything else.
  init?(_ bytes: [UInt8]) {
    var reader = PosixRuleReader(bytes: bytes)
    guard let rule = reader.read() else { return nil }
    self = rule
  }
}

/// Reads one POSIX rule from bytes, left to right; nil at the first byte that is wrong.
private struct PosixRuleReader {
  let bytes: [UInt8]
  var position = 0

  mutating func read() -> PosixRule? {
    guard bytes.count <= 512, let name = readName(), let west = readTime(hours: 24) else {
      return nil
    }
    let standard = LocalTimeKind(
      offset: Int32(-west), isDaylight: false, abbreviation: name)
    guard position < bytes.count else { return PosixRule(standard: standard, daylight: nil) }
    guard let daylight = readDaylight(standard: standard), position == bytes.count else {
      return nil
    }
    return PosixRule(standard: standard, daylight: daylight)
  }

  private mutating func readDaylight(standard: LocalTimeKind) -> PosixRule.Daylight? {
    guard let name = readName() else { return nil }
    var offset = Int64(standard.offset) + 3_600
    if position < bytes.count, bytes[position] != UInt8(ascii: ",") {
      guard let west = readTime(hours: 24) else { return nil }
      offset = -west
    }
    let kind = LocalTimeKind(offset: Int32(offset), isDaylight: true, abbreviation: name)
    guard position < bytes.count else { return Self.customary(kind) }
    guard skip(","), let start = readChange(), skip(","), let end = readChange() else { return nil }
    return PosixRule.Daylight(kind: kind, start: start, end: end)
  }

  /// What a rule without dates means by custom: those of the United States.
  private static func customary(_ kind: LocalTimeKind) -> PosixRule.Daylight {
    let start = PosixRule.Day.weekday(month: 3, week: 2, day: 0)
    let end = PosixRule.Day.weekday(month: 11, week: 1, day: 0)
    return PosixRule.Daylight(
      kind: kind, start: .init(day: start, time: 7_200), end: .init(day: end, time: 7_200))
  }

  private mutating func readName() -> String? {
    let quoted = skip("<")
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      let letter = (byte | 0x20) &- UInt8(ascii: "a") < 26
      let other = byte.isDigit || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      guard letter || (quoted && other) else { break }
      position += 1
    }
    let name = bytes[start..<position]
    guard name.count >= 3, name.count <= 31, !quoted || skip(">") else { return nil }
    return String(decoding: name, as: UTF8.self)
  }

  private mutating func readChange() -> PosixRule.Change? {
    guard let day = readDay() else { return nil }
    guard skip("/") else { return PosixRule.Change(day: day, time: 7_200) }
    guard let time = readTime(hours: 167) else { return nil }
    return PosixRule.Change(day: day, time: time)
  }

  private mutating func readDay() -> PosixRule.Day? {
    if skip("J") { return readNumber(1...365).map { .julian($0) } }
    guard skip("M") else { return readNumber(0...365).map { .ordinal($0) } }
    guard let month = readNumber(1...12), skip("."), let week = readNumber(1...5), skip("."),
      let day = readNumber(0...6)
    else { return nil }
    return .weekday(month: month, week: week, day: day)
  }

  /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
  private mutating func readTime(hours limit: Int) -> Int64? {
    let negative = skip("-")
    if !negative { _ = skip("+") }
    guard let hours = readNumber(0...limit) else { return nil }
    var seconds = hours * 3_600
    if skip(":") {
      guard let minutes = readNumber(0...59) else { return nil }
      seconds += minutes * 60
      if skip(":") {
        guard let rest = readNumber(0...59) else { return nil }
        seconds += rest
      }
    }
    return Int64(negative ? -seconds : seconds)
  }

  private mutating func readNumber(_ range: ClosedRange<Int>) -> Int? {
    let start = position
    var value = 0
    while position < bytes.count, bytes[position].isDigit, position - start < 3 {
      value = value * 10 + Int(bytes[position].digitValue)
      position += 1
    }
    return position > start && range.contains(value) ? value : nil
  }

  private mutating func skip(_ character: Character) -> Bool {
    guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
    position += 1
    return true
  }
}
