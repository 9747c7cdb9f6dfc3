// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// B058 to B061: names and keys.
@Suite struct BadNameTests {
  static let names: [(id: String, name: String, category: CronSyntaxError.Category?)] = [
    ("B058", "", .syntax), ("B058", String(repeating: "n", count: 300), .limit),
    ("B058", "a\u{1B}b", .syntax), ("B058", "a\u{202E}b", .syntax), ("B058", "a b", .syntax),
    ("B058", "a\u{2028}b", .syntax),
    // A name is never a path, and is escaped wherever it is shown.
    ("B058", "..", nil), ("B058", "a/b", nil), ("B058", "<script>", nil),
  ]

  @Test(arguments: names)
  func `a name has its outcome in both kinds of file`(
    id: String, name: String, category: CronSyntaxError.Category?
  ) {
    let key = name.unicodeScalars.map { scalar in
      scalar.value < 32
        ? "\\u00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
        : String(scalar)
    }.joined()
    for file in [
      FilesFixture.jobFile("[jobs.\"\(key)\"]\ncommand = \"x\""),
      FilesFixture.crontab("BEAT_NAME='\(name)'\n0 1 * * * x\n"),
    ] {
      let result = FilesFixture.load(file)
      #expect(result.diagnostics.map(\.category) == (category.map { [$0] } ?? []), "\(id) \(key)")
      #expect(result.names == (category == nil ? [name] : []), "\(id) \(key)")
      let printed = FilesFixture.rendered(result).unicodeScalars
      #expect(!printed.contains { $0.value == 0x1B || $0.value == 0x202E || $0.value == 0x2028 })
    }
  }

  @Test func `B058: a name with a line end is refused`() {
    let result = FilesFixture.load(FilesFixture.jobFile("[jobs.\"a\\nb\"]\ncommand = \"x\""))
    #expect(result.diagnostics.map(\.category) == [.syntax])
  }

  @Test(arguments: [("B059", "same", "same"), ("B059", "caf\u{E9}", "cafe\u{301}")])
  func `two jobs of one name are an error at both, and neither is loaded`(
    id: String, first: String, second: String
  ) {
    let result = FilesFixture.load(
      FilesFixture.jobFile("[jobs.\"\(first)\"]\ncommand = \"x\"", "a.toml"),
      FilesFixture.jobFile("[jobs.\"\(second)\"]\ncommand = \"x\"", "b.toml"))
    #expect(result.diagnostics.map(\.category) == [.duplicate, .duplicate], "\(id)")
    #expect(result.diagnostics.map(\.file) == ["/etc/a.toml", "/etc/b.toml"], "\(id)")
    #expect(result.jobs.isEmpty, "\(id)")
  }

  @Test func `B059: names that differ by case alone are two jobs, and a warning of check`() {
    let files = [
      FilesFixture.jobFile("[jobs.backup]\ncommand = \"x\"", "a.toml"),
      FilesFixture.jobFile("[jobs.Backup]\ncommand = \"x\"", "b.toml"),
    ]
    let result = FilesFixture.load(files[0], files[1], warnings: true)
    #expect(result.names == ["backup", "Backup"])
    #expect(
      FilesFixture.rendered(result) == """
        /etc/b.toml:1:7: warning: "Backup" and "backup" (/etc/a.toml:1) differ only by case
        [jobs.Backup]
              ^~~~~~
        """)
    #expect(FilesFixture.load(files[0], files[1]).diagnostics.isEmpty)
  }

  @Test func `B060: an unknown key is an error with the nearest right one`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile("[jobs.j]\ncommand = \"x\"\ntiemout = 5"))
    #expect(result.diagnostics.map(\.category) == [.key])
    #expect(result.diagnostics.map(\.suggestion) == ["timeout"])
    let crontab = FilesFixture.load(FilesFixture.crontab("BEAT_TIEMOUT=5s\n0 1 * * * x"))
    #expect(crontab.diagnostics.map(\.suggestion) == ["BEAT_TIMEOUT"])
    #expect(crontab.names == ["app/x"])
  }

  @Test func `B061: a key that is given twice breaks the file, as TOML has it`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile("[jobs.j]\ncommand = \"x\"\nretries = 1\nretries = 2"))
    #expect(result.diagnostics.map(\.category) == [.duplicate])
    #expect(result.diagnostics.map(\.line) == [4])
    #expect(result.brokenFiles == ["/etc/jobs.toml"])
  }
}
