// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

/// What fuzzers begin with, and what they have found: every input of `Fuzz/Corpus`, and each of
/// them changed a little, at random.
@Suite struct `Laws that hold for every input` {
  private static let laws: [(folder: String, law: any Law.Type)] = [
    ("expression", ExpressionLaw.self), ("crontab", CrontabLaw.self),
    ("job-file", JobFileLaw.self), ("zone-file", ZoneFileLaw.self),
    ("zone-rule", ZoneRuleLaw.self), ("duration", DurationLaw.self),
  ]

  private static let corpus: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/Fuzz/Corpus/"
  }()

  @Test(arguments: laws.map(\.folder))
  func `no input of the corpus breaks a law, nor one much like it`(folder: String) throws {
    let law = try #require(Self.laws.first { $0.folder == folder }).law
    var random = Mutation(seed: 1)
    for name in try Self.inputs(of: folder) {
      let bytes = try Self.read(name)
      #expect(law.broken(by: bytes) == nil, "\(name)")
      for number in 0..<20 {
        let changed = random.change(bytes)
        #expect(law.broken(by: changed) == nil, "\(name), change \(number): \(changed)")
      }
    }
  }

  /// The files of a folder; zone files are those of the system as well.
  private static func inputs(of folder: String) throws -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: corpus + folder)
    let own = (names ?? []).sorted().map { corpus + folder + "/" + $0 }
    guard folder == "zone-file" else {
      try #require(!own.isEmpty)
      return own
    }
    let zones = ["UTC", "Europe/Dublin", "Australia/Lord_Howe", "Pacific/Apia"]
    return own + zones.map { "/usr/share/zoneinfo/" + $0 }
  }

  private static func read(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path)))
  }
}

/// Changes bytes at random, the same for the same seed.
private struct Mutation {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func next(below bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(max(1, bound)))
  }

  mutating func change(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...next(below: 4) where !bytes.isEmpty {
      let at = next(below: bytes.count)
      switch next(below: 4) {
      case 0: bytes[at] = UInt8(truncatingIfNeeded: next(below: 256))
      case 1: bytes.remove(at: at)
      case 2: bytes.insert(bytes[next(below: bytes.count)], at: at)
      default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 12)], at: at)
      }
    }
    return bytes
  }
}
