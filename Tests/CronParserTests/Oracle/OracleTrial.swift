// SPDX-License-Identifier: Apache-2.0

import CronParser

/// One triple of expression, zone and instant, held against the oracle.
struct OracleTrial {
  /// What came of a triple.
  enum Verdict {
    case agreed(next: Instant?, previous: Instant?)
    /// The parser says that it never fires, and the oracle found no day in 400 years either.
    case neverFires
    case failed(String)
  }

  let text: String
  let spread: OracleSpread
  let daylight: DaylightRule
  let clock: OracleClock
  let instant: Instant
  let starts, ends: Instant?
  /// How far the oracle looks in either direction, in seconds.
  let reach: Int64
  /// Whether all instants of the days around are looked at too.
  let isWalked: Bool

  /// The triple with that number of that seed.
  init(number: Int, seed: UInt64, clocks: [OracleClock]) {
    var random = SplitMix64(state: seed)
    random = SplitMix64(state: random.next() &+ UInt64(number) &* 0x2545_F491_4F6C_DD1D)
    var writer = OracleText(random)
    text = writer.expression()
    random = writer.random
    spread = OracleSpread(
      job: "job-\(UInt16.random(in: .min ... .max, using: &random))", machine: "0123456789abcdef")
    daylight = Self.rule(using: &random)
    clock = random.pick(clocks)
    instant = Self.instant(in: clock, using: &random)
    let day: Int64 = 86_400
    reach = random.once(in: 4) ? 146_500 * day : 800 * day
    isWalked = random.once(in: 4)
    let bounded = random.once(in: 10)
    starts = bounded ? Self.near(instant, using: &random) : nil
    ends = bounded ? Self.near(instant, using: &random) : nil
  }

  private static func rule(using random: inout SplitMix64) -> DaylightRule {
    if random.once(in: 2) { return .cron }
    return .chosen(
      gap: random.pick([nil] + DaylightRule.Gap.allCases),
      fold: random.pick([nil] + DaylightRule.Fold.allCases))
  }

  /// Near a change of the zone's offset as a rule, else anywhere from 1900 to 2200.
  private static func instant(in clock: OracleClock, using random: inout SplitMix64) -> Instant {
    var second = Int64.random(in: OracleClock.years, using: &random)
    if let change = clock.changes.randomElement(using: &random), !random.once(in: 4) {
      second = change + Int64.random(in: -100_000...100_000, using: &random)
    }
    let part = random.once(in: 4) ? Int64.random(in: 0...999, using: &random) : 0
    return Instant(milliseconds: second * 1_000 + part)
  }

  private static func near(_ instant: Instant, using random: inout SplitMix64) -> Instant? {
    guard !random.once(in: 3) else { return nil }
    let distance = Int64.random(in: -200_000_000...200_000_000, using: &random)
    return instant + TimeSpan(milliseconds: distance)
  }

  // MARK: Trying it

  /// Asks both; `timed` is handed every question to the library.
  func verdict(timed: (() -> Instant?) -> Instant? = { $0() }) -> Verdict {
    let schedule: Schedule
    do throws(CronSyntaxError) {
      schedule = try Schedule(crontab: text, spread: spread.seed)
    } catch {
      guard error.category == .never, !firesForAllJobs else {
        return .failed("\(text) is refused: \(error.message)")
      }
      return .neverFires
    }
    let times = FireTimes(
      schedule, in: clock.zone, starts: starts, ends: ends, daylight: daylight)
    let next = timed { times.next(after: instant) }
    let previous = timed { times.previous(before: instant) }
    let oracle = self.oracle
    if let fault = self.fault(next: next, oracle) { return .failed(fault) }
    if let fault = self.fault(previous: previous, oracle) { return .failed(fault) }
    if let fault = broken(times, at: instant, next: next, previous: previous) {
      return .failed(fault)
    }
    // Where the oracle does not reach, the time that an answer takes still counts.
    if isWalked {
      for end in [Instant.earliest, .latest] {
        let after = timed { times.next(after: end) }
        let before = timed { times.previous(before: end) }
        if let fault = broken(times, at: end, next: after, previous: before) {
          return .failed(fault)
        }
      }
    }
    if let fault = self.fault(walking: times, oracle) { return .failed(fault) }
    return .agreed(next: next, previous: previous)
  }

  private func fault(next: Instant?, _ oracle: Oracle) -> String? {
    var from = instant.seconds + 1
    if let starts { from = max(from, starts.secondsRoundedUp) }
    let horizon = from + reach
    let last = min(horizon, ends?.seconds ?? .max)
    let expected = oracle.first(from: from, through: last)
    if let expected, next == Instant(milliseconds: expected * 1_000) { return nil }
    if expected == nil, next == nil || (last == horizon && next!.seconds > horizon) { return nil }
    return report("next after", found: next, expected: expected)
  }

  private func fault(previous: Instant?, _ oracle: Oracle) -> String? {
    var through = instant.secondsRoundedUp - 1
    if let ends { through = min(through, ends.seconds) }
    let horizon = through - reach
    let first = max(horizon, starts?.secondsRoundedUp ?? .min)
    let expected = oracle.last(through: through, from: first)
    if let expected, previous == Instant(milliseconds: expected * 1_000) { return nil }
    if expected == nil, previous == nil || (first == horizon && previous!.seconds < horizon) {
      return nil
    }
    return report("previous before", found: previous, expected: expected)
  }

  /// The laws that hold whatever the expression means.
  private func broken(
    _ times: FireTimes, at instant: Instant, next: Instant?, previous: Instant?
  ) -> String? {
    let moment = TimeSpan(milliseconds: 1)
    if let next {
      let back = times.previous(before: next).map { $0 <= instant } ?? true
      guard next > instant, back, times.next(after: next - moment) == next else {
        return report("next after (by its laws)", found: next, expected: nil)
      }
    }
    if let previous {
      let forth = times.next(after: previous).map { $0 >= instant } ?? true
      guard previous < instant, forth, times.previous(before: previous + moment) == previous else {
        return report("previous before (by its laws)", found: previous, expected: nil)
      }
    }
    return nil
  }

  private var oracle: Oracle {
    let expression = OracleExpression(text, spread: spread)
    guard case .chosen(let gap, let fold) = daylight else {
      return Oracle(expression, clock: clock)
    }
    return Oracle(expression, clock: clock, gap: gap, fold: fold)
  }

  /// Whether it fires for this job and for others: what is drawn for one may never come.
  private var firesForAllJobs: Bool {
    guard firesInFourCenturies(spread) else { return false }
    return (0..<400).allSatisfy { number in
      firesInFourCenturies(OracleSpread(job: "other \(number)", machine: spread.machine))
    }
  }

  private func firesInFourCenturies(_ spread: OracleSpread) -> Bool {
    let expression = OracleExpression(text, spread: spread)
    var date = OracleDate(number: 0)
    for _ in 0..<146_097 {
      if expression.matches(date) { return true }
      date.advance()
    }
    return false
  }

  /// What is asked about, for a person to read.
  var name: String {
    "\"\(text)\" of \(spread.job) in \(clock.zone.name) by \(daylight)"
  }

  private func report(_ question: String, found: Instant?, expected: Int64?) -> String {
    let expected = expected.map { Instant(milliseconds: $0 * 1_000).rfc3339(in: clock.zone) }
    let bounds = "\(starts?.rfc3339 ?? "")...\(ends?.rfc3339 ?? "")"
    return "\(name), within \(bounds): \(question) \(instant.rfc3339) "
      + "is \(found?.rfc3339(in: clock.zone) ?? "nothing"), the oracle says "
      + (expected ?? "nothing within its reach")
  }
}

extension Instant {
  fileprivate var seconds: Int64 {
    (milliseconds - modulo(milliseconds, 1_000)) / 1_000
  }

  fileprivate var secondsRoundedUp: Int64 {
    (milliseconds + 999 - modulo(milliseconds + 999, 1_000)) / 1_000
  }
}
