// SPDX-License-Identifier: Apache-2.0

extension Instant {
  /// The instant as RFC 3339 writes it, in UTC with milliseconds: `2027-01-01T08:00:00.000Z`.
  public var rfc3339: String { String(decoding: rfc3339Bytes(offset: nil), as: UTF8.self) }

  /// The instant as a clock in the zone shows it, with its offset: `2027-01-01T09:00:00+01:00`.
  ///
  /// Milliseconds are written only where there are some. An offset of the years before time zones
  /// that holds seconds is written rounded down to the minute, and the clock time with it.
  public func rfc3339(in zone: Zone) -> String {
    let offset = Int(Int64(zone.offset(at: self)).flooringDivision(by: 60) * 60)
    return String(decoding: rfc3339Bytes(offset: offset), as: UTF8.self)
  }

  /// Reads RFC 3339: a date, `T` or a blank, a time, any fraction (cut to milliseconds), and `Z` or
  /// an offset.
  ///
  /// Nil where the text is anything else, or names a day or a time that does not exist (30
  /// February, 24:00, a leap second), or lies outside the years 1 to 9999. With `roundingUp` a
  /// finer fraction goes to the next millisecond, so that a search backwards from it still finds an
  /// instant that lies microseconds before.
  public init?(rfc3339 text: String, roundingUp: Bool = false) {
    var reader = RFC3339Reader(bytes: Array(text.utf8.prefix(80)))
    guard text.utf8.count <= 80, let milliseconds = reader.read(roundingUp: roundingUp) else {
      return nil
    }
    self.init(milliseconds: milliseconds)
    guard self.milliseconds == milliseconds else { return nil }
  }

  private func rfc3339Bytes(offset: Int?) -> [UInt8] {
    let local = CivilDateTime(self, offset: offset ?? 0)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(29)
    bytes.append(digits: local.date.year, width: 4)
    for (separator, value) in [
      (UInt8(ascii: "-"), local.date.month), (UInt8(ascii: "-"), local.date.day),
      (UInt8(ascii: "T"), local.hour), (UInt8(ascii: ":"), local.minute),
      (UInt8(ascii: ":"), local.second),
    ] {
      bytes.append(separator)
      bytes.append(digits: value, width: 2)
    }
    let fraction = Int(milliseconds - secondsRoundedDown * 1_000)
    if offset == nil || fraction != 0 {
      bytes.append(UInt8(ascii: "."))
      bytes.append(digits: fraction, width: 3)
    }
    bytes.append(offset: offset)
    return bytes
  }
}

extension [UInt8] {
  /// Adds a number's last `width` digits, with leading zeros.
  fileprivate mutating func append(digits value: Int, width: Int) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: abs(value) / divisor % 10))
      divisor /= 10
    }
  }

  fileprivate mutating func append(offset: Int?) {
    guard let offset else { return append(UInt8(ascii: "Z")) }
    append(UInt8(ascii: offset < 0 ? "-" : "+"))
    append(digits: abs(offset) / 3_600, width: 2)
    append(UInt8(ascii: ":"))
    append(digits: abs(offset) / 60 % 60, width: 2)
  }
}

/// Reads one RFC 3339 timestamp from bytes, left to right; nil at the first byte that is wrong.
private struct RFC3339Reader {
  let bytes: [UInt8]
  var position = 0

  mutating func read(roundingUp: Bool) -> Int64? {
    guard let date = readDate(), skip(anyOf: "Tt "), let time = readTime(on: date),
      let fraction = readFraction(roundingUp: roundingUp), let offset = readOffset(),
      position == bytes.count
    else { return nil }
    return (time.seconds - offset) * 1_000 + fraction
  }

  private mutating func readDate() -> CivilDate? {
    guard let year = readNumber(digits: 4), skip(anyOf: "-"), let month = readNumber(digits: 2),
      skip(anyOf: "-"), let day = readNumber(digits: 2)
    else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  private mutating func readTime(on date: CivilDate) -> CivilDateTime? {
    guard let hour = readNumber(digits: 2), skip(anyOf: ":"), let minute = readNumber(digits: 2),
      skip(anyOf: ":"), let second = readNumber(digits: 2)
    else { return nil }
    return CivilDateTime(date: date, hour: hour, minute: minute, second: second)
  }

  /// Milliseconds; of digits beyond the third only whether they are all 0 can matter.
  private mutating func readFraction(roundingUp: Bool) -> Int64? {
    guard skip(anyOf: ".") else { return 0 }
    var value: Int64 = 0
    var count = 0
    var finer = false
    while let digit = readNumber(digits: 1) {
      if count < 3 { value = value * 10 + Int64(digit) } else if digit > 0 { finer = true }
      count += 1
    }
    guard count > 0 else { return nil }
    for _ in count..<max(count, 3) { value *= 10 }
    return value + (finer && roundingUp ? 1 : 0)
  }

  /// Seconds east of UTC.
  private mutating func readOffset() -> Int64? {
    if skip(anyOf: "Zz") { return 0 }
    let west = position < bytes.count && bytes[position] == UInt8(ascii: "-")
    guard skip(anyOf: "+-"), let hours = readNumber(digits: 2), skip(anyOf: ":"),
      let minutes = readNumber(digits: 2), hours <= 23, minutes <= 59
    else { return nil }
    return Int64(hours * 3_600 + minutes * 60) * (west ? -1 : 1)
  }

  private mutating func skip(anyOf characters: String) -> Bool {
    guard position < bytes.count, characters.utf8.contains(bytes[position]) else {
      return false
    }
    position += 1
    return true
  }

  private mutating func readNumber(digits: Int) -> Int? {
    guard digits <= bytes.count - position else { return nil }
    var value = 0
    for byte in bytes[position..<position + digits] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    position += digits
    return value
  }
}
