// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc
import Support
import Testing

@testable import beatctl

/// What people see, whole, held against files in `Snapshots/`.
///
/// `BEAT_RECORD=1 swift test` writes
/// them anew; the diff is the review.
@Suite struct SnapshotTests {
  private func check(_ text: String, _ name: String, file: String = #filePath) throws {
    let folder = file[..<(try #require(file.lastIndex(of: "/")))]
    let path = "\(folder)/Snapshots/\(name).txt"
    if getenv("BEAT_RECORD") != nil {
      let file = try #require(fopen(path, "w"))
      fputs(text, file)
      fclose(file)
    }
    let file = try #require(fopen(path, "r"), "there is no \(path)")
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    #expect(text == String(decoding: bytes[..<count], as: UTF8.self))
  }

  private var jobs: [JobSummary] {
    let now = Bench.now
    var backup = JobSummary(name: "backup", schedule: "30 3 * * *", timezone: "Europe/Berlin")
    backup.next = now + .hours(22)
    var run = LastRun(
      runID: "k3v9q2-1842", scheduledFor: now - .hours(2), state: "completed", attempt: 1)
    run.startedAt = now - .hours(2)
    run.finishedAt = now - .minutes(95)
    run.exitCode = 0
    backup.last = run
    var report = JobSummary(
      name: "reports/nightly-report", schedule: "0 2 * * *", timezone: "UTC", state: .retrying)
    run.state = "retrying"
    run.attempt = 2
    run.exitCode = 1
    run.retryAt = now + .seconds(40)
    report.last = run
    report.next = now + .hours(21)
    var cleanup = JobSummary(name: "session-cleanup", schedule: "every 10m", timezone: "UTC")
    cleanup.paused = true
    var broken = JobSummary(
      name: "evil\u{1B}[2J", schedule: "@reboot", timezone: "UTC", state: .broken)
    run.state = "failed"
    run.retryAt = nil
    broken.last = run
    return [backup, broken, report, cleanup]
  }

  private var rows: [RunSummary] {
    let now = Bench.now
    var retrying = RunSummary(
      runID: "k3v9q2-1843", job: "reports/nightly-report", trigger: "schedule",
      scheduledFor: now - .hours(2), state: "retrying", attempt: 2)
    retrying.startedAt = now - .seconds(30)
    retrying.finishedAt = now - .seconds(28)
    retrying.exitCode = 1
    retrying.retryAt = now + .seconds(40)
    var caught = RunSummary(
      runID: "k3v9q2-1842", job: "backup", trigger: "schedule", scheduledFor: now - .hours(3),
      state: "completed", attempt: 1)
    caught.startedAt = now - .hours(2)
    caught.finishedAt = now - .minutes(95)
    caught.exitCode = 0
    caught.missedCount = 3
    caught.missedFirst = now - .hours(75)
    var stretch = RunSummary(
      runID: nil, job: "backup", trigger: "schedule", scheduledFor: now - .hours(75),
      state: "missed")
    stretch.reason = "down"
    stretch.lastScheduledFor = now - .hours(27)
    stretch.count = 3
    var pruned = RunSummary(
      runID: nil, job: "backup", trigger: "schedule", scheduledFor: now - .hours(1_000),
      state: "completed")
    pruned.lastScheduledFor = now - .hours(990)
    pruned.count = 11
    pruned.pruned = true
    return [retrying, caught, stretch, pruned]
  }

  private let screen = Terminal(isTerminal: true, width: 80, hasColor: false)

  @Test func `help`() throws {
    let pages = [Help.overview] + Command.all.map(Help.page)
    try check(pages.joined(separator: "\n----\n\n"), "help")
    for line in pages.joined().split(separator: "\n") { #expect(line.count <= 100) }
  }

  @Test func `list`() throws {
    let reply = JobListReply(jobs: jobs)
    try check(
      ListCommand.render(reply, terminal: .none, zone: .utc, now: Bench.now), "list-wide")
    let narrow = ListCommand.render(reply, terminal: screen, zone: .utc, now: Bench.now)
    try check(narrow, "list-80")
  }

  @Test func `history`() throws {
    let steps = [
      ClockStepSummary(at: Bench.now - .minutes(150), by: -7_200),
      ClockStepSummary(at: Bench.now - .hours(2_000), by: 90.5),
    ]
    let reply = HistoryReply(runs: rows, clockSteps: steps)
    try check(
      HistoryCommand.render(reply, terminal: .none, zone: .utc, now: Bench.now), "history-wide")
    try check(
      HistoryCommand.render(
        reply, terminal: Terminal(isTerminal: true, width: 80, hasColor: true), zone: .utc,
        now: Bench.now), "history-color-80")
  }

  @Test func `show`() throws {
    var job = JobDetail(
      summary: jobs[2], work: WorkSummary(kind: "task", text: "report-aggregation"),
      options: ["retries": "max 3", "overlap": "skip"])
    job.work.with = .object(["table": .string("events")])
    job.source = SourceSummary(file: "/etc/beat/schedules/app.toml", line: 12)
    job.pause = PauseSummary(since: Bench.now - .hours(1), until: nil, note: "moving")
    job.runs = rows
    try check(ShowCommand.render(job, terminal: .none, zone: .utc, now: Bench.now), "show")
  }

  @Test func `status`() throws {
    var reply = StatusReply(
      version: "0.1.0", pid: 4711, startedAt: Bench.now - .hours(50),
      stateFile: "/var/lib/beat/beat.db",
      schedules: ["/etc/beat/schedules", "/srv/app/jobs.toml"], timezone: "Europe/Berlin")
    for job in jobs { reply.jobs.add(job.state, paused: job.paused) }
    reply.retrying = 1
    reply.dead = 2
    reply.next = NextDue(job: "backup", at: Bench.now + .hours(22))
    reply.paused = PauseSummary(since: Bench.now, until: Bench.now + .hours(1), note: nil)
    reply.queues = [
      QueueSummary(name: "default", limit: nil, running: 1, waiting: 0, pause: nil),
      QueueSummary(name: "mail", limit: 2, running: 0, waiting: 3, pause: reply.paused),
      QueueSummary(name: "reports", limit: 2, running: 2, waiting: 4, pause: nil),
    ]
    reply.storeTrouble = "there is no room for state file /var/lib/beat/beat.db"
    reply.broken = [
      BrokenFile(
        file: "/srv/app/jobs.toml",
        diagnostics: "jobs.toml:3:1: error: unknown option \"retrys\" [E_KEY]\nretrys = 3\n^~~~~~")
    ]
    try check(
      StatusCommand.render(reply, terminal: .none, zone: .utc, now: Bench.now), "status")
  }

  // MARK: Whole answers of commands that read files

  private func answer(_ arguments: String...) throws -> String {
    let answer = Bench().run(all: arguments)
    try #require(answer.code == .done, "\(answer.errors)")
    return answer.output.split(separator: "\n", omittingEmptySubsequences: false).map {
      Self.withoutHost(String($0))
    }.joined(separator: "\n")
  }

  /// A line without what this machine and this user put into it.
  private static func withoutHost(_ line: String) -> String {
    for name in ["HOME=", "LOGNAME=", "USER="] {
      if let range = line.firstRange(of: name),
        line[..<range.lowerBound].allSatisfy({ $0 == " " }) || line.hasPrefix("environment")
      {
        return line[..<range.upperBound] + "…"
      }
    }
    for name in ["user ", "directory "] where line.hasPrefix(name) {
      let blanks = line.dropFirst(name.count).prefix { $0 == " " }
      return name + blanks + "…"
    }
    return line
  }

  @Test(arguments: [
    ("weekdays", "30 3 * * mon-fri"), ("either-day", "0 4 1,15 * fri"),
    ("seconds", "*/7 * 5 * * *"),
    ("special", "0 H L * 5#2"), ("macro", "@daily"), ("every", "@every 90s"),
    ("line", "-* 5 * * * */2 mail -s hello root%one%two"),
  ])
  func `explain`(name: String, text: String) throws {
    try check(answer("explain", text, "--tz", "Europe/Berlin"), "explain-\(name)")
  }

  @Test func `explain a line of a file, and upcoming`() throws {
    let folder = TemporaryFolder()
    do {
      let path = folder.path("night.cron")
      try TextFile.write(
        """
        CRON_TZ=Europe/Berlin
        RANDOM_DELAY=10
        0 4 * * * one
        0 4 * * * two
        */20 * * * * -q -n often
        30 2 * * * within-the-gap
        @weekly seldom

        """, to: path)
      let often = try answer("explain", "-f", path, "5")
      try check(often.replacing(folder.path, with: "/etc/beat"), "explain-file-line")
      let gap = try answer("explain", "-f", path, "6")
      try check(gap.replacing(folder.path, with: "/etc/beat"), "explain-file-gap")
      try check(answer("upcoming", path, "--tz", "Europe/Berlin"), "upcoming")
      try check(answer("upcoming", path, "--tz", "UTC", "--for", "7d"), "upcoming-week")
      try check(answer("upcoming", path, "--for", "2h", "--json"), "upcoming-json")
    }
  }
}
