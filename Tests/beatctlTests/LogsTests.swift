// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Testing

@testable import beatctl

@Suite struct LogsTests {
  private func piece(
    _ bytes: [UInt8], from: Int = 0, start: Int? = nil, total: Int? = nil, attempt: Int = 1,
    attempts: Int = 1, state: String = "completed", running: Bool = false
  ) -> OutputReply {
    let start = start ?? from
    return OutputReply(
      runID: "k3v9q2-7", attempt: attempt, attempts: attempts, state: state, running: running,
      from: from, start: start, bytes: bytes, total: total ?? start + bytes.count)
  }

  private func bench() throws -> Bench {
    let bench = Bench()
    let run = RunSummary(
      runID: "k3v9q2-7", job: "x", trigger: "manual", scheduledFor: Bench.now, state: "running")
    try bench.daemon.on(
      "GET /v1/runs/k3v9q2-7",
      RunDetail(summary: run, createdAt: Bench.now, payload: nil, attempts: []))
    return bench
  }

  @Test func `bytes come out as the job wrote them`() throws {
    let bench = try bench()
    try bench.daemon.on(
      "GET /v1/runs/k3v9q2-7/output?from=0", piece(Array("a\u{1B}[31mb\r\n".utf8)))
    #expect(bench.run("logs", "k3v9q2-7").output == "a\u{1B}[31mb\r\n")
  }

  @Test func `on a terminal what the terminal would obey is escaped`() throws {
    var bench = try bench()
    bench.terminal = Terminal(isTerminal: true, width: 80, hasColor: true)
    try bench.daemon.on(
      "GET /v1/runs/k3v9q2-7/output?from=0",
      piece(Array("a\u{1B}]0;x\u{7}\tb\u{202E}c\r\n".utf8)))
    #expect(
      bench.run("logs", "k3v9q2-7").output == "a\\u{1b}]0;x\\u{7}\tb\\u{202e}c\\u{d}\n")
  }

  @Test func `a gap is told on standard error`() throws {
    let bench = try bench()
    try bench.daemon.on(
      "GET /v1/runs/k3v9q2-7/output?from=0", piece(Array("head".utf8), total: 104))
    try bench.daemon.on(
      "GET /v1/runs/k3v9q2-7/output?from=4&attempt=1",
      piece(Array("tail".utf8), from: 4, start: 100))
    let answer = bench.run("logs", "k3v9q2-7")
    #expect(answer.output == "headtail")
    #expect(answer.errors == "beatctl: 96 bytes were not kept\n")
  }

  @Test func `following goes through all attempts and ends with the run`() throws {
    var bench = try bench()
    bench.terminal = Terminal(isTerminal: true, width: 80, hasColor: false)
    let path = "GET /v1/runs/k3v9q2-7/output?from="
    try bench.daemon.on(path + "0&wait=1", piece([], attempt: 0, attempts: 0, state: "queued"))
    try bench.daemon.on(
      path + "0&wait=1", piece([0x61, 0xC3], state: "running", running: true))
    try bench.daemon.on(
      path + "2&attempt=1&wait=1", piece([0xBC], from: 2, state: "running", running: true))
    try bench.daemon.on(path + "3&attempt=1&wait=1", piece([], from: 3, state: "retrying"))
    try bench.daemon.on(
      path + "3&attempt=1&wait=1", piece([], from: 3, attempts: 2, state: "running"))
    try bench.daemon.on(
      path + "0&attempt=2&wait=1",
      piece(Array("b".utf8), attempt: 2, attempts: 2, state: "completed"))
    let answer = bench.run("logs", "-f", "k3v9q2-7")
    #expect(answer.code == .done)
    #expect(answer.output == "aüb")
  }

  @Test func `a job's latest run is shown`() throws {
    let bench = Bench()
    var job = JobSummary(name: "x", schedule: "@daily", timezone: "UTC")
    job.last = LastRun(
      runID: "k3v9q2-7", scheduledFor: Bench.now, state: "completed", attempt: 1)
    try bench.daemon.on(
      "GET /v1/jobs/x", JobDetail(summary: job, work: WorkSummary(kind: "command", text: "y")))
    try bench.daemon.on("GET /v1/runs/k3v9q2-7/output?from=0", piece(Array("out\n".utf8)))
    #expect(bench.run("logs", "x").output == "out\n")
  }

  @Test func `a job that has not run, and a name that is nobody's, exit 4`() throws {
    let bench = Bench()
    let job = JobSummary(name: "x", schedule: "@daily", timezone: "UTC")
    try bench.daemon.on(
      "GET /v1/jobs/x", JobDetail(summary: job, work: WorkSummary(kind: "command", text: "y")))
    #expect(bench.run("logs", "x").code == .noSuch)
    bench.daemon.on("GET /v1/runs/k3v9q2-9", throws: Problem.noSuch("run: k3v9q2-9"))
    bench.daemon.on("GET /v1/jobs/k3v9q2-9", throws: Problem.noSuch("job: k3v9q2-9"))
    let answer = bench.run("logs", "k3v9q2-9")
    #expect(answer.code == .noSuch)
    #expect(answer.errors.contains("no such run or job"))
  }
}
