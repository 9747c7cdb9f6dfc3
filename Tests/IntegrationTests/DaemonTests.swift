// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc
import Testing

/// The real programs, from outside.
@Suite(.serialized, .timeLimit(.minutes(2))) struct DaemonTests {
  @Test func `a job of a file runs, and beatctl shows what became of it`() throws {
    let beat = try Beat()
    try beat.write(
      "a.toml", "[jobs.hello]\nevery = \"1h\"\ncommand = \"echo hello; echo $BEAT_JOB\"\n")
    try beat.start()
    let triggered = try beat.ctl("trigger", "hello", "--wait")
    #expect(triggered.code == 0, "\(triggered)")
    let job = try beat.job("hello")
    #expect(job.state == .idle)
    #expect(job.schedule == "every 1h")
    #expect(job.last?.state == "completed")
    #expect(job.last?.exitCode == 0)
    #expect(try beat.ctl("logs", "hello").output == "hello\nhello\n")
    #expect(try beat.history("hello").map(\.trigger) == ["manual"])
    #expect(beat.stop() == 0)
  }

  @Test func `an interval job runs by itself, each instant once`() throws {
    let beat = try Beat()
    let whistle = try Whistle(beat.folder + "/whistle")
    try beat.write(
      "a.toml",
      """
      [jobs.tick]
      every = "1s"
      command = "echo $BEAT_SCHEDULED_FOR > \(whistle.path)"
      """)
    try beat.start()
    let instants = try (0..<3).map { _ in
      try #require(Instant(rfc3339: try whistle.nextLine()))
    }
    for (earlier, later) in zip(instants, instants.dropFirst()) {
      #expect(later - earlier == .seconds(1))
    }
    #expect(instants.allSatisfy { $0.milliseconds % 1_000 == 0 })
  }

  @Test func `a crontab's environment, percent signs and defaults are cron's`() throws {
    let beat = try Beat()
    let whistle = try Whistle(beat.folder + "/whistle")
    try beat.write(
      "mine.cron",
      """
      # a comment
      GREETING = "good day"
      BEAT_NAME=cat
      @daily (cat; echo "$GREETING"; pwd; umask) > \(whistle.path)%first%second \\% third

      """)
    try beat.start()
    #expect(try beat.ctl("trigger", "cat", "--wait").code == 0)
    let lines = try (0..<5).map { _ in try whistle.nextLine() }
    let home = String(cString: try #require(getpwuid(geteuid())).pointee.pw_dir)
    #expect(lines == ["first", "second % third", "good day", home, "0022"])
  }

  @Test func `a job that fails is retried, then dead, listed and replayed`() throws {
    let beat = try Beat()
    try beat.write(
      "a.toml",
      """
      [jobs.flaky]
      every = "1h"
      command = "test -e \(beat.folder)/mended"
      retries = { max = 2, base = "10ms", jitter = "none" }
      """)
    try beat.start()
    #expect(try beat.ctl("trigger", "flaky", "--wait").code == 1)
    let dead = try beat.ctl("--json", "dead", "list")
    let rows = try APICoder.decode(HistoryReply.self, from: Array(dead.output.utf8)).runs
    #expect(rows.map(\.state) == ["failed"])
    #expect(rows.map(\.attempt) == [3])
    #expect(rows.map(\.exitCode) == [1])
    let id = try #require(rows.first?.runID)
    fclose(fopen(beat.folder + "/mended", "w"))
    let replayed = try beat.ctl("dead", "replay", id)
    #expect(replayed.code == 0, "\(replayed)")
    let status = try beat.ctl("--json", "dead", "list")
    #expect(try APICoder.decode(HistoryReply.self, from: Array(status.output.utf8)).runs.isEmpty)
    #expect(try beat.history("flaky").map(\.trigger).sorted() == ["manual", "replay"])
  }

  @Test func `a paused job does not run, and goes on when it is resumed`() throws {
    let beat = try Beat()
    let whistle = try Whistle(beat.folder + "/whistle")
    try beat.write(
      "a.toml",
      "[jobs.tick]\nevery = \"1s\"\ncommand = \"echo $BEAT_SCHEDULED_FOR > \(whistle.path)\"\n")
    try beat.start()
    _ = try whistle.nextLine()
    #expect(try beat.ctl("pause", "tick", "--reason", "a test").code == 0)
    #expect(try beat.job("tick").paused)
    letPass(milliseconds: 2_100)
    #expect(try beat.ctl("resume", "tick").code == 0)
    letPass(milliseconds: 1_100)
    let history = try beat.history("tick")
    #expect(history.contains { $0.state == "missed" && $0.reason == "paused" })
    #expect(history.last?.state == "completed" || history.last?.state == "running")
  }

  @Test
  func `kill -9: what passed meanwhile is caught up as each job says, every instant accounted for`()
    throws
  {
    let beat = try Beat()
    let policies = ["latest", "all", "skip"]
    let jobs = policies.map {
      """
      [jobs.\($0)]
      every = "1s"
      command = "true"
      catch-up = "\($0)"
      overlap = "queue-all"

      """
    }
    let whistle = try Whistle(beat.folder + "/whistle")
    let witness = "[jobs.witness]\nevery = \"1s\"\ncommand = \"echo x > \(whistle.path)\"\n"
    try beat.write("a.toml", jobs.joined() + witness)
    try beat.start()
    _ = try whistle.nextLine()
    #expect(beat.stop(SIGKILL) == -SIGKILL)
    letPass(milliseconds: 3_300)
    try beat.start()
    _ = try whistle.nextLine()
    _ = try whistle.nextLine()
    #expect(beat.stop() == 0)
    try beat.start()
    for policy in policies {
      let ledger = try beat.history(policy)
      try expectEachSecond(ledger, policy)
      let missed = ledger.filter { $0.state == "missed" && $0.reason == "down" }
      #expect(missed.isEmpty == (policy == "all"), "\(policy): \(missed)")
      let caughtUp = ledger.compactMap(\.missedCount)
      #expect(caughtUp.isEmpty == (policy != "latest"), "\(policy)")
    }
  }

  /// Each second between a ledger's first and last instant stands in exactly one row.
  private func expectEachSecond(_ ledger: [RunSummary], _ policy: String) throws {
    var seconds: [Int64] = []
    for row in ledger {
      let first = row.scheduledFor.milliseconds / 1_000
      let last = (row.lastScheduledFor ?? row.scheduledFor).milliseconds / 1_000
      #expect(Int(last - first) + 1 == row.count ?? 1, "\(policy): a row counts what it spans")
      seconds += first...last
    }
    let first = try #require(seconds.min())
    let last = try #require(seconds.max())
    #expect(seconds.sorted() == Array(first...last), "\(policy)")
  }

  @Test func `a definition that breaks while beatd is down stays in force, as it was`() throws {
    let beat = try Beat()
    try beat.write("a.toml", "[jobs.good]\nevery = \"1h\"\ncommand = \"echo first\"\n")
    try beat.start()
    #expect(beat.stop() == 0)
    try beat.write("a.toml", "[jobs.good]\nevery = \"1h\"\ncommand = \"echo first\"\nretrys = 1\n")
    try beat.start()
    #expect(try beat.job("good").state == .broken)
    #expect(try beat.ctl("trigger", "good", "--wait").code == 0)
    #expect(try beat.ctl("logs", "good").output == "first\n")
    try beat.write("a.toml", "not toml at all [")
    #expect(beat.stop() == 0)
    try beat.start()
    #expect(try beat.job("good").state == .broken)
    #expect(beat.stop() == 0)
  }

  @Test func `a broken file is shown as a compiler would, and takes nothing else down`() throws {
    let beat = try Beat()
    try beat.write("good.toml", "[jobs.good]\nevery = \"1h\"\ncommand = \"true\"\n")
    try beat.write("bad.toml", "[jobs.bad]\nevery = \"1h\"\ncommand = \"true\"\n")
    try beat.start()
    try beat.write("bad.toml", "[jobs.bad]\nevery = \"1h\"\ncommand = \"true\"\nretrys = 3\n")
    try beat.ctl("reload")
    #expect(try beat.job("good").state == .idle)
    #expect(try beat.job("bad").state == .broken)
    #expect(try beat.ctl("trigger", "bad", "--wait").code == 0, "the last good definition stands")
    let status = try beat.ctl("status")
    #expect(status.output.contains("bad.toml:4:1: error: "))
    #expect(status.output.contains("retrys = 3\n"))
    #expect(status.output.contains("^~~~~~"))
    #expect(status.output.contains("did you mean \"retries\"?"))
    let check = try beat.ctl("check", beat.folder + "/schedules")
    #expect(check.code == 1)
    #expect(check.output.contains("bad.toml:4:1: error: "))
    try beat.write("bad.toml", "[jobs.bad]\nevery = \"2h\"\ncommand = \"true\"\n")
    try beat.ctl("reload")
    #expect(try beat.job("bad").state == .idle)
    #expect(try beat.job("bad").schedule == "every 2h")
  }

  @Test func `a file that changes is read by itself`() throws {
    let beat = try Beat()
    let whistle = try Whistle(beat.folder + "/whistle")
    try beat.start()
    try beat.write(
      "new.toml", "[jobs.new]\nevery = \"1s\"\ncommand = \"echo new > \(whistle.path)\"\n")
    #expect(try whistle.nextLine() == "new")
    try beat.write(
      "new.toml", "[jobs.new]\nevery = \"1s\"\ncommand = \"echo newer > \(whistle.path)\"\n")
    var line = try whistle.nextLine()
    while line == "new" { line = try whistle.nextLine() }
    #expect(line == "newer")
  }

  @Test func `HUP reads the files again and says so to the service manager`() throws {
    let beat = try Beat()
    try beat.start()
    beat.daemon?.send(SIGHUP)
    try beat.waitForNotice("RELOADING=1")
    try beat.waitForNotice("READY=1")
  }

  @Test func `a second daemon on the same state file says who holds it, and ends`() throws {
    let beat = try Beat()
    try beat.start()
    let second = try beat.startAnother()
    #expect(second.code == 1)
    #expect(second.errors.contains("\(beat.daemon?.pid ?? 0)"))
    #expect(second.errors.contains("beat.db"))
    #expect(try beat.ctl("status").code == 0, "the first goes on")
  }

  @Test func `a daemon whose state file goes away ends, rather than run what it can't remember`()
    throws
  {
    let beat = try Beat()
    try beat.write("a.toml", "[jobs.tick]\nevery = \"1s\"\ncommand = \"true\"\n")
    try beat.start()
    unlink(beat.folder + "/beat.db")
    #expect(beat.stop(0) == 1)
    #expect(beat.log.contains("removed or replaced while in use"))
  }

  @Test func `TERM lets what runs end, and it is recorded`() throws {
    let beat = try Beat()
    let whistle = try Whistle(beat.folder + "/whistle")
    try beat.write(
      "a.toml",
      """
      [jobs.slow]
      every = "1h"
      command = "echo on > \(whistle.path); read x < \(whistle.path)2"
      """)
    let release = try Whistle(whistle.path + "2")
    try beat.start()
    #expect(try beat.ctl("trigger", "slow").code == 0)
    _ = try whistle.nextLine()
    beat.daemon?.send(SIGTERM)
    try beat.waitForNotice("STOPPING=1")
    try release.write("go\n")
    #expect(beat.stop(0) == 0)
    try beat.start()
    #expect(try beat.history("slow").map(\.state) == ["completed"])
  }

  @Test func `a job that outlives its timeout is ended, with all it started`() throws {
    let beat = try Beat()
    try beat.write(
      "a.toml",
      "[jobs.slow]\nevery = \"1h\"\ncommand = \"sleep 600 & sleep 600\"\ntimeout = \"100ms\"\n")
    try beat.start()
    #expect(try beat.ctl("trigger", "slow", "--wait").code == 1)
    let run = try #require(try beat.history("slow").first)
    #expect(run.state == "failed")
    #expect(run.error?.contains("timed out") == true)
  }

  @Test func `exit codes tell usage, no daemon, and no such job apart`() throws {
    let beat = try Beat()
    let nobody = try beat.ctl("status")
    #expect(nobody.code == 3)
    #expect(nobody.errors.contains("is beatd running?"))
    try beat.start()
    #expect(try beat.ctl("frobnicate").code == 2)
    #expect(try beat.ctl("show").code == 2)
    #expect(try beat.ctl("show", "nothing").code == 4)
    #expect(try beat.ctl("logs", "nothing").code == 4)
    #expect(try beat.ctl("version").code == 0)
  }

  @Test func `a job's coming instants are asked of the daemon, those of an expression are not`()
    throws
  {
    let beat = try Beat()
    let bare = try beat.ctl(
      "--json", "next", "0 2 * * *", "--tz", "Europe/Berlin", "--from", "2026-03-28T12:00:00Z",
      "--count", "2")
    #expect(bare.code == 0)
    let reply = try APICoder.decode(NextReply.self, from: Array(bare.output.utf8))
    #expect(reply.next.map(\.rfc3339) == ["2026-03-29T01:00:00.000Z", "2026-03-30T00:00:00.000Z"])
    try beat.write("a.cron", "BEAT_NAME=j\n0 2 * * * true\n")
    try beat.start()
    let job = try beat.ctl("--json", "next", "j", "--from", "2026-01-01T00:00:00Z")
    #expect(job.output.contains("2026-01-01T02:00:00.000Z"))
  }
}
