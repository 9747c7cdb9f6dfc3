// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Testing

@testable import beatctl

@Suite struct CommandTests {
  private func run(_ state: String, id: String = "k3v9q2-7") -> RunSummary {
    var run = RunSummary(
      runID: id, job: "backup", trigger: "manual", scheduledFor: Bench.now, state: state,
      attempt: 1)
    run.startedAt = Bench.now
    run.finishedAt = Bench.now + .seconds(2)
    return run
  }

  private func detail(_ state: String) -> RunDetail {
    RunDetail(summary: run(state), createdAt: Bench.now, payload: nil, attempts: [])
  }

  @Test func `an expression is answered without a daemon`() {
    var bench = Bench()
    bench.isReachable = false
    let answer = bench.run(
      "next", "30 2 * * *", "--tz", "Europe/Berlin", "--from", "2027-03-27T12:00:00Z", "--count",
      "2")
    #expect(answer.code == .done)
    #expect(
      answer.output == """
        Sun 2027-03-28 03:00:00 +02:00  in 121d
        Mon 2027-03-29 02:30:00 +02:00  in 122d

        """)
    let json = bench.run("next", "@hourly", "--tz", "UTC", "--json", "--from", "now")
    #expect(json.output == "{\"next\":[\"2026-11-26T05:00:00.000Z\"]}\n")
    let last = bench.run("prev", "@hourly", "--tz", "UTC", "--json", "--count", "2")
    #expect(
      last.output
        == "{\"prev\":[\"2026-11-26T03:00:00.000Z\",\"2026-11-26T02:00:00.000Z\"]}\n")
  }

  @Test func `a wrong expression shows where it is wrong`() {
    let answer = Bench().run("next", "0 25 * * *")
    #expect(answer.code == .usage)
    #expect(answer.errors.contains("  0 25 * * *\n    ^~\n"))
  }

  @Test func `a job's coming instants are shown in its zone`() throws {
    let bench = Bench()
    try bench.daemon.on(
      "GET /v1/jobs/a%2Fb/next?count=1&from=2026-11-26T04%3A00%3A00.000Z",
      NextReply(next: [Bench.now + .minutes(4)], timezone: "Asia/Tokyo"))
    #expect(
      bench.run("next", "a/b").output == "Thu 2026-11-26 13:04:00 +09:00  in 4m\n")
    #expect(
      bench.run("next", "a/b", "--json").output == "{\"next\":[\"2026-11-26T04:04:00.000Z\"]}\n")
  }

  @Test func `a trigger that was refused exits 1`() throws {
    let bench = Bench()
    var refused = run("skipped")
    refused.reason = "overlap"
    try bench.daemon.on("POST /v1/jobs/backup/trigger", refused)
    let answer = bench.run("trigger", "backup", "--wait")
    #expect(answer.code == .failed)
    #expect(answer.output == "run k3v9q2-7 of backup: skipped (overlap)\n")
  }

  @Test(arguments: [("completed", ExitCode.done), ("failed", .failed), ("cancelled", .failed)])
  func `waiting ends with the run and says how it went`(state: String, code: ExitCode) throws {
    let bench = Bench()
    try bench.daemon.on("POST /v1/jobs/backup/trigger", run("queued"))
    try bench.daemon.on("GET /v1/runs/k3v9q2-7?wait=1", detail("running"))
    try bench.daemon.on("GET /v1/runs/k3v9q2-7?wait=1", detail("retrying"))
    try bench.daemon.on("GET /v1/runs/k3v9q2-7?wait=1", detail(state))
    let answer = bench.run("trigger", "backup", "--wait", "--with", #"{"a": 1}"#)
    #expect(answer.code == code)
    #expect(answer.output.contains(state))
    #expect(
      bench.daemon.asked.first
        == #"POST /v1/jobs/backup/trigger {"force":false,"payload":{"a":1}}"#)
  }

  @Test func `pausing says until when and why`() throws {
    let bench = Bench()
    let pause = PauseSummary(since: Bench.now, until: Bench.now + .hours(2), note: "moving")
    try bench.daemon.on("POST /v1/jobs/backup/pause", PauseReply(job: "backup", pause: pause))
    try bench.daemon.on("POST /v1/resume", PauseReply(job: nil, pause: nil))
    let answer = bench.run("pause", "backup", "--until", "2h", "--reason", "moving")
    #expect(answer.output.hasPrefix("backup is paused until 2026-11-26 "))
    #expect(answer.output.hasSuffix(" (in 2h): moving\n"))
    #expect(
      bench.daemon.asked.first
        == #"POST /v1/jobs/backup/pause {"note":"moving","until":"2026-11-26T06:00:00.000Z"}"#)
    #expect(bench.run("resume", "--all").output == "everything is resumed\n")
  }

  private func hour(_ hour: Int64) -> Instant {
    Instant(milliseconds: 1_795_651_200_000) + .hours(hour)
  }

  @Test func `a reload with broken files exits 1 and shows them`() throws {
    let bench = Bench()
    let broken = BrokenFile(file: "/etc/x.toml", diagnostics: "x.toml:1:1: error: no")
    try bench.daemon.on(
      "POST /v1/reload",
      ReloadReply(
        added: 1, changed: 2, removed: 3, unchanged: 4,
        plan: [
          PlannedChange(job: "old", change: .removed, before: hour(3), next: nil),
          PlannedChange(job: "backup", change: .changed, before: hour(3), next: hour(4)),
          PlannedChange(job: "report\u{1B}", change: .changed, before: hour(3), next: hour(3)),
          PlannedChange(job: "fetch", change: .added, before: nil, next: nil),
        ], broken: [broken]))
    let answer = bench.run("reload")
    #expect(answer.code == .failed)
    #expect(
      answer.output == """
        1 added, 2 changed, 3 removed, 4 unchanged
          - old
          ~ backup        next Thu 04:00, was Thu 03:00
          ~ report\\u{1b}  next Thu 03:00, as before
          + fetch         next never
          … and 2 more
        broken: /etc/x.toml
        x.toml:1:1: error: no

        """)
  }

  @Test func `dead letters are replayed one after another`() throws {
    let bench = Bench()
    try bench.daemon.on("POST /v1/dead/k3v9q2-1/replay", run("queued", id: "k3v9q2-8"))
    try bench.daemon.on("POST /v1/dead/k3v9q2-2/replay", run("queued", id: "k3v9q2-9"))
    let answer = bench.run("dead", "replay", "k3v9q2-1", "k3v9q2-2")
    #expect(
      answer.output == """
        run k3v9q2-8 of backup replays k3v9q2-1: queued
        run k3v9q2-9 of backup replays k3v9q2-2: queued

        """)
    let missing = bench.run("dead", "replay", "k3v9q2-1", "k3v9q2-3")
    #expect(missing.code == .failed)
    #expect(missing.output.contains("replays k3v9q2-1"))
  }

  @Test func `version needs no daemon`() throws {
    var bench = Bench()
    bench.isReachable = false
    #expect(bench.run("version").code == .done)
    #expect(
      bench.run("version").output == "beatctl \(BeatVersion.current)\nbeatd: does not answer\n")
    #expect(bench.run("--version").output == "beatctl \(BeatVersion.current)\n")
  }
}
