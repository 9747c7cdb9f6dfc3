// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc
import Support

/// Kills a daemon at random and gathers what is then to be known of it.
struct KillLoop {
  private let beat: Beat
  private let jobs: [KillJob]
  private var random: SeededGenerator
  private var spells: [Spell] = []

  /// How long the starts took until the daemon said that it is ready, in milliseconds.
  private(set) var starts: [Int64] = []

  var log: String { beat.folder + "/witness" }

  init(jobs: [KillJob], seed: UInt64) throws {
    beat = try Beat()
    self.jobs = jobs
    random = SeededGenerator(seed: seed)
    try write(ends: nil)
  }

  /// Kills it so often, each time after at most `life` milliseconds, and leaves it down for at
  /// most `pause`.
  mutating func run(kills: Int, life: Int32, pause: Int32) throws -> Evidence {
    for _ in 0..<kills {
      if random.chance(15) {
        try killWhileItStarts()
      } else {
        try start()
        letPass(milliseconds: Int32.random(in: 0...life, using: &random))
        kill()
      }
      letPass(milliseconds: Int32.random(in: 0...pause, using: &random))
    }
    try start()
    return try settle()
  }

  private func write(ends: Instant?) throws {
    try beat.write("jobs.toml", jobs.map { $0.definition(log: log, ends: ends) }.joined())
  }

  private mutating func start() throws {
    let launchedAt = Self.now()
    try beat.start()
    let readyAt = Self.now()
    starts.append((readyAt - launchedAt).milliseconds)
    spells.append(Spell(launchedAt: launchedAt, readyAt: readyAt, endedAt: readyAt))
  }

  private mutating func killWhileItStarts() throws {
    let launchedAt = Self.now()
    try beat.launch()
    letPass(milliseconds: Int32.random(in: 0...60, using: &random))
    spells.append(Spell(launchedAt: launchedAt, readyAt: nil, endedAt: launchedAt))
    kill()
  }

  private mutating func kill() {
    beat.stop(SIGKILL)
    spells[spells.count - 1].endedAt = Self.now()
  }

  /// Lets the schedules end, waits until nothing is open, and asks for everything.
  private mutating func settle() throws -> Evidence {
    letPass(milliseconds: 1_500)
    let ends = Self.now() + .seconds(2)
    try write(ends: ends)
    let reload = try beat.ctl("reload")
    guard reload.code == 0 else { throw TestFailure("reload: \(reload)") }
    letPass(milliseconds: Int32(max(0, (ends - Self.now()).milliseconds)) + 500)
    try waitUntilNothingIsOpen()
    var ledger: [String: [RunSummary]] = [:]
    for job in jobs { ledger[job.name] = try beat.history(job.name, limit: 100_000) }
    spells[spells.count - 1].endedAt = Self.now()
    return Evidence(
      jobs: jobs, witness: Evidence.lines(of: contents(of: log)), spells: spells, ledger: ledger,
      ends: ends)
  }

  private func waitUntilNothingIsOpen() throws {
    for _ in 0..<300 {
      let open = try ["queued", "running", "retrying"].contains { state in
        let answer = try beat.ctl("--json", "history", "--state", state, "--limit", "1")
        return try !APICoder.decode(HistoryReply.self, from: Array(answer.output.utf8)).runs
          .isEmpty
      }
      if !open { return }
      letPass(milliseconds: 200)
    }
  }

  private static func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
