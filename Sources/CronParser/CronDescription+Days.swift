// SPDX-License-Identifier: Apache-2.0

extension CronExpression {
  /// Days, months and years in English, or nil where every day matches.
  var datePhrase: String? {
    var words = [dayPhrase, monthPhrase, yearPhrase].compactMap(\.self)
    if words.count > 1, dayPhrase != nil, !flags.contains(.bothDays) { words[0] += "," }
    if isPlain, months == 0x1FFE { words[0] += " of each month" }
    if isPlain, months != 0x1FFE {
      words = [plainDays + " of " + monthNames] + [yearPhrase].compactMap(\.self)
    }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// The days in English, or nil where every day matches.
  var dayPhrase: String? {
    switch (monthDays, weekDays) {
    case (nil, nil): return nil
    case (let days?, nil): return flags.contains(.bothDays) ? days : nil
    case (nil, let days?): return flags.contains(.bothDays) ? days : nil
    case (let days?, let weekdays?):
      guard flags.contains(.bothDays) else { return "\(days), and \(weekdays)" }
      return "\(days) if it is \(weekDayCondition)"
    }
  }

  /// Whether it names a few days of the month and nothing else of the days.
  private var isPlain: Bool {
    days.nonzeroBitCount <= 4 && days != 0 && weekDays == nil && flags.contains(.bothDays)
      && extras?.special == nil
  }

  private var plainDays: String {
    let list = days.setBits
    guard list.count > 2, English.evenStep(list) == 1 else {
      return "on the " + English.runs(list, name: English.ordinal)
    }
    return "from the \(English.ordinal(list[0])) to the \(English.ordinal(list[list.count - 1]))"
  }

  /// `on the 1st and 15th`; nil where the day-of-month field takes all days.
  private var monthDays: String? {
    guard days != 0xFFFF_FFFE else { return nil }
    var phrases: [String] = []
    let list = days.setBits
    if list.count > 4, let step = English.evenStep(list), step > 1, list[list.count - 1] + step > 31
    {
      phrases.append(
        "on every \(English.ordinal(step)) day of the month from the \(English.ordinal(list[0]))")
    } else if !list.isEmpty {
      phrases.append(plainDays)
    }
    if let special = extras?.special { phrases += special.monthPhrases }
    return English.list(phrases)
  }

  /// `on Fridays`; nil where the day-of-week field takes all days.
  private var weekDays: String? {
    guard weekdays != 0x7F else { return nil }
    var phrases: [String] = []
    let list = weekdays.setBits
    if weekdays == 0b011_1110 {
      phrases.append("on weekdays")
    } else if list.count > 2, let run = English.circularRun(list, size: 7) {
      phrases.append(
        "on each day from \(English.weekdays[run.first]) to \(English.weekdays[run.last])")
    } else if !list.isEmpty {
      // The week is told from Monday on.
      phrases.append("on " + English.list(fromMonday.map { English.weekdays[$0] + "s" }))
    }
    if let special = extras?.special { phrases += special.weekPhrases(article: "on the") }
    return English.list(phrases)
  }

  private var fromMonday: [Int] {
    weekdays.setBits.map { $0 == 0 ? 7 : $0 }.sorted().map { $0 % 7 }
  }

  /// `a Monday or Friday`.
  private var weekDayCondition: String {
    var names: [String] = []
    if weekdays == 0b011_1110 {
      names.append("a weekday")
    } else if weekdays != 0 {
      names.append("a " + English.list(fromMonday.map { English.weekdays[$0] }, with: "or"))
    }
    names += extras?.special?.weekPhrases(article: "the") ?? []
    return English.list(names, with: "or")
  }

  private var monthNames: String {
    let list = months.setBits
    if list.count > 2, let run = English.circularRun(list.map { $0 - 1 }, size: 12) {
      return "\(English.months[run.first]) to \(English.months[run.last])"
    }
    return English.runs(list) { English.months[$0 - 1] }
  }

  private var monthPhrase: String? {
    guard months != 0x1FFE else { return nil }
    let list = months.setBits
    let isRun = list.count > 2 && English.circularRun(list.map { $0 - 1 }, size: 12) != nil
    return (isRun ? "from " : "in ") + monthNames
  }

  private var yearPhrase: String? {
    guard let years = extras?.years?.members else { return nil }
    if years.count > 3, let step = English.evenStep(years), step > 1 {
      return "every \(step) years from \(years[0]) to \(years[years.count - 1])"
    }
    let isRun = years.count > 2 && English.evenStep(years) == 1
    return (isRun ? "from " : "in ") + English.runs(years)
  }
}

extension SpecialDays {
  var monthPhrases: [String] {
    var phrases: [String] = []
    for back in fromEnd.setBits {
      phrases.append("on the \(Self.name(daysBeforeLast: back)) of the month")
    }
    for day in nearestWeekday.setBits {
      phrases.append("on the weekday (Monday to Friday) nearest the \(English.ordinal(day))")
    }
    for back in nearestFromEnd.setBits {
      phrases.append(
        "on the weekday (Monday to Friday) nearest the \(Self.name(daysBeforeLast: back)) of the "
          + "month")
    }
    if lastWeekday { phrases.append("on the last weekday (Monday to Friday) of the month") }
    return phrases
  }

  private static func name(daysBeforeLast back: Int) -> String {
    switch back {
    case 0: "last day"
    case 1: "last day but one"
    default: "\(English.ordinal(back)) day before the last"
    }
  }

  func weekPhrases(article: String) -> [String] {
    var phrases: [String] = []
    for day in 0..<7 {
      let weeks = (0..<5).filter { nth >> UInt64($0 * 7 + day) & 1 == 1 }
      guard !weeks.isEmpty else { continue }
      let names = English.list(weeks.map { English.ordinal($0 + 1) })
      phrases.append("\(article) \(names) \(English.weekdays[day]) of the month")
    }
    for day in lastOfWeekday.setBits {
      phrases.append("\(article) last \(English.weekdays[day]) of the month")
    }
    return phrases
  }
}
