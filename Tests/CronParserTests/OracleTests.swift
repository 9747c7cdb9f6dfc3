// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Testing

/// Random expressions × zones × instants against the slow oracle, and the laws of the walk.
///
/// `BEAT_ORACLE_CASES` sets how many triples are tried, `BEAT_ORACLE_SEED` where the generator
/// begins.
@Suite struct `Fire times against a slow walk of the clock` {
  private static let zones = [
    "America/New_York", "Europe/Berlin", "Europe/Dublin", "Australia/Lord_Howe", "America/Santiago",
    "Pacific/Apia", "Antarctica/Troll", "Africa/Casablanca", "Asia/Kolkata", "UTC",
    "Pacific/Kwajalein", "America/Caracas", "Asia/Pyongyang", "America/St_Johns", "Africa/Monrovia",
    "Europe/Amsterdam", "Asia/Tehran", "Pacific/Chatham", "America/Sao_Paulo", "Antarctica/Casey",
  ]

  @Test func `next and previous name exactly the instants of the walk`() throws {
    let environment = ProcessInfo.processInfo.environment
    let cases = Int(environment["BEAT_ORACLE_CASES"] ?? "") ?? 400
    let seed = UInt64(environment["BEAT_ORACLE_SEED"] ?? "") ?? 20_261_125
    var random = SplitMix64(state: seed)
    let directory = ZoneDirectory()
    for number in 0..<cases {
      let zone = try directory.zone(named: Self.zones.randomElement(using: &random)!)
      let text = randomExpression(using: &random)
      guard let schedule = try? Schedule(crontab: text) else { continue }
      let start = randomStart(in: zone, using: &random)
      let window = start...start + 86_400 * 4
      let expected = Oracle(text, zone: zone).instants(in: window)
      let times = FireTimes(schedule, in: zone)
      #expect(
        forwards(times, in: window) == expected,
        "next: case \(number) of seed \(seed): \(text) in \(zone.name) from \(start)")
      #expect(
        backwards(times, in: window) == expected,
        "previous: case \(number) of seed \(seed): \(text) in \(zone.name) from \(start)")
      #expect(
        times.count(after: instant(start - 1), through: instant(window.upperBound))
          == expected.count)
    }
  }

  /// Near a change of the zone's offset as a rule, else anywhere from 1900 to 2200.
  private func randomStart(in zone: Zone, using random: inout SplitMix64) -> Int64 {
    let any = Int64.random(in: -2_208_988_800...7_258_118_400, using: &random)
    guard Int.random(in: 0..<4, using: &random) > 0,
      let change = zone.nextTransition(after: instant(any))
    else { return any }
    return change.milliseconds / 1_000 - Int64.random(in: 0...200_000, using: &random)
  }

  private func forwards(_ times: FireTimes, in window: ClosedRange<Int64>) -> [Int64] {
    var found: [Int64] = []
    var last = instant(window.lowerBound - 1)
    while let next = times.next(after: last), next <= instant(window.upperBound) {
      #expect(next > last)
      found.append(next.milliseconds / 1_000)
      last = next
    }
    return found
  }

  private func backwards(_ times: FireTimes, in window: ClosedRange<Int64>) -> [Int64] {
    var found: [Int64] = []
    var last = instant(window.upperBound + 1)
    while let previous = times.previous(before: last), previous >= instant(window.lowerBound) {
      #expect(previous < last)
      found.append(previous.milliseconds / 1_000)
      last = previous
    }
    return found.reversed()
  }

  private func instant(_ second: Int64) -> Instant { Instant(milliseconds: second * 1_000) }
}

/// A five-field expression of numbers; hours lean towards those at which clocks change.
private func randomExpression(using random: inout SplitMix64) -> String {
  let bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)]
  return bounds.enumerated().map { index, bound in
    let open = index > 1 && Int.random(in: 0..<3, using: &random) > 0
    return open ? "*" : randomField(bound.0, index == 1 ? 4 : bound.1, bound.1, using: &random)
  }.joined(separator: " ")
}

private func randomField(
  _ low: Int, _ soft: Int, _ high: Int, using random: inout SplitMix64
) -> String {
  let items = (0..<Int.random(in: 1...2, using: &random)).map { _ in
    let top = Bool.random(using: &random) ? soft : high
    let first = Int.random(in: low...top, using: &random)
    let last = Int.random(in: low...top, using: &random)
    let step = Int.random(in: 1...20, using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return "*"
    case 1: return "*/\(step)"
    case 2: return "\(first)-\(last)"
    case 3: return "\(first)-\(last)/\(step)"
    case 4: return "\(first)/\(step)"
    default: return "\(first)"
    }
  }
  return items.joined(separator: ",")
}

/// A small generator with one word of state; the same seed always gives the same numbers.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
