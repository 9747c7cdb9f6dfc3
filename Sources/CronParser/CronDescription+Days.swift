// SPDX-License-Identifier: Apache-2.0

extension CronExpression {
  /// The days in English, or nil where every day matches.
  var dayPhrase: String? {
    let ofMonth = monthDays
    let ofWeek = weekDays
    switch (ofMonth, ofWeek) {
    case (nil, nil): return nil
    case (let days?, nil): return flags.contains(.bothDays) ? days : nil
    case (nil, let days?): return flags.contains(.bothDays) ? days : nil
    case (let days?, let weekdays?):
      return flags.contains(.bothDays)
        ? "\(days) where that is also \(weekdays)" : "\(days), and \(weekdays)"
    }
  }

  /// `on the 1st and 15th`; nil where the day-of-month field takes all days.
  private var monthDays: String? {
    guard days != 0xFFFF_FFFE else { return nil }
    var phrases: [String] = []
    let list = days.setBits
    if list.count > 3, let step = English.step(list, low: 1, high: 31, wraps: false) {
      phrases.append("on every \(English.ordinal(step)) day of the month from the 1st")
    } else if !list.isEmpty {
      phrases.append("on the " + English.runs(list, name: English.ordinal))
    }
    if let special = extras?.special { phrases += special.monthPhrases }
    return English.list(phrases)
  }

  /// `on Fridays`; nil where the day-of-week field takes all days.
  private var weekDays: String? {
    guard weekdays != 0x7F else { return nil }
    var phrases: [String] = []
    // The week is told from Monday on, so that Friday to Sunday is one run.
    let list = weekdays.setBits.map { $0 == 0 ? 7 : $0 }.sorted()
    if !list.isEmpty {
      phrases.append("on " + English.runs(list) { English.weekdays[$0 % 7] + "s" })
    }
    if let special = extras?.special { phrases += special.weekPhrases }
    return English.list(phrases)
  }
}

extension SpecialDays {
  fileprivate var monthPhrases: [String] {
    var phrases: [String] = []
    for back in fromEnd.setBits {
      switch back {
      case 0: phrases.append("on the last day of the month")
      case 1: phrases.append("on the day before the last of the month")
      default: phrases.append("on the day \(back) days before the last of the month")
      }
    }
    for day in nearestWeekday.setBits {
      phrases.append("on the working day (Monday to Friday) nearest the \(English.ordinal(day))")
    }
    if lastWeekday { phrases.append("on the last working day (Monday to Friday) of the month") }
    return phrases
  }

  fileprivate var weekPhrases: [String] {
    var phrases: [String] = []
    for bit in nth.setBits {
      let week = English.ordinal(bit / 7 + 1)
      phrases.append("on the \(week) \(English.weekdays[bit % 7]) of the month")
    }
    for day in lastOfWeekday.setBits {
      phrases.append("on the last \(English.weekdays[day]) of the month")
    }
    return phrases
  }
}
