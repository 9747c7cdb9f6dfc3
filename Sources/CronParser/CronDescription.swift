// SPDX-License-Identifier: Apache-2.0

extension Schedule: CustomStringConvertible {
  /// The schedule in English: `at 04:30 on the 1st and 15th, and on Fridays`, `every 10 minutes`.
  public var description: String {
    switch self {
    case .cron(let expression): return expression.description
    case .every(let interval):
      let every = English.every(interval.period)
      return interval.anchor == .epoch ? every : every + ", counted from " + interval.anchor.rfc3339
    case .everyAfter(let delay, _):
      return English.duration(delay) + " after the last run has ended"
    case .at(let instants):
      guard let first = instants.first, let last = instants.last, first != last else {
        return "at " + (instants.first?.rfc3339 ?? "no instant")
      }
      return "at \(instants.count) instants from \(first.rfc3339) to \(last.rfc3339)"
    case .reboot: return "once after each boot"
    case .manual: return "only when triggered"
    }
  }
}

extension CronExpression: CustomStringConvertible {
  /// The expression in English: `at 04:30 on the 1st and 15th, and on Fridays`.
  public var description: String {
    let when = [dayPhrase, monthPhrase, yearPhrase].compactMap(\.self).joined(separator: " ")
    if when.isEmpty { return namesTimes ? timePhrase + " every day" : timePhrase }
    return timePhrase + " " + when
  }

  private var minuteList: [Int] { minutes.setBits }
  private var hourList: [Int] { hours.setBits }
  private var secondList: [Int] { extras?.seconds.setBits ?? [0] }

  /// Whether there are few enough times of day to name each.
  private var namesTimes: Bool {
    hourList.count < 24 && minuteList.count * hourList.count <= 4 && secondList.count == 1
  }

  private var timePhrase: String {
    guard secondList == [0] || namesTimes else { return secondPhrase }
    if namesTimes {
      let suffix = secondList == [0] ? "" : ":" + English.twoDigits(secondList[0])
      let times = hourList.flatMap { hour in
        minuteList.map { English.twoDigits(hour) + ":" + English.twoDigits($0) + suffix }
      }
      return "at " + English.list(times)
    }
    if minuteList.count == 1 { return hourlyPhrase(minute: minuteList[0]) }
    guard let step = English.step(minuteList, low: 0, high: 59, wraps: true) else {
      return "at minutes \(English.runs(minuteList)) of \(hourPhrase)"
    }
    let every = step == 1 ? "every minute" : "every \(step) minutes"
    return hourList.count == 24 ? every : every + " of \(hourPhrase)"
  }

  /// One minute of many hours.
  private func hourlyPhrase(minute: Int) -> String {
    let at = minute == 0 ? "" : " at minute \(minute)"
    guard let step = English.step(hourList, low: 0, high: 23, wraps: true) else {
      return "at minute \(minute) of \(hourPhrase)"
    }
    return (step == 1 ? "every hour" : "every \(step) hours") + at
  }

  private var hourPhrase: String {
    if hourList.count == 24 { return "every hour" }
    if let step = English.step(hourList, low: 0, high: 23, wraps: true) {
      return "every \(English.ordinal(step)) hour from 00"
    }
    let runs = English.runs(hourList, name: English.twoDigits)
    return hourList.count == 1 ? "hour " + runs : "hours " + runs
  }

  private var secondPhrase: String {
    let step = English.step(secondList, low: 0, high: 59, wraps: true)
    let seconds: String
    switch step {
    case 1: seconds = "every second"
    case let step?: seconds = "every \(step) seconds"
    case nil where secondList.count == 1: seconds = "at second \(secondList[0])"
    case nil: seconds = "at seconds " + English.runs(secondList)
    }
    if minuteList.count == 60 {
      if hourList.count == 24 { return step == nil ? seconds + " of every minute" : seconds }
      return seconds + " of every minute of " + hourPhrase
    }
    let name = minuteList.count == 1 ? "minute" : "minutes"
    return seconds + " of \(name) \(English.runs(minuteList)) of " + hourPhrase
  }

  private var monthPhrase: String? {
    let list = months.setBits
    return list.count == 12 ? nil : "in " + English.runs(list) { English.months[$0 - 1] }
  }

  private var yearPhrase: String? {
    guard let years = extras?.years else { return nil }
    return "in " + English.runs(years.members)
  }
}
