// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Glibc
import Support
import Testing

@testable import Scheduler

/// B046 to B051: time zones.
@Suite struct BadZoneTests {
  static let rows = [
    BadInput("B046", "Mars/Phobos", .zone), BadInput("B047", "../../etc/passwd", .zone),
    BadInput("B047", "/etc/passwd", .zone), BadInput("B047", ":x", .zone),
    BadInput("B047", "", .zone), BadInput("B048", "Europe/Berlin\\n", .zone),
    BadInput("B048", String(repeating: "z", count: 5_000), .zone),
    BadInput("B051", "EST5EDT,M3.2.0", .zone),
  ]

  @Test(arguments: rows)
  func `a zone that is none holds back the jobs of it, and no file is opened`(row: BadInput) {
    let result = FilesFixture.load(
      FilesFixture.crontab("0 1 * * * good\nCRON_TZ=\(row.text)\n0 1 * * * bad\n"))
    #expect(result.diagnostics.map(\.category) == [.zone], "\(row.id)")
    #expect(result.names == ["app/good"], "\(row.id)")
    BadInput(row.id, "command = \"x\"\ntimezone = \"\(row.text)\"", .zone).expectInJob()
  }

  @Test func `B048: a zone with a NUL is refused`() {
    BadInput("B048", "command = \"x\"\ntimezone = \"Europe/Berlin\\u0000\"", .encoding)
      .expectInJob()
    BadInput("B048", "CRON_TZ=Europe/Berlin\0", .encoding).expectInCrontab()
  }

  private static func header(transitions: UInt32) -> [UInt8] {
    let counts = [UInt32](arrayLiteral: 0, 0, 0, transitions, 1, 4).flatMap { count in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
    }
    return Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts
  }

  @Test(
    arguments: [
      ("B049", Array("TZif2".utf8)), ("B049", Array("nope".utf8)), ("B049", []),
      ("B050", header(transitions: 1 << 31)), ("B050", header(transitions: .max)),
    ] as [(String, [UInt8])])
  func `a damaged zone file is an error`(id: String, bytes: [UInt8]) {
    #expect(throws: ZoneError.self, "\(id)") { try Zone(name: "X", tzif: bytes) }
  }

  @Test func `B049: what is no file is refused, without waiting for it`() {
    let folder = TemporaryFolder()
    #expect(mkfifo("\(folder.path)/Pipe", 0o600) == 0)
    #expect(mkdir("\(folder.path)/Folder", 0o700) == 0)
    _ = FileManager.default.createFile(atPath: "\(folder.path)/Big", contents: Data())
    #expect(truncate("\(folder.path)/Big", off_t(1) << 30) == 0)
    let zones = ZoneDirectory(path: folder.path)
    for name in ["Pipe", "Folder", "Big"] {
      #expect(throws: ZoneError.self) { try zones.zone(named: name) }
    }
  }
}
