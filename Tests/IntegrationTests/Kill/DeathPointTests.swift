// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc
import Testing

/// A daemon that dies at each point between the claim of an instant and the record of its end: one
/// defined result each.
///
/// What `overlap` says makes no difference to an attempt that was cut off; each case has another.
struct DeathPointTests {
  struct Case: CustomStringConvertible {
    var point: String
    var onLost: KillJob.OnLost
    var overlap: KillJob.Overlap
    /// How the run ends, with how many attempts, and which of them the job has seen.
    var result: Result

    var description: String { "\(point), on-lost \(onLost.rawValue)" }
  }

  struct Result: Equatable {
    var state: String
    var attempt: Int
    var seen: [Int]
  }

  private static let cases: [Case] = {
    // The job takes a second; the daemon is there again before that is over.
    let once = Result(state: "completed", attempt: 1, seen: [1])
    let rows: [(String, fail: Result, retry: Result)] = [
      ("before-commit", once, once),
      (
        "claimed", Result(state: "failed", attempt: 1, seen: []),
        Result(state: "completed", attempt: 2, seen: [2])
      ),
      ("spawned", once, once),
      ("started-recorded", once, once),
      (
        "exited", Result(state: "failed", attempt: 1, seen: [1]),
        Result(state: "completed", attempt: 2, seen: [1, 2])
      ),
      ("ended-recorded", once, once),
    ]
    let overlaps = KillJob.Overlap.allCases
    return rows.enumerated().flatMap { index, row in
      [
        Case(
          point: row.0, onLost: .fail, overlap: overlaps[index % overlaps.count],
          result: row.fail),
        Case(
          point: row.0, onLost: .retry, overlap: overlaps[(index + 2) % overlaps.count],
          result: row.retry),
      ]
    }
  }()

  @Test(arguments: cases)
  func `a daemon that dies at a named point leaves the one defined result`(_ it: Case) throws {
    let beat = try Beat()
    let log = beat.folder + "/witness"
    let job = KillJob(
      name: "once", overlap: it.overlap, onLost: it.onLost, milliseconds: 1_000)
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let instant = Instant(milliseconds: Int64(time.tv_sec) * 1_000 + 2_000)
    try beat.write(
      "a.toml",
      job.definition(log: log).replacing(
        "every = \"1s\"", with: "at = \"\(instant.rfc3339)\""))
    try beat.launch(environment: ["BEAT_DIE_AT": "\(it.point):1"])
    #expect(beat.stop(0) == -SIGKILL)
    try beat.start()
    let runs = try settled(beat)
    let lines = Evidence.lines(of: contents(of: log))
    let seen = lines.filter { $0.event == "start" }.map(\.attempt)
    let run = try #require(runs.first)
    #expect(Result(state: run.state, attempt: run.attempt, seen: seen) == it.result, "\(run)")
    #expect(runs.count == 1)
    #expect(run.scheduledFor == instant)
  }

  /// The ledger of the job once nothing is open.
  private func settled(_ beat: Beat) throws -> [RunSummary] {
    for _ in 0..<100 {
      let runs = try beat.history("once")
      if !runs.isEmpty, runs.allSatisfy(\.isFinal) { return runs }
      letPass(milliseconds: 100)
    }
    throw TestFailure("not settled: \(try beat.history("once"))\n\(beat.log)")
  }
}
