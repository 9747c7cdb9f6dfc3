// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import Glibc
import Testing

extension FaultTests {
  /// Schedules that change, break and come back under a running daemon, and one that is stopped.
  ///
  /// Rows F04 and F50 to F52 of the catalogue of faults.
  @Suite(.timeLimit(.minutes(2))) struct ScheduleFaultTests {
    @Test func `F04: a daemon that stood still goes on without a storm`() throws {
      let tick = try TickingBeat()
      try tick.beat.start()
      try tick.waitForRuns(1)
      tick.beat.daemon?.send(SIGSTOP)
      letPass(milliseconds: 300)
      let before = tick.ran.count
      letPass(milliseconds: 3_000)
      tick.beat.daemon?.send(SIGCONT)
      try tick.waitForRuns(2)
      #expect(tick.ran.count - before <= 8, "a storm: \(tick.ran)")
      let rows = try tick.beat.history("tick")
      #expect(rows.contains { $0.state == "missed" && $0.reason == "late" }, "\(rows)")
      try tick.checkLedger()
    }

    @Test func `F50: a hundred reloads a second lose no instant and repeat none`() throws {
      let tick = try TickingBeat()
      try tick.beat.start()
      try tick.waitForRuns(1)
      for number in 0..<100 {
        try tick.beat.write(
          "other.cron", "BEAT_NAME=other-\(number % 3)\n\(number % 60) 3 * * * true\n")
        tick.beat.daemon?.send(SIGHUP)
        letPass(milliseconds: 10)
      }
      try tick.waitForRuns(2)
      try tick.checkLedger()
    }

    @Test func `F51: a file half-written, renamed over, or on a mount that goes keeps its jobs`()
      throws
    {
      let tick = try TickingBeat()
      try tick.beat.start()
      try tick.waitForRuns(1)
      let file = tick.beat.folder + "/schedules/tick.toml"
      let whole = contents(of: file)
      // Not renamed over: written in place, and cut off in the middle of a line.
      let half = fopen(file, "w")
      fputs(String(whole.prefix(whole.count / 2)), half)
      fclose(half)
      try eventually("it is said: \(tick.beat.log)") { tick.beat.log.contains("schedule error") }
      try tick.waitForRuns(2)
      rename(tick.beat.folder + "/schedules", tick.beat.folder + "/gone")
      try eventually("that the folder is gone is said") {
        tick.beat.log.contains("cannot be read")
      }
      try tick.waitForRuns(2)
      rename(tick.beat.folder + "/gone", tick.beat.folder + "/schedules")
      try tick.beat.write("tick.toml", whole)
      try eventually("it is mended") { tick.beat.log.contains("all schedule files are good") }
      try tick.waitForRuns(2)
      try tick.checkLedger()
    }

    @Test
    func `F52: a job that is removed and comes back counts from its return, and repeats nothing`()
      throws
    {
      let tick = try TickingBeat()
      try tick.beat.start()
      try tick.waitForRuns(2)
      let file = tick.beat.folder + "/schedules/tick.toml"
      let text = contents(of: file)
      for edited in ["", text, text.replacing("\"250ms\"", with: "\"100ms\""), text] {
        try tick.beat.write("tick.toml", edited)
        #expect(try tick.beat.ctl("reload").code == 0)
        letPass(milliseconds: 400)
      }
      try tick.waitForRuns(2)
      try tick.checkLedger(isWhole: false)
    }
  }
}
