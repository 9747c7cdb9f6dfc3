// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Testing

@Suite struct CrontabSampleTests {
  private static func sample(_ name: String) throws -> [UInt8] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appending(path: "Crontabs/\(name)")))
  }

  /// How many lines are neither blank nor comments.
  private static func jobLines(_ bytes: [UInt8]) -> Int {
    bytes.split(separator: 0x0A).count { $0.first != UInt8(ascii: "#") }
  }

  @Test(arguments: ["user.txt": false, "system.txt": true])
  func `every line of real crontabs parses`(name: String, userColumn: Bool) throws {
    let bytes = try Self.sample(name)
    let crontab = Crontab(bytes, userColumn: userColumn)
    #expect(crontab.errors == [])
    #expect(crontab.entries.count == Self.jobLines(bytes))
    #expect(crontab.entries.count >= 10)
    #expect(crontab.entries.allSatisfy { ($0.user != nil) == userColumn })
  }

  @Test(arguments: 0..<40)
  func `mutated crontabs never trap, and a line has at most one outcome`(seed: Int) throws {
    var random = Mutation(seed: UInt64(seed))
    let original =
      try Self.sample("user.txt") + Self.sample("system.txt")
      + Array("A = 'b'\nCRON_TZ=UTC\nBEAT_NAME=x\n-@every 5m a%b\\%c\n".utf8)
    for _ in 0..<25 {
      let bytes = random.mutate(original)
      for userColumn in [false, true] {
        var reader = CrontabReader(bytes, userColumn: userColumn)
        var outcomes = 0
        while reader.next() != nil { outcomes += 1 }
        #expect(outcomes <= bytes.count(where: { $0 == 0x0A }) + 1)
      }
    }
  }
}

/// Changes bytes at random, the same for the same seed.
struct Mutation {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  private mutating func next(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(max(1, bound)))
  }

  private static let nasty: [UInt8] =
    Array("*/,-%\\\"'=@#\n\r\t 0957LWH?~[]{}.".utf8) + [0, 0x80, 0xFF, 0xE2]

  /// A copy with a few bytes changed, removed, repeated or moved.
  mutating func mutate(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...next(below: 12) where !bytes.isEmpty {
      let at = next(below: bytes.count)
      switch next(below: 5) {
      case 0: bytes[at] = Self.nasty[next(below: Self.nasty.count)]
      case 1: bytes.remove(at: at)
      case 2: bytes.insert(Self.nasty[next(below: Self.nasty.count)], at: at)
      case 3: bytes[at] = UInt8(truncatingIfNeeded: next(below: 256))
      default:
        let end = min(bytes.count, at + next(below: 24))
        bytes.insert(contentsOf: bytes[at..<end], at: next(below: bytes.count))
      }
    }
    return bytes
  }
}
