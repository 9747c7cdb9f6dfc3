// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

@Suite struct FilesMutationTests {
  private static let jobFile = """
    timezone = "Europe/Berlin"
    [defaults]
    retries = { max = 3, base = "5s" }
    [jobs.a]
    cron = "*/5 1-3 * jan mon,fri"
    command = '''x | "y" '''
    environment = { A = "é", "B" = 'c' }
    [jobs."b.c"]
    every = "1h30m"
    exec = ["a", "b\\u00e9\\n"]
    success = [0, 75]
    [jobs.d]
    at = [2027-01-01T00:00:00Z, "2027-01-01T09:00:00+01:00"]
    task = "session-cleanup"
    with = { deep = [{ a = [1, 2.5, true, inf] }], "k" = \"\"\"
    long\"\"\" }
    """
  private static let crontab = """
    SHELL = '/bin/bash'
    CRON_TZ=Europe/Berlin
    BEAT_RETRIES={ max = 3, base = "5s" }
    BEAT_NAME=x
    -*/5 1-3 * jan mon,fri a%b\\%c
    BEAT_TIMEOUT=1h
    BEAT_SUCCESS=[0, 75]
    @every 90s cd / && backup "é" > /dev/null
    0 0 1 * * backup
    0 1 1 * * backup
    """

  @Test(arguments: 0..<40)
  func `mutated files never trap, and what is wrong can be printed`(seed: Int) {
    var random = FilesMutation(seed: UInt64(seed))
    for _ in 0..<25 {
      let files = [
        ScheduleFile(
          path: "/a.toml", relativeName: "a.toml", kind: .jobFile,
          bytes: random.mutate(Array(Self.jobFile.utf8))),
        ScheduleFile(
          path: "/b.cron", relativeName: "b.cron", kind: .crontab,
          bytes: random.mutate(Array(Self.crontab.utf8))),
      ]
      var context = FilesFixture.context
      context.warningsAt = .epoch
      let result = ScheduleSet.load(files: files, context: context)
      #expect(Set(result.names).count == result.names.count)
      let text = FilesFixture.rendered(result)
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
      let plan = LoadPlan(old: result.jobs, new: result)
      #expect(plan.removed.isEmpty && plan.added.isEmpty && plan.changed.isEmpty)
    }
  }
}

/// Changes bytes at random, the same for the same seed.
private struct FilesMutation {
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
    Array("*/,-%\\\"'=@#\n\r\t 0957LWH?~[]{}._+:TZ".utf8) + [0, 0x80, 0xFF, 0xE2]

  /// A copy with a few bytes changed, removed, repeated or moved.
  mutating func mutate(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...next(below: 8) where !bytes.isEmpty {
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
