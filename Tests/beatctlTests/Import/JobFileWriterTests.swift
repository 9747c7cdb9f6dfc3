// SPDX-License-Identifier: Apache-2.0

import Scheduler
import Support
import Testing

@testable import beatctl

struct JobFileWriterTests {
  private func work(of command: String) throws -> Work {
    var file = ImportedFile()
    var job = ImportedJob(origin: "here", name: "job")
    job.set("command", .string(command), weight: .essential)
    file.jobs = [job]
    return try Imported(file).job("job").work
  }

  @Test(arguments: [
    "true", "echo \"a\" 'b' \\ c", "a\nb", "'", "''", "'''", "a'''b\nc", "x\ny'", "tab\there",
    "\r\n", "\u{1}\u{7F}", "ünïcödé 日本", "\u{202E}evil", "\\u0041", "\"\"\"", "a\n\nb\n", "\nx",
    "'\u{301}''\n'", "# no comment", "x = 1\n[jobs.evil]\ncommand = \"no\"",
  ])
  func `a command comes back as it went in`(text: String) throws {
    #expect(try work(of: text + "x") == .command(text + "x", input: nil))
    #expect(try work(of: "x" + text) == .command("x" + text, input: nil))
  }

  @Test func `any text comes back as it went in`() throws {
    var random = SeededGenerator(seed: 7)
    let scalars: [Unicode.Scalar] = ["'", "\"", "\\", "\n", "\r", "\t", "a", " ", "#", "\u{301}"]
    for _ in 0..<300 {
      var view = String.UnicodeScalarView("x".unicodeScalars)
      for _ in 0..<Int.random(in: 1...12, using: &random) { view.append(random.pick(scalars)) }
      let text = String(view)
      #expect(try work(of: text) == .command(text, input: nil))
    }
  }

  @Test(arguments: ["plain", "with blank", "-dash", "a.b", "", "ü", "x\ny", "[evil]", "\u{202E}"])
  func `any name becomes one that loads`(name: String) throws {
    var file = ImportedFile()
    for _ in 0..<2 {
      var job = ImportedJob(origin: "here", name: name)
      job.set("command", .string("true"), weight: .essential)
      job.comments = ["multi\nline \u{1B}[2J\rcomment\ttab"]
      job.lose("a \u{7} bell")
      file.jobs.append(job)
    }
    #expect(try Imported(file).jobs.count == 2)
  }

  @Test func `an option that the loader refuses becomes a comment and a loss`() throws {
    var file = ImportedFile()
    var job = ImportedJob(origin: "here", name: "job")
    job.set("command", .string("true"), weight: .essential)
    job.set("timeout", .string("soon"))
    job.set("no-such-option", .string("a\nb"), weight: .nicety)
    file.jobs = [job]
    let imported = try Imported(file)
    #expect(imported.jobs.count == 1)
    #expect(imported.text.contains("# timeout = \"soon\""))
    #expect(imported.text.contains("# no-such-option = '''\n# a\n# b'''"))
    #expect(imported.losses.count == 1 && imported.losses[0].hasPrefix("timeout = "))
    #expect(imported.changes.count == 1)
  }

  @Test func `a job without an essential option is commented out, and the others stand`() throws {
    var file = ImportedFile()
    for (name, zone) in [("bad", "Europe/Nowhere"), ("good", "Europe/Berlin")] {
      var job = ImportedJob(origin: "here", name: name)
      job.set("cron", .string("0 3 * * *"), weight: .essential)
      job.set("timezone", .string(zone), weight: .essential)
      job.set("command", .string("true"), weight: .essential)
      file.jobs.append(job)
    }
    let imported = try Imported(file)
    #expect(imported.jobs.map(\.name.text) == ["good"])
    #expect(imported.text.contains("# [jobs.bad]\n# cron = \"0 3 * * *\""))
    #expect(imported.file.hasLosses)
  }

  @Test func `what all jobs say is said once`() throws {
    var file = ImportedFile()
    for name in ["a", "b"] {
      var job = ImportedJob(origin: "here", name: name)
      job.set("command", .string("true"), weight: .essential)
      job.set("timezone", .string("Europe/Berlin"))
      job.set("overlap", .string("allow"))
      job.set("environment", .strings([("LANG", "C"), ("NAME", name)]))
      file.jobs.append(job)
    }
    let imported = try Imported(file)
    #expect(
      imported.text == """
        timezone = "Europe/Berlin"

        [defaults]
        overlap = "allow"
        environment = { LANG = "C" }

        [jobs.a]
        command = "true"
        environment = { NAME = "a" }

        [jobs.b]
        command = "true"
        environment = { NAME = "b" }

        """)
    #expect(
      try imported.job("b").options.value.surroundings.environment.map(\.value) == ["C", "b"])
  }

  @Test(
    arguments: [
      ([0], 0...59, "0"), ([0, 30], 0...59, "0,30"), ([0, 20, 40], 0...59, "*/20"),
      ([5, 20, 35, 50], 0...59, "5-50/15"), ([9, 10, 11, 12], 0...23, "9-12"),
      ([1, 2, 3, 7, 9], 1...31, "1-3,7,9"), (Array(1...12), 1...12, "*"),
      ([1, 4, 7, 10], 1...12, "*/3"),
    ] as [([Int], ClosedRange<Int>, String)])
  func `a set of values is written as people write it`(
    values: [Int], range: ClosedRange<Int>, text: String
  ) {
    #expect(CronText.field(Set(values), in: range) == text)
  }
}
