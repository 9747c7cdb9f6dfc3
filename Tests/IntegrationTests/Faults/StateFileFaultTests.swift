// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import Glibc
import Testing

extension FaultTests {
  /// State files that others hold, take away or put in the place of: rows F13, F14 and F16 to F19.
  @Suite(.timeLimit(.minutes(2))) struct StateFileFaultTests {
    static let hasShell = access("/usr/bin/sqlite3", X_OK) == 0

    private static func sqlite(_ beat: Beat, _ script: String) throws -> ChildProcess {
      try ChildProcess(
        "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"],
        output: beat.folder + "/sqlite.out", errors: beat.folder + "/sqlite.err")
    }

    @Test func `F13: a state file cut short or replaced by a link ends the daemon, and says so`()
      throws
    {
      let faults: [(String) -> Void] = [
        { truncate($0, 0) },
        { path in
          rename(path, path + ".moved")
          symlink(path + ".moved", path)
        },
      ]
      for fault in faults {
        let tick = try TickingBeat()
        try tick.beat.start()
        try tick.waitForRuns(1)
        fault(tick.beat.state)
        #expect(tick.beat.stop(0) == 1)
        #expect(tick.beat.log.contains("while in use"))
      }
    }

    @Test
    func `F14: a log that is removed or replaced while in use is begun anew, nothing is lost`()
      throws
    {
      let tick = try TickingBeat()
      try tick.beat.start()
      try tick.waitForRuns(2)
      unlink(tick.beat.state + "-wal")
      try tick.waitForRuns(2)
      let other = try Beat()
      try other.start()
      rename(other.state + "-wal", tick.beat.state + "-wal")
      other.stop(SIGKILL)
      try tick.waitForRuns(2)
      try tick.beat.waitForLog("was removed or replaced while in use; a new one is begun")
      tick.beat.stop(SIGKILL)
      try tick.beat.start()
      try tick.checkLedger()
    }

    /// `Scripts/races.sh` sets the variable.
    @Test func `F16: of two daemons that start at once, one runs and one ends`() throws {
      let rounds = getenv("BEAT_RACES").flatMap { Int(String(cString: $0)) } ?? 4
      for round in 0..<rounds {
        let beat = try Beat()
        try beat.launch()
        let second = try beat.launchAnother()
        // One says that it is ready, one why it is not.
        try beat.waitForNotice("READY=1")
        try eventually("one ends") {
          beat.log.contains("is held by")
            || contents(of: beat.folder + "/other.err").contains("held")
        }
        let answer = try beat.ctl("status")
        let other = try beat.ctlOther("status")
        let codes = [answer.code, other.code].sorted()
        #expect(codes == [0, 3], "round \(round): \(answer) \(other)")
        second.send(SIGKILL)
        _ = second.wait()
      }
    }

    @Test(.enabled(if: hasShell, "there is no /usr/bin/sqlite3"))
    func `F17: before a start, beatd waits for a program that has the file, and says which`()
      throws
    {
      let tick = try TickingBeat()
      try tick.beat.start()
      try tick.waitForRuns(1)
      #expect(tick.beat.stop() == 0)
      let release = try Whistle(tick.beat.folder + "/release")
      let held = try Whistle(tick.beat.folder + "/held")
      let shell = try Self.sqlite(
        tick.beat,
        """
        (echo "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; SELECT 1;"; echo ".shell echo > \
        \(held.path)"; read x < \(release.path)) | sqlite3 \(tick.beat.state)
        """)
      _ = try held.nextLine()
      try tick.beat.launch()
      try tick.beat.waitForNotice("STATUS=waiting for the state file")
      try tick.beat.waitForLog("sqlite3, pid")
      try release.write("go\n")
      try tick.beat.waitForNotice("READY=1")
      _ = shell.wait()
      try tick.waitForRuns(1)
      try tick.checkLedger()
    }

    @Test(.enabled(if: hasShell, "there is no /usr/bin/sqlite3"))
    func `F17 and F18: a foreign sqlite3 is refused while beatd runs, which does not notice`()
      throws
    {
      let tick = try TickingBeat()
      try tick.beat.start()
      try tick.waitForRuns(1)
      for statement in [
        "BEGIN IMMEDIATE", "BEGIN; SELECT count(*) FROM runs", "PRAGMA user_version",
      ] {
        let shell = try Self.sqlite(
          tick.beat, "echo '\(statement);' | sqlite3 -bail \(tick.beat.state)")
        #expect(shell.wait() != 0, "\(statement)")
      }
      #expect(contents(of: tick.beat.folder + "/sqlite.err").contains("locked"))
      try tick.waitForRuns(2)
      try tick.checkLedger()
    }

    @Test func `F19: a state file on a network file system is refused, unless it is forced`() throws
    {
      let beat = try Beat()
      let faults = try FaultControl(beat)
      faults.pretendFileSystem(0x6969)
      try beat.launch(environment: faults.environment)
      #expect(beat.stop(0) == 1)
      #expect(beat.log.contains("network file system (NFS)"))
      #expect(access(beat.state, F_OK) != 0, "nothing was made")
      beat.options = ["--state-on-network"]
      try beat.start(environment: faults.environment)
    }
  }
}
