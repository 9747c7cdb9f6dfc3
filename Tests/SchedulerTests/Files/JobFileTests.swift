// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

@Suite struct JobFileTests {
  /// The job `j` of a file that has nothing wrong with it.
  private func job(_ table: String, before: String = "") throws -> Job {
    let result = FilesFixture.load(FilesFixture.jobFile("\(before)\n[jobs.j]\n\(table)\n"))
    #expect(FilesFixture.rendered(result) == "")
    return try #require(result.job("j"))
  }

  private func options(_ line: String) throws -> JobOptions {
    try job("command = \"x\"\n\(line)").options.value
  }

  // MARK: Schedules

  @Test func `each kind of schedule`() throws {
    let cron = try job("cron = \"30 3 * * mon\"\ncommand = \"x\"")
    #expect(cron.times.schedule == (try Schedule(crontab: "30 3 * * mon")))
    #expect(cron.scheduleText == "30 3 * * mon")
    let every = try job("every = \"90s\"\ncommand = \"x\"")
    #expect(every.times.schedule == .every(IntervalSchedule(period: .seconds(90))))
    #expect(every.scheduleText == "every 1m30s")
    let after = try job("every-after = \"PT10M\"\nfirst = \"now\"\ncommand = \"x\"")
    #expect(after.times.schedule == .everyAfter(.minutes(10), firstNow: true))
    let reboot = try job("cron = \"@reboot\"\ncommand = \"x\"")
    #expect(reboot.times.schedule == .reboot)
    #expect(try job("command = \"x\"").times.schedule == .manual)
  }

  @Test func `instants are dates of TOML or text, one or a list, in order and once`() throws {
    let one = try job("at = 2027-01-01T09:00:00+01:00\ncommand = \"x\"")
    let first = try #require(Instant(rfc3339: "2027-01-01T08:00:00Z"))
    #expect(one.times.schedule == .at([first]))
    #expect(one.scheduleText == "at 2027-01-01T08:00:00.000Z")
    let list = try job(
      """
      at = ["2027-01-02T00:00:00Z", 2027-01-01T09:00:00+01:00, "2027-01-01T08:00:00Z"]
      command = "x"
      """)
    let second = try #require(Instant(rfc3339: "2027-01-02T00:00:00Z"))
    #expect(list.times.schedule == .at([first, second]))
  }

  @Test func `an interval has an anchor, and bounds`() throws {
    let job = try job(
      """
      every = "1h"
      anchor = 2027-01-01T00:05:00Z
      starts = 2027-02-01T00:00:00Z
      ends = "2027-03-01T00:00:00Z"
      command = "x"
      """)
    let anchor = try #require(Instant(rfc3339: "2027-01-01T00:05:00Z"))
    #expect(job.times.schedule == .every(IntervalSchedule(period: .hours(1), anchor: anchor)))
    #expect(job.times.starts == Instant(rfc3339: "2027-02-01T00:00:00Z"))
    #expect(job.times.ends == Instant(rfc3339: "2027-03-01T00:00:00Z"))
  }

  @Test func `a job's zone is its own, else the file's, else the daemon's`() throws {
    #expect(try job("command = \"x\"").times.zone.name == "UTC")
    let file = "timezone = \"Europe/Berlin\""
    #expect(try job("command = \"x\"", before: file).times.zone.name == "Europe/Berlin")
    let own = try job("command = \"x\"\ntimezone = \"Asia/Tokyo\"", before: file)
    #expect(own.times.zone.name == "Asia/Tokyo")
  }

  // MARK: Work

  @Test func `each kind of work`() throws {
    #expect(
      try job("command = \"a | b\"\nstdin = \"in\"").work == .command("a | b", input: "in"))
    #expect(try job("exec = [\"a\", \"b c\"]").work == .exec(["a", "b c"], input: nil))
    let task = try job("task = \"t\"\nwith = { z = 1, a = \"x\" }").work
    #expect(task == .task(name: "t", payload: #"{"z":1,"a":"x"}"#))
    #expect(try job("task = \"t\"").work == .task(name: "t", payload: "{}"))
  }

  @Test func `shipped handlers are retried, others not, unless the file says so`() throws {
    let shipped = try job("task = \"session-cleanup\"").options.value
    #expect(shipped.retries.maximum == 3 && shipped.onLost == .retry)
    let own = try job("task = \"session-cleanup\"\nretries = 0\non-lost = \"fail\"").options.value
    #expect(own.retries.maximum == 0 && own.onLost == .fail)
    let other = try job("task = \"mine\"").options.value
    #expect(other.retries.maximum == 0 && other.onLost == .fail)
    let defaults = try job("task = \"session-cleanup\"", before: "defaults.retries = 1")
    #expect(defaults.options.value.retries.maximum == 1)
  }

  // MARK: Options

  @Test func `each option`() throws {
    #expect(try options("") == JobOptions())
    #expect(try options("description = \"d\"").description == "d")
    #expect(try options("enabled = false").enabled == false)
    #expect(try options("timeout = \"1h30m\"").timeout == .minutes(90))
    #expect(try options("grace = \"0s\"").grace == .zero)
    #expect(try options("deadline = \"PT2H\"").deadline == .hours(2))
    #expect(try options("success = [0, 75, 0]").success == [0, 75])
    #expect(try options("on-lost = \"retry\"").onLost == .retry)
    #expect(try options("overlap = \"queue-all\"").overlap == .queueAll)
    #expect(try options("max-overlap = 4").maximumOverlap == 4)
    #expect(try options("catch-up = \"all\"").catchUp == .all)
    #expect(try options("catch-up-limit = 7").catchUpLimit == 7)
    #expect(try options("priority = 9").priority == 9)
    #expect(try options("directory = \"/srv\"").surroundings.directory == "/srv")
    #expect(try options("directory = \"../a\"").surroundings.directory == "/etc/../a")
    #expect(try options("shell = \"/bin/bash\"").surroundings.shell == "/bin/bash")
    let environment = try options("environment = { B = \"1\", A = \"\" }").surroundings.environment
    #expect(environment.map { "\($0.name)=\($0.value)" } == ["B=1", "A="])
  }

  @Test func `retries are a number or a table`() throws {
    #expect(try options("retries = 5").retries == RetryPolicy(maximum: 5))
    let policy = try options(
      """
      retries = { max = 4, backoff = "linear", base = "5s", cap = "1m", jitter = "equal" }
      """
    ).retries
    var expected = RetryPolicy(maximum: 4)
    expected.backoff = .linear
    expected.base = .seconds(5)
    expected.cap = .minutes(1)
    expected.jitter = .equal
    #expect(policy == expected)
  }

  @Test func `defaults hold for every job, and a job's own option goes before them`() throws {
    let defaults = """
      [defaults]
      retries = 2
      timeout = "5m"
      environment = { A = "1", B = "2" }
      """
    let job = try job(
      "command = \"x\"\nretries = 7\nenvironment = { B = \"3\", C = \"4\" }", before: defaults)
    let options = job.options.value
    #expect(options.retries.maximum == 7)
    #expect(options.timeout == .minutes(5))
    let variables = options.surroundings.environment.map { "\($0.name)=\($0.value)" }
    #expect(variables == ["A=1", "B=3", "C=4"])
  }

  @Test func `jobs know where they stand, and come in the order of the file`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile("[jobs.z]\ncommand = \"x\"\n[jobs.a]\ncommand = \"y\"\n"))
    #expect(result.names == ["z", "a"])
    #expect(result.jobs.map(\.source?.line) == [1, 3])
    #expect(result.jobs.map(\.source?.file) == ["/etc/jobs.toml", "/etc/jobs.toml"])
  }

  @Test func `equal options are one copy`() {
    let jobs = (0..<100).map { "[jobs.j\($0)]\ncommand = \"x\"\nretries = \($0 % 2)\n" }.joined()
    let result = FilesFixture.load(
      FilesFixture.jobFile(jobs), FilesFixture.jobFile("[jobs.k]\ncommand = \"x\"", "k.toml"))
    #expect(Set(result.jobs.map { ObjectIdentifier($0.options) }).count == 2)
  }

  @Test func `the sample of the manual is read`() throws {
    let result = FilesFixture.load(
      FilesFixture.jobFile(
        """
        timezone = "Europe/Berlin"             # for every job in this file

        [defaults]                             # any option below
        retries = 3

        [jobs.session-cleanup]
        description = "Delete sessions that have expired"
        every = "10m"
        task = "session-cleanup"               # a handler
        with = { database = "app.db", table = "sessions", column = "expires_at" }

        [jobs.nightly-report]
        cron = "0 2 * * *"
        task = "report-aggregation"
        retries = { max = 5, backoff = "exponential", base = "10s", cap = "10m", jitter = "full" }

        [jobs.backup]
        cron = "30 3 * * *"
        command = "pg_dump app | gzip > app.sql.gz"
        timeout = "1h"
        overlap = "skip"
        catch-up = "latest"
        deadline = "2h"
        """))
    #expect(FilesFixture.rendered(result) == "")
    #expect(result.names == ["session-cleanup", "nightly-report", "backup"])
  }
}
