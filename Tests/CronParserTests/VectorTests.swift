// SPDX-License-Identifier: Apache-2.0

import CronParser
import Support
import Testing

/// What the dialects of the vector files name and Beat has.
private let variants: Set = [
  "n/step", "wrap", "qmark", "macro-case", "year",
]

private let directory = ZoneDirectory()

@Suite struct `Vectors of other cron libraries` {
  @Test(arguments: [
    ("vixie5.jsonl", 500), ("vixie5-macros.jsonl", 15), ("interval.jsonl", 3),
    ("seconds6.jsonl", 350), ("croner-ocps.jsonl", 250), ("jenkins.jsonl", 15),
    ("quartz.jsonl", 250),
  ])
  func `every line that binds holds, and the exceptions are exceptions`(
    file: String, atLeast: Int
  ) throws {
    var held = 0
    for vector in try Vector.read(file) where vector.binds(variants: variants) {
      // Quartz numbers the weekdays from Sunday 1 on; Beat reads only its names.
      if file == "quartz.jsonl", vector.numbersWeekdays { continue }
      let fault = fault(of: vector)
      if let reason = vectorExceptions[vector.id] {
        #expect(fault != nil, "\(vector.id) holds after all, in spite of: \(reason)")
      } else {
        #expect(fault == nil, "\(vector.id): \(vector.expr): \(fault ?? "")")
        held += 1
      }
    }
    #expect(held >= atLeast)
  }
}

/// What is wrong with our answer, or nil.
private func fault(of vector: Vector) -> String? {
  let schedule: Schedule
  do {
    schedule = try parse(vector)
  } catch {
    return vector.valid == false ? nil : "refused: \(error)"
  }
  if vector.valid == false { return "accepted" }
  do {
    let zone = try directory.zone(named: vector.tz ?? "UTC")
    return faultOfAnswers(vector, FireTimes(schedule, in: zone))
      ?? faultOfSameness(vector, schedule) ?? faultOfDraws(vector, schedule)
  } catch {
    return "\(error)"
  }
}

private func parse(_ vector: Vector) throws -> Schedule {
  let schedule = try Schedule(
    crontab: vector.expr,
    spread: SpreadSeed(jobName: vector.hash ?? vector.expr, machineID: ""))
  guard case .every(let interval) = schedule else { return schedule }
  guard let anchor = vector.anchor.flatMap({ Instant(rfc3339: $0) }) else { return schedule }
  return .every(IntervalSchedule(period: interval.period, anchor: anchor))
}

private func faultOfAnswers(_ vector: Vector, _ times: FireTimes) -> String? {
  let up = vector.prev != nil
  if let from = vector.from.flatMap({ Instant(rfc3339: $0, roundingUp: up) }) {
    let step = TimeSpan(milliseconds: vector.inclusive == true ? 1 : 0)
    if let expected = vector.next {
      return faultOfWalk(vector, expected, from: from - step) { times.next(after: $0) }
    }
    if let expected = vector.prev {
      return faultOfWalk(vector, expected, from: from + step) { times.previous(before: $0) }
    }
  }
  if let at = vector.at.flatMap({ Instant(rfc3339: $0) }), let matches = vector.matches {
    let six = vector.expr.split(separator: " ").count > 5
    let width: Int64 = six ? 1_000 : 60_000
    let start = Instant(milliseconds: at.milliseconds / width * width)
    let found = times.next(after: start - TimeSpan(milliseconds: 1))
    let does = found.map { $0 < start + TimeSpan(milliseconds: width) } ?? false
    return does == matches ? nil : "matches: \(does)"
  }
  return nil
}

private func faultOfWalk(
  _ vector: Vector, _ expected: [String], from: Instant, step: (Instant) -> Instant?
) -> String? {
  var instant = from
  for _ in 0..<(vector.skip ?? 0) {
    guard let found = step(instant) else { return "nothing left to skip" }
    instant = found
  }
  for text in expected {
    let found = step(instant)
    guard found == Instant(rfc3339: text), let found else {
      return "\(text) expected, \(found?.rfc3339 ?? "nothing") found"
    }
    instant = found
  }
  if vector.exhausted == true, let more = step(instant) { return "\(more.rfc3339) found, too" }
  return nil
}

private func faultOfSameness(_ vector: Vector, _ schedule: Schedule) -> String? {
  guard let other = vector.sameAs else { return nil }
  return (try? Schedule(crontab: other)) == schedule ? nil : "not the same as \(other)"
}

/// Jenkins' draws as an expression without any, compared with ours.
private func faultOfDraws(_ vector: Vector, _ schedule: Schedule) -> String? {
  guard let sets = vector.expandsTo else { return nil }
  let words = ["minute", "hour", "dom", "month", "dow"].map { name in
    sets[name]?.map(String.init).joined(separator: ",") ?? "*"
  }
  let drawn = words.joined(separator: " ")
  guard let expected = try? Schedule(crontab: drawn) else { return "\(drawn) is refused" }
  let ours = FireTimes(schedule, in: .utc)
  let theirs = FireTimes(expected, in: .utc)
  let same = ours.next(after: .epoch) == theirs.next(after: .epoch)
  return same ? nil : "not drawn as \(drawn)"
}
