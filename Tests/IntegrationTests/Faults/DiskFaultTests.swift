// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import Glibc
import Testing

extension FaultTests {
  /// Disks that are full or fail: the daemon starts nothing unrecorded, and goes on by itself.
  ///
  /// Rows F08 to F11 of the catalogue of faults in docs/TESTING.md.
  @Suite(.timeLimit(.minutes(2))) struct DiskFaultTests {
    @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk takes root and namespaces"))
    func `F09: a full disk stops new starts, the ballast gives way, and room ends it`() throws {
      let tick = try TickingBeat()
      let disk = SmallDisk(tick.beat)
      try tick.beat.start(through: disk.wrapper)
      try tick.waitForRuns(1)
      #expect(disk.has("beat.db.ballast"))
      disk.fill()
      try eventually("the ballast is given up") { !disk.has("beat.db.ballast") }
      disk.fill()
      try eventually("nothing is left: \(tick.beat.log)") {
        disk.fill()
        let refusals = tick.beat.log.components(of: "there is no room for state file")
        return refusals > tick.beat.log.components(of: "are given up to go on")
      }
      // A start that was durable may still be on its way.
      letPass(milliseconds: 300)
      let before = tick.ran.count
      letPass(milliseconds: 1_500)
      #expect(tick.ran.count == before, "started without a record")
      let status = try tick.beat.ctl("status")
      #expect(status.code == 0 && status.output.contains("there is no room"), "\(status)")
      disk.makeRoom()
      try tick.waitForRuns(1, seconds: 5)
      try tick.checkLedger()
      let missed = try tick.beat.history("tick").filter { $0.state == "missed" }
      #expect(missed.contains { $0.reason == "store" }, "\(missed)")
      #expect(tick.beat.stop() == 0)
    }

    @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk takes root and namespaces"))
    func `F10: without an inode left a running daemon goes on, for it makes no file`() throws {
      let tick = try TickingBeat()
      let disk = SmallDisk(tick.beat)
      try tick.beat.start(through: disk.wrapper)
      disk.takeInodes()
      try tick.waitForRuns(3)
      try tick.checkLedger()
      #expect(!tick.beat.log.contains("can't be written"))
    }

    @Test(arguments: [EROFS, EDQUOT])
    func `F11: what can't be written is not started, until it can be`(code: Int32) throws {
      let tick = try TickingBeat()
      let faults = try FaultControl(tick.beat)
      try tick.beat.start(environment: faults.environment)
      try tick.waitForRuns(1)
      faults.failWrites(with: code)
      try tick.beat.waitForLog("the state file can't be written")
      letPass(milliseconds: 200)
      let before = tick.ran.count
      letPass(milliseconds: 700)
      #expect(tick.ran.count == before, "started without a record")
      faults.failWrites(with: 0)
      try tick.waitForRuns(2, seconds: 5)
      try tick.checkLedger()
      let rows = try tick.beat.history("tick")
      #expect(rows.contains { $0.reason == "store" }, "\(rows)")
    }

    /// One, two and five in a row: the commit fails, and the syncs by which it is found out what
    /// became of it.
    @Test func `F08: a commit whose sync fails is looked up, and neither lost nor repeated`() throws
    {
      let tick = try TickingBeat()
      let faults = try FaultControl(tick.beat)
      try tick.beat.start(environment: faults.environment)
      for (index, count) in [Int64(1), 2, 5].enumerated() {
        try tick.waitForRuns(1)
        faults.failSyncs(after: Int64(index), count: count)
        try tick.waitForRuns(2)
      }
      try tick.beat.waitForLog("it is not known whether the latest changes are recorded")
      try tick.checkLedger()
      #expect(tick.beat.stop() == 0)
      try tick.beat.start()
      try tick.checkLedger()
    }

    @Test func `F08: a sync that fails during the first start leaves a file that starts`() throws {
      let beat = try Beat()
      let faults = try FaultControl(beat)
      try beat.start(environment: faults.environment)
      let count = faults.syncs
      #expect(beat.stop() == 0 && count > 0)
      for number in 0..<count {
        let beat = try Beat()
        let faults = try FaultControl(beat)
        faults.failSyncs(after: number, count: 1)
        try beat.launch(environment: faults.environment)
        try eventually("it is up, or says why not") {
          beat.log.contains("ready") || beat.log.contains("beatd: state file")
        }
        beat.stop(SIGKILL)
        try beat.start()
      }
    }
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
