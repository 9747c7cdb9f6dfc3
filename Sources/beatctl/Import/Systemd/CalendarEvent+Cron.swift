// SPDX-License-Identifier: Apache-2.0

extension CalendarEvent {
  /// Why no cron expression says the same.
  struct Unsayable: Error, Hashable {
    let message: String
  }

  /// The cron expression that names the same times: five fields, or six with seconds, or seven with
  /// years.
  func cron() throws(Unsayable) -> String {
    guard seconds.allSatisfy({ $0.isWhole }) else {
      throw Unsayable(message: "cron knows no fractions of a second")
    }
    let seconds = Self.values(
      seconds.map(\.inSeconds), in: 0...59)
    let minute = CronText.field(Self.values(minutes, in: 0...59), in: 0...59)
    let hour = CronText.field(Self.values(hours, in: 0...23), in: 0...23)
    let month = CronText.field(Self.values(months, in: 1...12), in: 1...12)
    let (day, weekday) = try dayFields()
    let five = "\(minute) \(hour) \(day) \(month) \(weekday)"
    let second = CronText.field(seconds, in: 0...59)
    if !years.isEmpty {
      return "\(second) \(five) "
        + CronText.field(Self.values(years, in: 1_970...2_199), in: 1_970...2_199)
    }
    return seconds == [0] ? five : "\(second) \(five)"
  }

  private func dayFields() throws(Unsayable) -> (day: String, weekday: String) {
    // Here Sunday is 0.
    let weekdays = Set(weekdays.map { ($0 + 1) % 7 })
    guard daysFromEnd else {
      let days = Self.values(days, in: 1...31)
      if self.days.isEmpty || weekdays.isEmpty {
        let weekday = weekdays.isEmpty ? "*" : CronText.weekdayField(weekdays)
        return (CronText.field(days, in: 1...31), weekday)
      }
      if let fields = CronText.both(days: days, weekdays: weekdays) { return fields }
      throw Unsayable(
        message: "cron takes a day that matches either day field, and this wants both")
    }
    let back = valuesFromEnd
    if weekdays.isEmpty {
      let items = back.sorted().map { $0 == 1 ? "L" : "L-\($0 - 1)" }
      return (items.joined(separator: ","), "*")
    }
    guard back == Set(1...7) else {
      throw Unsayable(
        message: "cron cannot ask for a weekday among a month's last days, but for the last seven")
    }
    return ("*", CronText.weekdayField(weekdays, suffix: "L"))
  }
}

extension CalendarEvent.Component {
  /// Nothing in it is finer than a second.
  fileprivate var isWhole: Bool {
    let unit = CalendarEvent.microseconds
    return start % unit == 0 && (stop ?? 0) % unit == 0 && step % unit == 0
  }

  fileprivate var inSeconds: Self {
    let unit = CalendarEvent.microseconds
    return Self(start: start / unit, stop: stop.map { $0 / unit }, step: step / unit)
  }
}
