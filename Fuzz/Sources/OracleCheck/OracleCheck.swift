// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc

/// Holds `next(after:)` and `previous(before:)` against a slow oracle: random expressions of the
/// whole language × all zones of the system × instants from 1900 to 2200.
///
///     OracleCheck [TRIPLES [SEED]]     100,000 by default
///     OracleCheck --only NUMBER SEED   one triple, as a failure names it
///
/// Says how many triples were tried, what differs, and which question took longest. Ends with 1
/// where anything differs or a question took longer than a millisecond.
@main
struct OracleCheck {
  private static let usage = "usage: OracleCheck [TRIPLES [SEED]] | --only NUMBER SEED"
  private static let limit = Duration.milliseconds(1)
  private static let shownFailures = 20

  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let isSingle = arguments.first == "--only"
    let numbers = arguments.dropFirst(isSingle ? 1 : 0).map { UInt64($0) }
    guard numbers.count <= 2, !numbers.contains(nil), !isSingle || numbers.count == 2 else {
      print(usage)
      exit(2)
    }
    let count = Int(truncatingIfNeeded: (numbers.first ?? nil) ?? 100_000)
    let seed = (numbers.dropFirst().first ?? nil) ?? 20_261_125
    var random = SplitMix64(state: seed)
    let clocks = readClocks()
    let offsets = Offsets.differences(clocks, using: &random)
    offsets.found.prefix(shownFailures).forEach { print("offset: \($0)") }
    print(
      "oracle: \(offsets.tried) offsets of \(clocks.count) zones, \(offsets.found.count) differ")
    let range = isSingle ? count..<count + 1 : 0..<count
    let tally = await run(range, seed: seed, clocks: clocks)
    report(tally, seed: seed)
    let good = offsets.found.isEmpty && tally.failures.isEmpty && tally.slowest.time <= limit
    exit(good ? 0 : 1)
  }

  private static func readClocks() -> [OracleClock] {
    let directory = ZoneDirectory()
    do {
      return try zoneNames().map { OracleClock(try directory.zone(named: $0)) }
    } catch {
      print("oracle: \(error)")
      exit(1)
    }
  }

  /// Deals the triples out to the processors.
  private static func run(
    _ numbers: Range<Int>, seed: UInt64, clocks: [OracleClock]
  ) async -> Tally {
    let workers = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return await withTaskGroup(of: Tally.self) { group in
      for worker in 0..<workers {
        group.addTask {
          var tally = Tally()
          for number in numbers where number % workers == worker {
            tally.add(OracleTrial(number: number, seed: seed, clocks: clocks), number: number)
          }
          return tally
        }
      }
      return await group.reduce(into: Tally()) { $0.join($1) }
    }
  }

  private static func report(_ tally: Tally, seed: UInt64) {
    for failure in tally.failures.sorted(by: { $0.number < $1.number }).prefix(shownFailures) {
      print("oracle: triple \(failure.number) of seed \(seed): \(failure.text)")
      print("        again: Scripts/oracle.sh --only \(failure.number) \(seed)")
    }
    print(
      "oracle: \(tally.tried) triples of seed \(seed), \(tally.failures.count) differ; "
        + "\(tally.answered) with an answer on both sides, \(tally.never) that never fire")
    print("oracle: the slowest question took \(tally.slowest.time): \(tally.slowest.question)")
  }
}

/// What came of many triples.
private struct Tally: Sendable {
  var tried = 0
  var answered = 0
  var never = 0
  var failures: [(number: Int, text: String)] = []
  var slowest = Slowest()

  mutating func add(_ trial: OracleTrial, number: Int) {
    tried += 1
    slowest.current = "\(trial.name), at \(trial.instant.rfc3339)"
    switch trial.verdict(timed: { slowest.ask($0) }) {
    case .agreed(let next, let previous): if next != nil, previous != nil { answered += 1 }
    case .neverFires: never += 1
    case .failed(let text): failures.append((number, text))
    }
  }

  mutating func join(_ other: Tally) {
    tried += other.tried
    answered += other.answered
    never += other.never
    failures += other.failures
    slowest.join(other.slowest)
  }
}
