// SPDX-License-Identifier: Apache-2.0

/// When a timer elapses by the calendar: `OnCalendar=` of systemd.time(7).
struct CalendarEvent: Hashable, Sendable {
  /// One item of a list, such as `5`, `1..7`, `0/15` or `8..18/2`.
  ///
  /// Seconds are counted in microseconds.
  struct Component: Hashable, Comparable, Sendable {
    var start: Int
    var stop: Int?
    var step = 0

    static func < (left: Component, right: Component) -> Bool {
      (left.start, left.stop ?? -1, left.step) < (right.start, right.stop ?? -1, right.step)
    }
  }

  /// Monday is 0; empty: any day.
  var weekdays: Set<Int> = []
  /// Lists of components; empty: any value.
  var years: [Component] = []
  var months: [Component] = []
  var days: [Component] = []
  /// Days are counted back from the month's last, which is 1.
  var daysFromEnd = false
  var hours: [Component] = []
  var minutes: [Component] = []
  /// In microseconds.
  var seconds: [Component] = []
  /// The zone's name, where one is given.
  var zone: String?

  static let microseconds = 1_000_000

  /// Puts lists into their one form, and says whether all values can be.
  mutating func normalize() -> Bool {
    if weekdays.count == 7 { weekdays = [] }
    for index in years.indices { years[index].addCentury() }
    if days.isEmpty { daysFromEnd = false }
    for list: WritableKeyPath<Self, [Component]> in [
      \.years, \.months, \.days, \.hours, \.minutes, \.seconds,
    ] {
      self[keyPath: list] = Set(self[keyPath: list].map(\.trimmed)).sorted()
    }
    let last = 60 * Self.microseconds - 1
    return Self.areValid(years, in: 1_970...2_199) && Self.areValid(months, in: 1...12)
      && Self.areValid(days, in: 1...31, fromEnd: daysFromEnd) && Self.areValid(hours, in: 0...23)
      && Self.areValid(minutes, in: 0...59) && Self.areValid(seconds, in: 0...last)
  }

  private static func areValid(
    _ list: [Component], in range: ClosedRange<Int>, fromEnd: Bool = false
  ) -> Bool {
    // A day more than 28 days before the last is not in every month.
    let high = fromEnd ? range.upperBound - 3 : range.upperBound
    return list.allSatisfy { component in
      guard (range.lowerBound...high).contains(component.start),
        component.step <= high - range.lowerBound
      else { return false }
      if let stop = component.stop {
        return stop <= high && stop >= range.lowerBound && component.start + component.step <= stop
      }
      return fromEnd
        ? component.start - component.step >= range.lowerBound
        : component.start + component.step <= high
    }
  }

  /// The values that a list names.
  static func values(_ list: [Component], in range: ClosedRange<Int>) -> Set<Int> {
    if list.isEmpty { return Set(range) }
    var values: Set<Int> = []
    for component in list {
      guard component.step > 0 else {
        values.insert(component.start)
        continue
      }
      values.formUnion(
        stride(
          from: component.start, through: component.stop ?? range.upperBound, by: component.step)
      )
    }
    return values
  }

  /// The days that the list names, counted back from the month's last, which is 1.
  ///
  /// A range is walked towards the end of the month, so its steps begin at its larger number.
  var valuesFromEnd: Set<Int> {
    var values: Set<Int> = []
    for component in days {
      guard component.step > 0 else {
        values.insert(component.start)
        continue
      }
      let from = component.stop ?? component.start
      let to = component.stop == nil ? 1 : component.start
      values.formUnion(stride(from: from, through: to, by: -component.step))
    }
    return values
  }
}

extension CalendarEvent.Component {
  /// Two digits are a year of 1970 to 2069.
  fileprivate mutating func addCentury() {
    start = Self.full(start)
    stop = stop.map(Self.full)
  }

  private static func full(_ year: Int) -> Int {
    switch year {
    case 0..<70: year + 2_000
    case 70..<100: year + 1_900
    default: year
    }
  }

  /// The component without an end that no step reaches.
  fileprivate var trimmed: Self {
    guard let stop, step > 0, stop >= start else { return self }
    var result = self
    if step > stop - start {
      result.stop = nil
      result.step = 0
    } else {
      result.stop = stop - (stop - start) % step
    }
    return result
  }
}
