// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Testing

/// The real daemon, killed at random: nothing is lost, nothing runs twice, nothing is untold.
@Suite(.serialized) struct KillTests {
  private static func number(_ name: String, or usual: Int) -> Int {
    getenv(name).flatMap { Int(String(cString: $0)) } ?? usual
  }

  /// `Scripts/kill-loop.sh` sets the variables.
  @Test func `a daemon killed again and again loses nothing and starts nothing twice`() throws {
    let seed = Self.number("BEAT_KILL_SEED", or: Int(getpid()))
    let kills = Self.number("BEAT_KILLS", or: 20)
    let count = Self.number("BEAT_KILL_JOBS", or: 60)
    var loop = try KillLoop(jobs: KillJob.all(count), seed: UInt64(seed))
    let evidence = try loop.run(
      kills: kills, life: Int32(Self.number("BEAT_KILL_LIFE", or: 1_500)),
      pause: Int32(Self.number("BEAT_KILL_PAUSE", or: 1_000)))
    let findings = KillChecker.findings(in: evidence)
    let rows = evidence.ledger.values.map(\.count).reduce(0, +)
    print(
      "kill loop: seed \(seed), \(kills) kills, \(count) jobs, \(rows) rows, "
        + "\(evidence.witness.count) lines of the jobs, slowest start "
        + "\(loop.starts.max() ?? 0) ms, \(findings.count) findings")
    #expect(!evidence.witness.isEmpty)
    #expect(
      findings.isEmpty,
      """
      seed \(seed): \(findings.count) findings; again with
      Scripts/kill-loop.sh \(kills) \(seed)
      \(findings.prefix(40).map(\.description).joined(separator: "\n"))
      """)
  }
}
