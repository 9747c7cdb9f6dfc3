// SPDX-License-Identifier: Apache-2.0

extension CronExpression: CustomStringConvertible {
  /// The expression in English: `at 04:30 on the 1st and 15th, and on Fridays`.
  ///
  /// Where `H` or `~` chose a value, the sentence names the value and says so.
  public var description: String {
    let times = TimesOfDay(self)
    var words = [times.phrase]
    if let date = datePhrase {
      if times.needsDays, dayPhrase == nil { words.append("every day") }
      words.append(date)
    } else if times.needsDays {
      words.append("every day")
    }
    if flags.contains(.hashed) { words.append("(spread by H)") }
    if flags.contains(.drawn) { words.append("(chosen by ~)") }
    return words.joined(separator: " ")
  }
}

/// The times of a day in English.
private struct TimesOfDay {
  private let seconds: [Int]
  private let minutes: [Int]
  private let hours: [Int]

  init(_ expression: CronExpression) {
    seconds = expression.extras?.seconds.setBits ?? [0]
    minutes = expression.minutes.setBits
    hours = expression.hours.setBits
  }

  private var isEveryHour: Bool { hours.count == 24 }

  /// Whether there are few enough times to name each.
  private var areFew: Bool {
    guard !isEveryHour, minutes.count * hours.count <= 6, seconds.count == 1 else { return false }
    return runOfHours == nil && !(minutes.count == 1 && stepOfHours != nil)
  }

  /// Whether the sentence names the times of one day and does not say of which.
  var needsDays: Bool {
    areFew
      || (seconds == [0] && minutes.count == 1 && runOfHours == nil && stepOfHours == nil)
        && !isEveryHour
  }

  var phrase: String {
    if areFew { return "at " + English.list(allTimes) }
    guard seconds == [0] else { return secondPhrase }
    return minutes.count == 1 ? hourlyPhrase : minutePhrase
  }

  private var allTimes: [String] {
    hours.flatMap { hour in minutes.map { time(hour, $0) } }
  }

  private func time(_ hour: Int, _ minute: Int, last: Bool = false) -> String {
    let second = last ? seconds[seconds.count - 1] : seconds[0]
    let clock = English.twoDigits(hour) + ":" + English.twoDigits(minute)
    return seconds == [0] ? clock : clock + ":" + English.twoDigits(second)
  }

  /// Three hours or more in a row, around midnight too; nil for all hours.
  private var runOfHours: (first: Int, last: Int)? {
    guard !isEveryHour, hours.count > 2 else { return nil }
    return English.circularRun(hours, size: 24)
  }

  /// How far apart five hours or more are; nil where that differs.
  private var stepOfHours: Int? {
    guard hours.count > 4, let step = English.evenStep(hours) else { return nil }
    return step
  }

  // MARK: One minute of many hours

  private var hourlyPhrase: String {
    let minute = minutes[0]
    let at = minute == 0 ? "" : " at minute \(minute)"
    if isEveryHour { return "every hour" + at }
    if let run = runOfHours {
      return "every hour from \(time(run.first, minute)) to \(time(run.last, minute))"
    }
    guard let step = stepOfHours else { return "at " + English.list(allTimes) }
    if hours[0] == 0, hours[hours.count - 1] + step == 24 { return "every \(step) hours" + at }
    let last = hours[hours.count - 1]
    return "every \(step) hours from \(time(hours[0], minute)) to \(time(last, minute))"
  }

  // MARK: Many minutes

  private var minutePhrase: String {
    let isOdd = isEveryHour && minutes.count <= 4 && minutes[0] != 0
    guard !isOdd, let step = English.evenStep(minutes) else {
      return "at minutes \(English.runs(minutes)) of \(hourNames)"
    }
    let every = step == 1 ? "every minute" : "every \(step) minutes"
    return goesOnEvenly(step) ? every + evenSpan : every + unevenSpan(step)
  }

  /// Whether the step goes on over the hour's end as within it.
  private func goesOnEvenly(_ step: Int) -> Bool {
    minutes[minutes.count - 1] + step == 60 + minutes[0]
  }

  private var evenSpan: String {
    let first = minutes[0]
    let last = minutes[minutes.count - 1]
    if isEveryHour { return first == 0 ? "" : " from minute \(first) of every hour" }
    if let run = runOfHours { return " from \(time(run.first, first)) to \(time(run.last, last))" }
    if hours[hours.count - 1] - hours[0] < 2 {
      return " from \(time(hours[0], first)) to \(time(hours[hours.count - 1], last))"
    }
    return (first == 0 ? "" : " from minute \(first)") + " of \(hourNames)"
  }

  private func unevenSpan(_ step: Int) -> String {
    let first = minutes[0]
    let last = minutes[minutes.count - 1]
    if hours.count == 1 { return " from \(time(hours[0], first)) to \(time(hours[0], last))" }
    return " from minute \(first) to \(last) of \(hourNames)"
  }

  private var hourNames: String {
    if isEveryHour { return "every hour" }
    if hours.count == 1 { return "hour " + English.twoDigits(hours[0]) }
    if let run = runOfHours {
      return "the hours \(English.twoDigits(run.first)) to \(English.twoDigits(run.last))"
    }
    if hours.count > 3, let step = English.evenStep(hours) {
      let last = hours[hours.count - 1]
      let name = "every \(English.ordinal(step)) hour from \(English.twoDigits(hours[0]))"
      return last + step > 23 ? name : name + " to \(English.twoDigits(last))"
    }
    return "the hours " + English.runs(hours, name: English.twoDigits)
  }

  // MARK: Seconds

  private var secondPhrase: String {
    let phrase = bareSecondPhrase
    let isEven = English.evenStep(seconds).map { 60 % $0 == 0 && seconds[0] == 0 } ?? false
    guard minutes.count == 60 else { return "\(phrase) of \(minuteNames)" }
    if isEveryHour { return isEven ? phrase : phrase + " of every minute" }
    guard isEven, let run = runOfHours ?? (hours.count == 1 ? (hours[0], hours[0]) : nil) else {
      return phrase + " of every minute of " + hourNames
    }
    return "\(phrase) from \(time(run.first, 0)) to \(time(run.last, 59, last: true))"
  }

  private var bareSecondPhrase: String {
    if seconds.count == 1 { return "at second \(seconds[0])" }
    guard let step = English.evenStep(seconds), seconds[0] == 0,
      seconds[seconds.count - 1] + step > 59
    else { return "at seconds " + English.runs(seconds) }
    return step == 1 ? "every second" : "every \(step) seconds"
  }

  private var minuteNames: String {
    if minutes.count == 1 { return "minute \(minutes[0]) of \(hourNames)" }
    if minutes.count > 3, let step = English.evenStep(minutes), step > 1 {
      let from = minutes[0] == 0 ? "" : " from minute \(minutes[0])"
      return "every \(English.ordinal(step)) minute\(from) of \(hourNames)"
    }
    return "minutes \(English.runs(minutes)) of \(hourNames)"
  }
}
