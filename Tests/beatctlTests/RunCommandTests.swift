// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Testing

@testable import beatctl

/// Commands that make runs, or call them off.
@Suite struct RunCommandTests {
  private func run(_ state: String, of job: String = "backup") -> RunSummary {
    RunSummary(
      runID: "k3v9q2-7", job: job, trigger: "manual", scheduledFor: Bench.now, state: state,
      attempt: 1)
  }

  @Test func `an instant of the schedule is triggered`() throws {
    let bench = Bench()
    try bench.daemon.on("POST /v1/jobs/backup/trigger", run("queued"))
    let answer = bench.run(
      "trigger", "backup", "--at", "2026-11-26T03:00:00+01:00", "--force")
    #expect(answer.code == .done)
    #expect(
      bench.daemon.asked == [
        #"POST /v1/jobs/backup/trigger {"at":"2026-11-26T02:00:00.000Z","force":true}"#
      ])
    #expect(bench.run("trigger", "backup", "--at", "03:00").code == .usage)
    let both = bench.run("trigger", "backup", "--at", "2026-11-26T03:00:00Z", "--with", "{}")
    #expect(both.code == .usage)
  }

  @Test func `a run that waits is cancelled at once, one that runs is told to end`() throws {
    let bench = Bench()
    var cancelled = run("cancelled")
    cancelled.reason = "operator"
    try bench.daemon.on("POST /v1/runs/k3v9q2-7/cancel", cancelled)
    try bench.daemon.on("POST /v1/runs/k3v9q2-8/cancel", run("running"))
    bench.daemon.on("POST /v1/runs/k3v9q2-9/cancel", throws: Problem.noSuch("run: k3v9q2-9"))
    let first = bench.run("cancel", "k3v9q2-7")
    #expect(first.code == .done)
    #expect(first.output == "run k3v9q2-7 of backup: cancelled (operator)\n")
    #expect(bench.run("cancel", "k3v9q2-8").output == "run k3v9q2-7 of backup is told to end\n")
    #expect(bench.run("cancel", "k3v9q2-9").code == .noSuch)
  }

  @Test func `a task is enqueued with all that was said`() throws {
    let bench = Bench()
    try bench.daemon.on("POST /v1/tasks", run("pending", of: "report"))
    let answer = bench.run(
      "enqueue", "report", "--with", #"{"day":1}"#, "--in", "90m", "--priority", "9", "--retries",
      "0", "--queue", "slow", "--key", "k")
    #expect(answer.code == .done)
    #expect(answer.output == "run k3v9q2-7 of report: pending\n")
    #expect(
      bench.daemon.asked == [
        #"POST /v1/tasks {"at":"2026-11-26T05:30:00.000Z","key":"k","payload":{"day":1},"#
          + #""priority":9,"queue":"slow","retries":0,"task":"report"}"#
      ])
  }

  @Test func `what was not said of a task is left to the daemon`() throws {
    let bench = Bench()
    try bench.daemon.on("POST /v1/tasks", run("queued", of: "report"))
    let over = RunDetail(
      summary: run("failed", of: "report"), createdAt: Bench.now, payload: nil, attempts: [])
    try bench.daemon.on("GET /v1/runs/k3v9q2-7?wait=1", over)
    #expect(bench.run("enqueue", "report", "--wait").code == .failed)
    #expect(bench.daemon.asked.first == #"POST /v1/tasks {"task":"report"}"#)
  }

  @Test(arguments: [
    ["--in", "soon"], ["--in", "1h", "--at", "now"], ["--priority", "10"], ["--retries", "-1"],
    ["--with", "[]"],
  ])
  func `what makes no sense is a usage error`(words: [String]) {
    #expect(Bench().run(all: ["enqueue", "report"] + words).code == .usage)
  }

  @Test func `a queue is paused and resumed by its name`() throws {
    let bench = Bench()
    let pause = PauseSummary(since: Bench.now, until: nil, note: "moving")
    try bench.daemon.on(
      "POST /v1/queues/slow/pause", PauseReply(job: nil, queue: "slow", pause: pause))
    try bench.daemon.on(
      "POST /v1/queues/slow/resume", PauseReply(job: nil, queue: "slow", pause: nil))
    let paused = bench.run("pause", "--queue", "slow", "--note", "moving")
    #expect(paused.output == "queue slow is paused: moving\n")
    let resumed = bench.run("resume", "--queue", "slow", "--catch-up")
    #expect(resumed.output == "queue slow is resumed\n")
    #expect(
      bench.daemon.asked == [
        #"POST /v1/queues/slow/pause {"note":"moving"}"#,
        #"POST /v1/queues/slow/resume {"catch_up":true}"#,
      ])
    #expect(bench.run("pause", "backup", "--queue", "slow").code == .usage)
    #expect(bench.run("pause", "--all", "--queue", "slow").code == .usage)
    #expect(bench.run("pause").code == .usage)
  }

  @Test func `an audit that finds something exits 1`() throws {
    let bench = Bench()
    let item = AuditItem(
      job: "backup", kind: "unaccounted", scheduledFor: Bench.now - .hours(2),
      lastScheduledFor: Bench.now - .hours(1), count: 2)
    let since = Bench.now - .hours(50)
    try bench.daemon.on(
      "GET /v1/audit?since=2026-11-25T04%3A00%3A00.000Z",
      AuditReply(since: since, through: Bench.now, jobs: 3, checked: 40, findings: [item]))
    try bench.daemon.on(
      "GET /v1/audit",
      AuditReply(since: since, through: Bench.now, jobs: 3, checked: 40, findings: []))
    let bad = bench.run("audit", "--since", "1d")
    #expect(bad.code == .failed)
    #expect(bad.output.contains("named by the schedule, not in the ledger (2 instants, to "))
    #expect(bad.output.contains("2 instants do not agree: 40 instants of 3 jobs, since "))
    let good = bench.run("audit")
    #expect(good.code == .done)
    #expect(good.output.hasPrefix("nothing unaccounted for: 40 instants of 3 jobs"))
  }

  @Test func `a backup is begun and waited for`() throws {
    let bench = Bench()
    var reply = BackupReply(path: "/b/beat.db", state: "copying", pagesDone: 1, pages: 4)
    try bench.daemon.on("POST /v1/backup", reply)
    try bench.daemon.on("GET /v1/backup?wait=20", reply)
    reply = BackupReply(path: "/b/beat.db", state: "done", pagesDone: 4, pages: 4, bytes: 16_384)
    try bench.daemon.on("GET /v1/backup?wait=20", reply)
    let answer = bench.run("backup", "b/beat.db")
    #expect(answer.code == .done)
    #expect(answer.output == "copied to /b/beat.db, 16384 bytes, checked\n")
    #expect(bench.daemon.asked.first == #"POST /v1/backup {"force":false,"path":"/b/beat.db"}"#)
  }

  @Test func `a backup that fails says why`() throws {
    let bench = Bench()
    try bench.daemon.on(
      "POST /v1/backup",
      BackupReply(path: "/b", state: "failed", pagesDone: 0, pages: 4, error: "no room"))
    let answer = bench.run("backup", "/b", "--force")
    #expect(answer.code == .failed)
    #expect(answer.errors == "beatctl: no backup: no room\n")
    var seen = Bench()
    seen.terminal = Terminal(isTerminal: true, width: 80, hasColor: false)
    var reply = BackupReply(path: "/b", state: "copying", pagesDone: 1, pages: 4)
    try seen.daemon.on("POST /v1/backup", reply)
    reply.state = "done"
    try seen.daemon.on("GET /v1/backup?wait=1", reply)
    #expect(seen.run("backup", "/b").output.hasPrefix("copied 1 of 4 pages (25%)"))
  }
}
