// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc
import Testing

@testable import beatctl

@Suite struct CommandLineTests {
  private let options = [
    Option("count", value: "N", help: ""), Option("follow", "f", help: ""),
  ]

  @Test func `options and operands come in any order`() throws {
    let invocation = try Invocation(["a", "-f", "--count", "3", "b"], options: options)
    #expect(invocation.operands == ["a", "b"])
    #expect(invocation.has("follow"))
    #expect(try invocation.number("count", in: 1...9, or: 1) == 3)
    #expect(try Invocation(["--count=3"], options: options).value("count") == "3")
    #expect(try Invocation(["--count", "-3"], options: options).value("count") == "-3")
    #expect(try Invocation(["--", "-f", "--"], options: options).operands == ["-f", "--"])
    #expect(try Invocation(["-"], options: options).operands == ["-"])
  }

  @Test(arguments: [
    ["--cuont", "3"], ["--count"], ["--follow=yes"], ["-f", "-f"],
    ["--count", "1", "--count", "1"],
    ["-x"], ["--=", "-"], ["---"],
  ]) func `what is not understood is an error`(arguments: [String]) {
    #expect(throws: Failure.self) { try Invocation(arguments, options: options) }
  }

  @Test(arguments: [
    ["lits"], ["list", "a", "b"], ["show"], ["next"], ["next", "*", "*", "*", "*", "*"],
    ["pause"], ["pause", "x", "--all"], ["pause", "x", "--until", "soon"],
    ["pause", "x", "--until", "2001-01-01T00:00:00Z"], ["trigger", "x", "--with", "[1]"],
    ["trigger", "x", "--with", "{"], ["history", "--limit", "0"], ["history", "--since", "x"],
    ["next", "* * * * *", "--count", "99999999999999999999"], ["next", "* * * * *", "--tz", "X"],
    ["next", "61 * * * *"], ["dead"], ["dead", "replay"], [""], ["--socket"], ["--jsn", "list"],
    ["next", "--batch", "x"], ["help", "nothing"], [],
  ]) func `a wrong command line exits 2 and nobody is asked`(arguments: [String]) {
    let bench = Bench()
    let (output, errors) = (Output(descriptor: nil), Output(descriptor: nil))
    let surroundings = Surroundings(
      environment: [:], uid: 0, isDirectory: { _ in false }, now: { Bench.now },
      zones: ZoneDirectory(), output: output, errors: errors, terminal: .none,
      input: LineReader(bytes: []), connect: { _ in bench.daemon })
    #expect(Program(surroundings: surroundings).run(arguments) == .usage)
    #expect(bench.daemon.asked.isEmpty)
    #expect(!(errors.collected + output.collected).isEmpty)
  }

  @Test func `global options stand before or after the command`() throws {
    let bench = Bench()
    try bench.daemon.on("GET /v1/jobs", JobListReply(jobs: []))
    #expect(bench.run("--json", "list").output == "{\"jobs\":[]}\n")
    #expect(bench.run("list", "--json").output == "{\"jobs\":[]}\n")
    #expect(bench.run("--socket", "/s", "list").output == "no jobs\n")
  }

  @Test func `a daemon that is not there exits 3 and says where`() {
    var bench = Bench()
    bench.isReachable = false
    let answer = bench.run("status")
    #expect(answer.code == .noDaemon)
    #expect(answer.errors == "beatctl: no daemon answers at /run/beat/beatd.sock\n")
    #expect(bench.run("list", "--socket", "/x/y").errors.contains("/x/y"))
  }

  @Test func `a job that is not there exits 4, a path that is not there does not`() {
    let bench = Bench()
    bench.daemon.on(
      "GET /v1/jobs/bakcup",
      throws: Problem.noSuch("job: bakcup", hint: "did you mean \"backup\"?"))
    let answer = bench.run("show", "bakcup")
    #expect(answer.code == .noSuch)
    #expect(answer.errors == "beatctl: no such job: bakcup\n  did you mean \"backup\"?\n")
    #expect(bench.run("status").code == .failed)
  }

  @Test func `hostile text in an error does not reach the terminal`() {
    let bench = Bench()
    bench.daemon.on("GET /v1/status", throws: Problem(500, .state, "a\u{1B}[2Jb\u{202E}c"))
    #expect(bench.run("status").errors == "beatctl: a\\u{1b}[2Jb\\u{202e}c\n")
  }

  @Test func `a pipe that is closed ends in peace`() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    let output = Output(descriptor: ends[1])
    let surroundings = Surroundings(
      environment: [:], uid: 0, isDirectory: { _ in false }, now: { Bench.now },
      zones: ZoneDirectory(), output: output, errors: Output(descriptor: nil), terminal: .none,
      input: LineReader(bytes: []), connect: { _ in TableDaemon() })
    #expect(Program(surroundings: surroundings).run(["help"]) == .done)
    close(ends[1])
  }

  @Test func `a time is RFC 3339, now, or a duration`() throws {
    func parse(_ text: String, _ direction: TimeArgument.Direction) throws -> Instant {
      try TimeArgument.parse(text, option: "--since", now: Bench.now, direction)
    }
    #expect(try parse("now", .ago) == Bench.now)
    #expect(try parse("2h", .ago) == Bench.now - .hours(2))
    #expect(try parse("2h", .ahead) == Bench.now + .hours(2))
    #expect(try parse("-2h", .ahead) == Bench.now - .hours(2))
    #expect(try parse("2026-11-26T05:00:00+01:00", .ago) == Bench.now)
    for text in ["", "-", "yesterday", "2026-11-26", "--2h"] {
      #expect(throws: Failure.self) { try parse(text, .ago) }
    }
  }
}
