// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc

/// Measures `FireTimes.next(after:)` and `CronExpression.init`.
///
///     NextFireBenchmark [SIZE]                 eight expressions, in UTC and America/New_York
///     NextFireBenchmark TZ REPS EXPRESSIONS.tsv
///
/// With a file, its first column is read. Prints, for each expression, rows of
/// `next|parse TZ index ns operations checksum`, the median of REPS rounds. A round asks for 1,000
/// instants, each from the one before, from 2026-01-01 on, and begins anew from 2096-01-01. The
/// checksum is the sum of the instants in seconds, for comparison with other implementations. A
/// SIZE below 10,000 is one round.
@main
struct NextFireBenchmark {
  private static let start = Instant(milliseconds: 1_767_225_600_000)
  private static let limit = Instant(milliseconds: 3_976_214_400_000)
  private static let instants = 1_000
  private static let parses = 5_000

  private static let standard = [
    "* * * * *", "*/5 * * * *", "0 0 * * *", "0 9 * * 1-5", "30 4 1,15 * 5", "0 0 29 2 *",
    "15 3 * 1-3 0", "59 23 31 12 *",
  ]

  static func main() {
    let arguments = CommandLine.arguments
    do {
      switch arguments.count {
      case 1, 2:
        let isSmall = arguments.count == 2 && Int(arguments[1]) ?? .max < 10_000
        for zone in ["UTC", "America/New_York"] {
          try measure(standard, zone: zone, rounds: isSmall ? 1 : 9)
        }
      case 4:
        guard let rounds = Int(arguments[2]), rounds > 0, let file = readColumn(arguments[3]) else {
          fallthrough
        }
        try measure(file, zone: arguments[1], rounds: rounds)
      default:
        print("usage: NextFireBenchmark [SIZE | TZ REPS EXPRESSIONS.tsv]")
        exit(2)
      }
    } catch {
      print(error)
      exit(1)
    }
  }

  private static func measure(_ expressions: [String], zone name: String, rounds: Int) throws {
    let zone = try ZoneDirectory().zone(named: name)
    for (index, text) in expressions.enumerated() {
      let schedule = try Schedule(crontab: text)
      let next = measureNext(FireTimes(schedule, in: zone), rounds: rounds)
      print("next\t\(zone.name)\t\(index)\t\(next.nanoseconds)\t\(instants)\t\(next.checksum)")
      let parse = try measureParse(text, rounds: rounds)
      print("parse\t\(zone.name)\t\(index)\t\(parse)\t\(parses)\t0")
    }
  }

  private static func measureNext(
    _ times: FireTimes, rounds: Int
  ) -> (nanoseconds: Double, checksum: UInt64) {
    var checksum: UInt64 = 0
    let samples = (0...rounds).map { _ in
      checksum = 0
      var instant = start
      let begin = ContinuousClock.now
      for _ in 0..<instants {
        guard let next = times.next(after: instant) else { break }
        instant = next < limit ? next : start
        checksum &+= UInt64(bitPattern: next.milliseconds / 1_000)
      }
      return nanoseconds(since: begin) / Double(instants)
    }
    return (median(samples.dropFirst()), checksum)
  }

  private static func measureParse(_ text: String, rounds: Int) throws -> Double {
    let samples = try (0..<rounds).map { _ in
      let begin = ContinuousClock.now
      for _ in 0..<parses { keep(try CronExpression(text)) }
      return nanoseconds(since: begin) / Double(parses)
    }
    return median(samples[...])
  }

  /// Stops the optimiser from dropping a value that nobody uses.
  @inline(never)
  @_optimize(none)
  private static func keep(_ expression: CronExpression) {}

  private static func nanoseconds(since begin: ContinuousClock.Instant) -> Double {
    let parts = begin.duration(to: .now).components
    return Double(parts.seconds) * 1e9 + Double(parts.attoseconds) / 1e9
  }

  private static func median(_ samples: ArraySlice<Double>) -> Double {
    let sorted = samples.sorted()
    return (sorted[sorted.count / 2] * 10).rounded() / 10
  }

  private static func readColumn(_ path: String) -> [String]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      text += buffer[..<count]
    }
    return text.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }
      .map { line in String(decoding: line.prefix { $0 != UInt8(ascii: "\t") }, as: UTF8.self) }
  }
}
