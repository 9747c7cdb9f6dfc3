// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc
import Testing

extension FaultTests {
  /// A zone database that changes under a running daemon: rows F28 and F29 of the catalogue.
  ///
  /// The daemon sees a copy in place of the machine's, in a mount namespace of its own. It looks
  /// every 45 seconds; a reload looks at once.
  @Suite(
    .timeLimit(.minutes(2)),
    .enabled(if: SmallDisk.isPossible, "putting another zone database in place takes root"))
  struct ZoneFaultTests {
    private static let names = ["Etc/UTC", "Europe/Berlin", "Asia/Tokyo"]

    /// A beatd whose zone database and `/etc` are folders of the test's.
    private struct Bench {
      let beat: Beat
      var zones: String { beat.folder + "/zones" }
      var etc: String { beat.folder + "/etc" }

      init(names: [String] = FaultTests.ZoneFaultTests.names) throws {
        beat = try Beat()
        for folder in [zones, zones + "/Etc", zones + "/Europe", zones + "/Asia", etc] {
          mkdir(folder, 0o755)
        }
        for name in names { try copy("/usr/share/zoneinfo/" + name, to: zones + "/" + name) }
        try copy("/etc/passwd", to: etc + "/passwd")
        try beat.write(
          "a.toml",
          "[jobs.j]\ncron = \"0 2 * * *\"\ntimezone = \"Europe/Berlin\"\ncommand = \"true\"\n")
      }

      var wrapper: [String] {
        [
          "/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c",
          "mount --bind \(zones) /usr/share/zoneinfo && mount --bind \(etc) /etc && unset TZ "
            + "&& exec \"$0\" \"$@\"",
        ]
      }

      func copy(_ source: String, to target: String) throws {
        let copying = try ChildProcess(
          "/bin/cp", [source, target + "~"], environment: [:], output: "/dev/null",
          errors: beat.folder + "/cp")
        guard copying.wait() == 0 else { throw TestFailure("no \(source)") }
        rename(target + "~", target)
      }

      /// The hour, in UTC, at which the job runs next.
      func hour() throws -> String {
        let answer = try beat.ctl("--json", "next", "j", "--from", "2026-01-10T00:00:00Z")
        let next = try APICoder.decode(NextReply.self, from: Array(answer.output.utf8)).next
        return String(next.first?.rfc3339.dropFirst(11).prefix(2) ?? "none")
      }
    }

    @Test
    func `F28: a zone file that is replaced is taken up; one gone or damaged changes nothing`()
      throws
    {
      let bench = try Bench()
      try bench.beat.start(through: bench.wrapper)
      #expect(try bench.hour() == "01")
      let berlin = bench.zones + "/Europe/Berlin"
      try bench.copy(bench.zones + "/Asia/Tokyo", to: berlin)
      try bench.beat.ctl("reload")
      #expect(try bench.hour() == "17")
      for damage in [
        { unlink(berlin) }, { bench.beat.put("", at: berlin) },
        { bench.beat.put(String(repeating: "garbage", count: 300), at: berlin) },
        { Int32(truncate(berlin, 50)) },
      ] {
        _ = damage()
        try bench.beat.ctl("reload")
        #expect(try bench.hour() == "17", "the old rules stand")
        try bench.beat.waitForLog("zone keeps its old rules")
      }
      try bench.copy("/usr/share/zoneinfo/Europe/Berlin", to: berlin)
      try bench.beat.ctl("reload")
      #expect(try bench.hour() == "01")
    }

    @Test func `F29: localtime that is linked anew is the daemon's zone after a reload`() throws {
      let bench = try Bench()
      try bench.beat.write("a.toml", "[jobs.j]\ncron = \"0 2 * * *\"\ncommand = \"true\"\n")
      symlink("/usr/share/zoneinfo/Europe/Berlin", bench.etc + "/localtime")
      try bench.beat.start(through: bench.wrapper)
      #expect(try bench.hour() == "01")
      symlink("/usr/share/zoneinfo/Asia/Tokyo", bench.etc + "/new")
      rename(bench.etc + "/new", bench.etc + "/localtime")
      try bench.beat.ctl("reload")
      #expect(try bench.hour() == "17")
      #expect(try bench.beat.ctl("status").output.contains("Asia/Tokyo"))
    }

    @Test func `F29: UTC is never taken in silence`() throws {
      let none = try Bench()
      try none.beat.start(through: none.wrapper)
      try none.beat.waitForLog("no time zone is set on this machine")

      let without = try Bench(names: [])
      symlink("/usr/share/zoneinfo/Europe/Berlin", without.etc + "/localtime")
      try without.beat.launch(through: without.wrapper)
      #expect(without.beat.stop(0) == 1)
      #expect(without.beat.log.contains("the package is named tzdata"))
    }
  }
}

extension Beat {
  /// Writes over a file in place.
  @discardableResult
  fileprivate func put(_ text: String, at path: String) -> Int32 {
    guard let file = fopen(path, "w") else { return -1 }
    fputs(text, file)
    return fclose(file)
  }
}
