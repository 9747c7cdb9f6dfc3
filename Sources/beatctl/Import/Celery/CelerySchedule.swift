// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// The schedule of an entry: `{"crontab": …}`, `{"every": SECONDS}` or `{"solar": …}`.
struct CelerySchedule {
  private let value: [String: JSONValue]
  /// It goes by the clock of a zone.
  private(set) var usesZone = false

  init(_ value: JSONValue) {
    if case .object(let entries) = value { self.value = entries } else { self.value = [:] }
  }

  /// Gives a job the schedule, or says why there is none.
  mutating func apply(to job: inout ImportedJob) {
    if case .object(let fields)? = value["crontab"] {
      usesZone = true
      applyCrontab(fields, to: &job)
    } else if let span = value["every"]?.asSpan {
      job.set("every", .string(span.text), weight: .essential)
    } else if case .object(let solar)? = value["solar"] {
      let words = solar.keys.sorted().map { "\($0) \(solar[$0]?.asText ?? solar[$0]?.text ?? "")" }
      _ = job.refuse("a solar schedule (\(words.joined(separator: ", "))): Beat knows no sun")
    } else {
      _ = job.refuse("the entry's schedule is neither `crontab` nor `every`")
    }
    for key in value.keys.sorted() where !["crontab", "every", "solar"].contains(key) {
      job.lose("the schedule's `\(key)`: \(value[key]?.text ?? "")")
    }
  }

  /// Celery wants all five fields to match.
  private func applyCrontab(_ fields: [String: JSONValue], to job: inout ImportedJob) {
    let read = Self.ranges.map { name, range in Self.values(fields[name], in: range) }
    guard let minutes = read[0], let hours = read[1], let days = read[2], let months = read[3],
      let weekdays = read[4]
    else {
      let wrong = zip(Self.ranges, read).filter { $1 == nil }.map(\.0.0)
      _ = job.refuse("the crontab's \(wrong.joined(separator: ", ")): expected a list of numbers")
      return
    }
    guard let day = CronText.both(days: days, weekdays: weekdays) else {
      _ = job.refuse("cron takes a day that matches either day field, and this wants both")
      return
    }
    let texts = [
      CronText.field(minutes, in: 0...59), CronText.field(hours, in: 0...23), day.day,
      CronText.field(months, in: 1...12), day.weekday,
    ]
    job.set("cron", .string(texts.joined(separator: " ")), weight: .essential)
  }

  private static let ranges: [(String, ClosedRange<Int>)] = [
    ("minute", 0...59), ("hour", 0...23), ("day_of_month", 1...31), ("month_of_year", 1...12),
    ("day_of_week", 0...6),
  ]

  /// The numbers of a field, a list as Celery keeps it, or all where it is absent.
  ///
  /// Nil where it is something else.
  private static func values(_ value: JSONValue?, in range: ClosedRange<Int>) -> Set<Int>? {
    guard let value, value != .string("*") else { return Set(range) }
    guard case .array(let elements) = value, !elements.isEmpty else { return nil }
    var values: Set<Int> = []
    for element in elements {
      guard case .integer(let number) = element, let number = Int(exactly: number),
        range.contains(number)
      else { return nil }
      values.insert(number)
    }
    return values
  }

  /// A length in seconds, as `celery call` reads it.
  static func seconds(_ span: TimeSpan) -> String {
    span.milliseconds % 1_000 == 0 ? "\(span.milliseconds / 1_000)" : "\(span.seconds)"
  }
}
