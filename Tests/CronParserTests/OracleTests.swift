// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Testing

/// Some of the triples that `Scripts/oracle.sh` tries by the hundred thousand, in a few zones.
///
/// `BEAT_ORACLE_CASES` sets how many, `BEAT_ORACLE_SEED` where the generator begins.
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
    let directory = ZoneDirectory()
    let clocks = try Self.zones.map { OracleClock(try directory.zone(named: $0)) }
    var answered = 0
    for number in 0..<cases {
      let trial = OracleTrial(number: number, seed: seed, clocks: clocks)
      switch trial.verdict() {
      case .agreed(let next, let previous): if next != nil, previous != nil { answered += 1 }
      case .neverFires: break
      case .failed(let text): Issue.record("triple \(number) of seed \(seed): \(text)")
      }
    }
    #expect(answered > cases / 2)
  }
}
