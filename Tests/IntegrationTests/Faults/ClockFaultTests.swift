// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Testing

extension FaultTests {
  /// A real daemon whose wall clock is set: rows F21 to F24 of the catalogue of faults.
  @Suite(.timeLimit(.minutes(2))) struct ClockFaultTests {
    @Test(arguments: ["25 h": 90_000, "1970": nil] as [String: Int64?])
    func `F21: a clock that is set back repeats nothing, and the next instant is on time`(
      _ step: (name: String, seconds: Int64?)
    ) throws {
      let tick = try TickingBeat()
      let faults = try FaultControl(tick.beat)
      try tick.beat.start(environment: faults.environment)
      try tick.waitForRuns(2)
      let target = step.seconds.map { faults.now - .seconds($0) } ?? Instant(milliseconds: 60_000)
      faults.now = target
      try tick.waitForRuns(2, seconds: 5)
      let late = try #require(tick.ran.last)
      #expect(late > target && late <= faults.now, "\(late.rfc3339) for \(faults.now.rfc3339)")
      try tick.beat.waitForLog("the wall clock was set")
      // And forward again, over what has run already.
      faults.now = FaultControl.trueNow + .seconds(60)
      try tick.waitForRuns(2, seconds: 5)
      try tick.checkLedger(isWhole: false)
    }

    @Test(arguments: ["4 min": 240, "3 d": 259_200, "2100": 2_340_000_000])
    func `F22: a clock that is set forward starts no storm, and what it passed is recorded`(
      _ step: (name: String, seconds: Int64)
    ) throws {
      let tick = try TickingBeat()
      let faults = try FaultControl(tick.beat)
      try tick.beat.start(environment: faults.environment)
      try tick.waitForRuns(2)
      let before = tick.ran.count
      let target = faults.now + .seconds(step.seconds)
      faults.now = target
      try tick.waitForRuns(2, seconds: 5)
      let elapsed = (faults.now - target).milliseconds / TickingBeat.period
      #expect(tick.ran.count - before <= Int(elapsed) + 3, "a storm: \(tick.ran)")
      let rows = try tick.beat.history("tick")
      let passed = rows.first { $0.reason == "clock-jump" }
      #expect((passed?.count ?? 0) >= min(Int(step.seconds) * 4 - 16, 100_000), "\(rows)")
      try tick.checkLedger(isWhole: step.seconds < 10_000)
    }

    @Test func `F23: a start in 1970 waits for the clock, and its setting starts no storm`() throws
    {
      let tick = try TickingBeat()
      let faults = try FaultControl(tick.beat)
      faults.now = Instant(milliseconds: 5_000)
      try tick.beat.launch(environment: faults.environment)
      try tick.beat.waitForNotice("STATUS=waiting for the clock to be set")
      try tick.beat.waitForLog("waiting for the clock to be set")
      #expect(tick.ran.isEmpty)
      faults.now = FaultControl.trueNow
      try tick.beat.waitForNotice("READY=1", seconds: 5)
      try tick.waitForRuns(2)
      #expect(tick.ran.count <= 8)
      try tick.checkLedger()
    }

    @Test func `F24: a stamp of the future holds nothing up`() throws {
      let tick = try TickingBeat()
      let faults = try FaultControl(tick.beat)
      faults.now = FaultControl.trueNow + .seconds(30 * 86_400)
      try tick.beat.start(environment: faults.environment)
      try tick.waitForRuns(2)
      #expect(tick.beat.stop() == 0)
      // A month back, while it is down: the store knows of a later time.
      faults.now = FaultControl.trueNow
      try tick.beat.launch(environment: faults.environment)
      try tick.beat.waitForNotice("STATUS=waiting for the clock to be set")
      faults.now = FaultControl.trueNow + .seconds(29 * 86_400)
      try tick.beat.waitForNotice("READY=1", seconds: 5)
      try tick.waitForRuns(2, seconds: 5)
      try tick.checkLedger(isWhole: false)
    }
  }
}
