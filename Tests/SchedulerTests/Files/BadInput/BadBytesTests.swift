// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// B035 to B045, B078 and B082: bytes, separators and sizes.
@Suite struct BadBytesTests {
  static let lines = [
    BadInput("B035", "* * * * * " + String(repeating: "x", count: 1 << 20), .limit),
    BadInput("B038", "* * * * * x\0y", .encoding),
    BadInput("B041", "*\u{A0}* * * * x", .syntax), BadInput("B041", "*\u{3000}* * * * x", .syntax),
    BadInput("B041", "*\u{200B}* * * * x", .syntax),
    BadInput("B042", "*\t*\t*\t*\t*\tx", .taken), BadInput("B042", "*\u{0B}* * * * x", .syntax),
    BadInput("B042", "*\u{0C}* * * * x", .syntax),
    BadInput("B044", "A=" + String(repeating: "x", count: 200 * 1024), .limit),
    BadInput("B045", String(repeating: "1,", count: 50_000) + "1 * * * * x", .limit),
    BadInput("B045", String(repeating: "1,", count: 5_000) + "1 * * * * x", .limit),
  ]

  @Test(arguments: lines)
  func `bad bytes have their outcome, and the lines round them run`(row: BadInput) {
    row.expectInCrontab()
  }

  @Test func `B036: a file without a last newline`() {
    #expect(FilesFixture.load(FilesFixture.crontab("0 1 * * * x")).names == ["app/x"])
  }

  @Test func `B037: carriage returns are no part of a command, a value or a name`() {
    let result = FilesFixture.load(
      FilesFixture.crontab("A=b\r\nBEAT_NAME=n\r\n0 1 * * * x y\r\n"))
    #expect(result.diagnostics.isEmpty)
    #expect(result.jobs.first?.work == .command("x y", input: nil))
    #expect(result.jobs.first?.options.value.surroundings.environment.first?.value == "b")
    #expect(result.names == ["n"])
  }

  @Test(
    arguments: [
      [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    ] as [[UInt8]])
  func `B039: bytes that are not UTF-8 are an error of their line, or of a job file`(
    bytes: [UInt8]
  ) {
    let line = Array("0 1 * * * x\n0 2 * * * ".utf8) + bytes + Array("\n0 3 * * * z\n".utf8)
    let crontab = ScheduleFile(path: "/a.cron", relativeName: "a.cron", kind: .crontab, bytes: line)
    let result = FilesFixture.load(crontab)
    #expect(result.diagnostics.map(\.category) == [.encoding])
    #expect(result.names == ["a/x", "a/z"])
    let toml = ScheduleFile(path: "/a.toml", relativeName: "a.toml", kind: .jobFile, bytes: bytes)
    #expect(FilesFixture.load(toml).diagnostics.map(\.category) == [.encoding])
  }

  @Test(arguments: [ScheduleFile.Kind.crontab, .jobFile])
  func `B040: a byte order mark is taken off, and UTF-16 is refused`(kind: ScheduleFile.Kind) {
    let text = kind == .crontab ? "\u{FEFF}0 1 * * * x\n" : "\u{FEFF}[jobs.j]\ncommand = \"x\"\n"
    let good = ScheduleFile(path: "/a", relativeName: "a", kind: kind, bytes: Array(text.utf8))
    #expect(FilesFixture.load(good).jobs.count == 1)
    let bytes: [UInt8] = [0xFF, 0xFE, 0x2A, 0, 0x20, 0]
    let bad = ScheduleFile(path: "/a", relativeName: "a", kind: kind, bytes: bytes)
    let result = FilesFixture.load(bad)
    #expect(result.diagnostics.map(\.category) == [.encoding])
    #expect(result.brokenFiles == ["/a"])
  }

  @Test func `B043: there is no limit of ten thousand jobs`() {
    let text = (0..<10_001).map { "\($0 % 60) \($0 / 60 % 24) * * * job-\($0)\n" }.joined()
    let result = FilesFixture.load(FilesFixture.crontab(text))
    #expect(result.jobs.count == 10_001 && result.diagnostics.isEmpty)
  }

  @Test func `B044: of a thousand and one variables the last is refused, and the jobs run`() {
    let text = (0..<1_001).map { "A\($0)=x\n" }.joined() + "0 1 * * * x\n"
    let result = FilesFixture.load(FilesFixture.crontab(text))
    #expect(result.diagnostics.map(\.category) == [.limit])
    #expect(result.names == ["app/x"])
    let table = (0..<1_001).map { "A\($0) = \"x\"\n" }.joined()
    let file = FilesFixture.jobFile("[jobs.j]\ncommand = \"x\"\n[jobs.j.environment]\n\(table)")
    #expect(FilesFixture.load(file).diagnostics.map(\.category) == [.limit])
  }

  @Test func `B045: a field of a hundred thousand items costs no more than reading it`() {
    let cron = String(repeating: "1,", count: 100_000) + "1 * * * *"
    let file = FilesFixture.jobFile("[jobs.j]\ncommand = \"x\"\ncron = \"\(cron)\"")
    let clock = ContinuousClock()
    var result = LoadResult()
    let spent = clock.measure { result = FilesFixture.load(file) }
    #expect(result.diagnostics.map(\.category) == [.limit])
    // Reading 200 KB of TOML in a debug build is most of it.
    #expect(spent < .seconds(20))
  }

  @Test func `B045: and the field itself is refused at a glance, in a crontab too`() throws {
    let field = String(repeating: "1,", count: 100_000) + "1"
    let crontab = FilesFixture.crontab("\(field) * * * * x\n")
    let clock = ContinuousClock()
    let spent = (0..<5).map { _ in clock.measure { _ = FilesFixture.load(crontab) } }.min()
    // The line is looked through once, which takes a debug build some ten times as long.
    #expect(try #require(spent) < .milliseconds(_isDebugAssertConfiguration() ? 200 : 10))
    let longest = String(repeating: "1,", count: 4_000) + "1 * * * *"
    let parsed = (0..<5).map { _ in clock.measure { _ = try? CronExpression(longest) } }.min()
    #expect(try #require(parsed) < .milliseconds(_isDebugAssertConfiguration() ? 200 : 10))
  }

  @Test(arguments: [
    "a = " + String(repeating: "[", count: 10_000), "a" + String(repeating: ".b", count: 10_000),
    "a = " + String(repeating: "{b=", count: 10_000),
    "[jobs.j]\nwith = " + String(repeating: "[", count: 10_000)
      + String(repeating: "]", count: 10_000),
  ])
  func `B082: a value nested ten thousand deep is refused before it is walked`(text: String) {
    let result = FilesFixture.load(FilesFixture.jobFile(text))
    #expect(result.diagnostics.map(\.category) == [.limit])
  }

  @Test func `B082: so is one in a crontab`() {
    let deep = String(repeating: "[", count: 10_000)
    let result = FilesFixture.load(FilesFixture.crontab("BEAT_SUCCESS=\(deep)\n0 1 * * * x\n"))
    #expect(result.diagnostics.count == 1)
    #expect(result.names == ["app/x"])
  }
}
