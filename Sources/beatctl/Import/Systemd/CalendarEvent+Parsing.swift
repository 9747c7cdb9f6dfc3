// SPDX-License-Identifier: Apache-2.0

extension CalendarEvent {
  /// Why a text is no calendar event.
  enum Fault: Error { case malformed }

  /// Reads a calendar event as systemd does (systemd.time(7), CALENDAR EVENTS).
  ///
  /// `isZone` says whether a word is the name of a time zone.
  init(_ text: String, isZone: (String) -> Bool) throws(Fault) {
    var body = Substring(text)
    var event = CalendarEvent()
    if let space = body.lastIndex(of: " ") {
      let word = String(body[body.index(after: space)...])
      if word.lowercased() == "utc" {
        event.zone = "UTC"
        body = body[..<space]
      } else if word.contains(where: \.isLetter), isZone(word) {
        event.zone = word
        body = body[..<space]
      }
    }
    guard !body.isEmpty, body.utf8.count <= 4_096 else { throw .malformed }
    if let shorthand = Self.shorthands[body.lowercased()] {
      body = shorthand[...]
    }
    var reader = CalendarReader(text: Array(body.utf8))
    try reader.read(into: &event)
    guard event.normalize() else { throw .malformed }
    self = event
  }

  private static let shorthands = [
    "minutely": "*-*-* *:*:00", "hourly": "*-*-* *:00:00", "daily": "*-*-* 00:00:00",
    "monthly": "*-*-01 00:00:00", "weekly": "Mon *-*-* 00:00:00",
    "yearly": "*-01-01 00:00:00", "annually": "*-01-01 00:00:00", "anually": "*-01-01 00:00:00",
    "quarterly": "*-01,04,07,10-01 00:00:00", "semiannually": "*-01,07-01 00:00:00",
    "semi-annually": "*-01,07-01 00:00:00", "biannually": "*-01,07-01 00:00:00",
    "bi-annually": "*-01,07-01 00:00:00", "bianually": "*-01,07-01 00:00:00",
  ]
}

/// Reads the parts of a calendar event from left to right.
private struct CalendarReader {
  typealias Fault = CalendarEvent.Fault
  typealias Component = CalendarEvent.Component

  let text: [UInt8]
  var position = 0

  private static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  mutating func read(into event: inout CalendarEvent) throws(Fault) {
    try readWeekdays(into: &event)
    if peek == UInt8(ascii: "@") { return try readTimestamp(into: &event) }
    try readDate(into: &event)
    try readTime(into: &event)
    guard position == text.count else { throw .malformed }
  }

  private var peek: UInt8? { position < text.count ? text[position] : nil }

  private mutating func take(_ byte: Character) -> Bool {
    guard peek == byte.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() { while take(" ") {} }

  // MARK: Weekdays

  private mutating func readWeekdays(into event: inout CalendarEvent) throws(Fault) {
    var first = true
    var open: Int?
    while let day = try readWeekday() {
      if let start = open {
        guard start <= day else { throw .malformed }
        event.weekdays.formUnion(start...day)
        open = nil
      } else {
        event.weekdays.insert(day)
      }
      if take(".") {
        guard take(".") else { throw .malformed }
        open = day
      } else if take("-") {
        open = day
      } else {
        _ = take(",")
      }
      first = false
      guard peek != nil, peek != UInt8(ascii: " ") else { break }
    }
    guard open == nil else { throw .malformed }
    guard !first else { return }
    guard peek == nil || peek == UInt8(ascii: " ") else { throw .malformed }
    skipBlanks()
  }

  /// A weekday's name, whole or its first three letters.
  private mutating func readWeekday() throws(Fault) -> Int? {
    var end = position
    while end < text.count, (0x61...0x7A).contains(text[end] | 0x20) { end += 1 }
    let word = String(decoding: text[position..<end], as: UTF8.self).lowercased()
    let day = Self.weekdays.firstIndex { $0 == word || $0.prefix(3) == word }
    guard let day else { return nil }
    if end < text.count, !" -.,".utf8.contains(text[end]) { throw .malformed }
    position = end
    return day
  }

  // MARK: Date

  private mutating func readDate(into event: inout CalendarEvent) throws(Fault) {
    guard peek != nil else { return }
    let start = position
    let first = try readList()
    guard peek != nil, peek != UInt8(ascii: ":") else {
      position = start
      return
    }
    var fromEnd = try readSeparator()
    let second = try readList()
    if peek == nil || peek == UInt8(ascii: " ") {
      (event.months, event.days, event.daysFromEnd) = (first, second, fromEnd)
      return skipBlanks()
    }
    guard !fromEnd else { throw .malformed }
    fromEnd = try readSeparator()
    (event.years, event.months) = (first, second)
    (event.days, event.daysFromEnd) = (try readList(), fromEnd)
    guard peek == nil || peek == UInt8(ascii: " ") else { throw .malformed }
    skipBlanks()
  }

  /// `-`, or `~` before days that are counted from the month's end.
  private mutating func readSeparator() throws(Fault) -> Bool {
    if take("~") { return true }
    guard take("-") else { throw .malformed }
    return false
  }

  private mutating func readTimestamp(into event: inout CalendarEvent) throws(Fault) {
    position += 1
    guard let second = Int(String(decoding: text[position...], as: UTF8.self)),
      (0...7_258_118_399).contains(second)
    else { throw .malformed }
    var day = second / 86_400
    var year = 1_970
    var month = 1
    while day >= Self.length(ofYear: year) {
      day -= Self.length(ofYear: year)
      year += 1
    }
    while day >= Self.length(ofMonth: month, year) {
      day -= Self.length(ofMonth: month, year)
      month += 1
    }
    event.years = [Component(start: year)]
    event.months = [Component(start: month)]
    event.days = [Component(start: day + 1)]
    event.hours = [Component(start: second / 3_600 % 24)]
    event.minutes = [Component(start: second / 60 % 60)]
    event.seconds = [Component(start: second % 60 * CalendarEvent.microseconds)]
    event.zone = "UTC"
    position = text.count
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
  private static func length(ofYear year: Int) -> Int { isLeap(year) ? 366 : 365 }
  private static func length(ofMonth month: Int, _ year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // MARK: Time

  private mutating func readTime(into event: inout CalendarEvent) throws(Fault) {
    event.seconds = [Component(start: 0)]
    guard peek != nil else {
      (event.hours, event.minutes) = ([Component(start: 0)], [Component(start: 0)])
      return
    }
    event.hours = try readList()
    guard take(":") else { throw .malformed }
    event.minutes = try readList()
    guard peek != nil else { return }
    guard take(":") else { throw .malformed }
    event.seconds = try readList(ofSeconds: true)
  }

  // MARK: Lists

  /// `*`, or components with commas between.
  private mutating func readList(ofSeconds: Bool = false) throws(Fault) -> [Component] {
    if take("*") {
      return ofSeconds ? [Component(start: 0, step: CalendarEvent.microseconds)] : []
    }
    var list: [Component] = []
    repeat {
      list.append(try readComponent(ofSeconds: ofSeconds))
      guard list.count <= 240 else { throw .malformed }
    } while take(",")
    return list
  }

  private mutating func readComponent(ofSeconds: Bool) throws(Fault) -> Component {
    var component = Component(start: try readNumber(ofSeconds: ofSeconds))
    if peek == UInt8(ascii: "."), position + 1 < text.count,
      text[position + 1] == UInt8(ascii: ".")
    {
      position += 2
      let stop = try readNumber(ofSeconds: ofSeconds)
      component.stop = stop
      component.step = ofSeconds ? CalendarEvent.microseconds : 1
    }
    if take("/") {
      component.step = try readNumber(ofSeconds: ofSeconds)
      guard component.step > 0 else { throw .malformed }
    }
    if ofSeconds, let stop = component.stop, component.start + component.step > stop {
      throw .malformed
    }
    return component
  }

  /// A whole number; of seconds, a decimal fraction to microseconds, rounded.
  private mutating func readNumber(ofSeconds: Bool) throws(Fault) -> Int {
    let start = position
    var number = 0
    while let byte = peek, (0x30...0x39).contains(byte), position < start + 9 {
      number = number * 10 + Int(byte - 0x30)
      position += 1
    }
    guard position > start else { throw .malformed }
    guard ofSeconds else { return number }
    number *= CalendarEvent.microseconds
    guard peek == UInt8(ascii: "."), position + 1 < text.count,
      (0x30...0x39).contains(text[position + 1])
    else { return number }
    position += 1
    var unit = CalendarEvent.microseconds
    while let byte = peek, (0x30...0x39).contains(byte) {
      let digit = Int(byte - 0x30)
      if unit == 1, digit >= 5 { number += 1 }
      unit /= 10
      number += digit * unit
      position += 1
    }
    return number
  }
}
