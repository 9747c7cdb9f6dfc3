// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

@Suite struct CrontabJobTests {
  private func load(_ text: String) -> LoadResult { FilesFixture.load(FilesFixture.crontab(text)) }

  /// The options of the last line.
  private func options(_ text: String) throws -> JobOptions {
    let result = load(text + "\n* * * * * x\n")
    #expect(FilesFixture.rendered(result) == "")
    return try #require(result.jobs.last).options.value
  }

  @Test func `a line is a job that may overlap, and has the defaults otherwise`() throws {
    let result = load("30 3 * * *  backup --all%in\n")
    let job = try #require(result.jobs.first)
    #expect(job.name.text == "app/backup-all")
    #expect(job.scheduleText == "30 3 * * *")
    #expect(job.work == .command("backup --all", input: "in\n"))
    #expect(job.source == SourceLocation(file: "/etc/app.cron", line: 1))
    #expect(job.times.zone.name == "UTC")
    var expected = JobOptions()
    expected.overlap = .allow
    #expect(job.options.value == expected)
  }

  // MARK: Options

  @Test func `each option has a variable, read as a job file would have it`() throws {
    #expect(try options("BEAT_RETRIES=3").retries.maximum == 3)
    #expect(try options("BEAT_TIMEOUT=1h").timeout == .hours(1))
    #expect(try options("BEAT_TIMEOUT = \"PT5M\"").timeout == .minutes(5))
    #expect(try options("BEAT_GRACE=0s").grace == .zero)
    #expect(try options("BEAT_OVERLAP=queue-all").overlap == .queueAll)
    #expect(try options("BEAT_CATCH_UP=skip").catchUp == .skip)
    #expect(try options("BEAT_CATCH_UP_LIMIT=5").catchUpLimit == 5)
    #expect(try options("BEAT_ON_LOST=retry").onLost == .retry)
    #expect(try options("BEAT_ENABLED=false").enabled == false)
    #expect(try options("BEAT_SUCCESS=[0, 75]").success == [0, 75])
    #expect(try options("BEAT_PRIORITY=9").priority == 9)
    #expect(try options("BEAT_DEADLINE=2h").deadline == .hours(2))
    #expect(try options("BEAT_DESCRIPTION=42").description == "42")
    #expect(try options("BEAT_DIRECTORY=/srv").surroundings.directory == "/srv")
    let retries = try options("BEAT_RETRIES={ max = 4, base = \"5s\" }").retries
    #expect(retries.maximum == 4 && retries.base == .seconds(5))
    #expect(OptionTable.rows.map(\.variable).contains("BEAT_MAX_OVERLAP"))
  }

  @Test func `an option holds for the lines below it`() {
    let result = load("0 1 * * * a\nBEAT_RETRIES=3\n0 1 * * * b\nBEAT_RETRIES=0\n0 1 * * * c\n")
    #expect(result.jobs.map(\.options.value.retries.maximum) == [0, 3, 0])
  }

  @Test func `interval lines take an anchor, bounds and a first run`() throws {
    let result = load(
      """
      BEAT_ANCHOR=2027-01-01T00:05:00Z
      BEAT_FIRST=now
      BEAT_STARTS=2027-01-01T00:00:00Z
      BEAT_ENDS=2028-01-01T00:00:00Z
      @every 1h x
      """)
    let job = try #require(result.jobs.first)
    let anchor = try #require(Instant(rfc3339: "2027-01-01T00:05:00Z"))
    let interval = IntervalSchedule(period: .hours(1), anchor: anchor, firstNow: true)
    #expect(job.times.schedule == .every(interval))
    #expect(job.times.starts == Instant(rfc3339: "2027-01-01T00:00:00Z"))
    #expect(job.times.ends == Instant(rfc3339: "2028-01-01T00:00:00Z"))
  }

  @Test func `SHELL is the shell, and all variables but BEAT_ ones are the command's`() throws {
    let options = try options(
      "SHELL=/bin/bash\nHOME=/srv\nMAILTO=\nPATH=/a\nBEAT_RETRIES=1\nPATH=/b")
    #expect(options.surroundings.shell == "/bin/bash")
    let variables = options.surroundings.environment.map { "\($0.name)=\($0.value)" }
    #expect(variables == ["SHELL=/bin/bash", "HOME=/srv", "MAILTO=", "PATH=/b"])
    let own = try self.options(
      "BEAT_SHELL=/bin/zsh\nSHELL=/bin/bash\nBEAT_ENVIRONMENT={ A = \"1\" }")
    #expect(own.surroundings.shell == "/bin/zsh")
    #expect(own.surroundings.environment.map(\.name) == ["SHELL", "A"])
  }

  @Test func `CRON_TZ and BEAT_TIMEZONE name the zone of the lines below, TZ does not`() {
    let result = load(
      """
      TZ=Asia/Tokyo
      0 1 * * * a
      CRON_TZ=Europe/Berlin
      0 1 * * * b
      BEAT_TIMEZONE=America/New_York
      0 1 * * * c
      """)
    #expect(result.jobs.map(\.times.zone.name) == ["UTC", "Europe/Berlin", "America/New_York"])
  }

  @Test func `equal options are one copy, whatever lies between`() {
    let lines = (0..<300).map { "A=\($0 % 3)\n\($0 % 60) 1 * * * job-\($0)\n" }.joined()
    let result = FilesFixture.load(
      FilesFixture.crontab(lines), FilesFixture.crontab("A=1\n0 1 * * * x\n", "b.cron"))
    #expect(result.jobs.count == 301)
    #expect(Set(result.jobs.map { ObjectIdentifier($0.options) }).count == 3)
  }

  // MARK: Faults

  @Test func `every fault of a crontab is told in one go`() {
    let result = load(
      """
      BEAT_RETRYS=3
      BEAT_TIMEOUT=5
      BEAT_RETRIES={ max = 3, base = 5 }
      BEAT_SUCCESS=[0,
      60 * * * * /usr/bin/backup --all
      BEAT_NAME=a b
      0 0 * * * named
      0 1 * * * fine
      """)
    #expect(result.names == ["app/fine"])
    #expect(
      FilesFixture.rendered(result) == """
        /etc/app.cron:1:1: error: unknown option "BEAT_RETRYS" [E_KEY]
        BEAT_RETRYS=3
        ^~~~~~~~~~~
          did you mean "BEAT_RETRIES"?
        /etc/app.cron:2:14: error: the duration 5 has no unit [E_KEY]
        BEAT_TIMEOUT=5
                     ^
          expected a duration with its unit, such as "90s", "1h30m" or "PT90S"
          did you mean "5s"?
        /etc/app.cron:3:32: error: the duration 5 has no unit [E_KEY]
        BEAT_RETRIES={ max = 3, base = 5 }
                                       ^
          expected a duration with its unit, such as "90s", "1h30m" or "PT90S"
          did you mean "5s"?
        /etc/app.cron:4:16: error: encountered end-of-file (in array) [E_SYNTAX]
        BEAT_SUCCESS=[0,
                       ^
          expected a value such as { max = 5 } or [0, 75]
        /etc/app.cron:5:1: error: minute 60 is out of range [E_RANGE]
        60 * * * * /usr/bin/backup --all
        ^~
          expected 0-59
        /etc/app.cron:6:11: error: "a b" cannot be the name of a job [E_SYNTAX]
        BEAT_NAME=a b
                  ^~~
          expected 1 to 200 bytes without blanks and control characters, not beginning with `-`
        """)
    #expect(result.provisional == [JobName("app/fine")!])
  }

  @Test func `a line in error says which job it was, as far as that can be told`() {
    let result = load(
      "60 * * * * backup\nBEAT_NAME=x\n60 * * * * y\n* * * *\nBEAT_NAME=z\n\n# c\n* *\n")
    #expect(
      result.broken.map(\.identity) == [
        .line(JobName("app/backup")!), .job(JobName("x")!), .unknown, .job(JobName("z")!),
      ])
  }

  @Test(arguments: ["Mars/Phobos", "../../etc/passwd", "/etc/passwd", ":x", "", "\"\""])
  func `a zone in error leaves out the lines below it until the next zone`(zone: String) {
    let result = load("0 1 * * * a\nCRON_TZ=\(zone)\n0 1 * * * b\nCRON_TZ=UTC\n0 1 * * * c\n")
    #expect(result.names == ["app/a", "app/c"])
    #expect(result.diagnostics.map(\.category) == [.zone])
    #expect(result.diagnostics.map(\.line) == [2])
    #expect(result.broken.map(\.identity) == [.line(JobName("app/b")!)])
  }

  @Test func `bounds that cross are told, and one of them is dropped`() {
    let result = load(
      "BEAT_STARTS=2028-01-01T00:00:00Z\nBEAT_ENDS=2027-01-01T00:00:00Z\n0 1 * * * a\n")
    #expect(result.diagnostics.map(\.category) == [.never])
    #expect(result.jobs.map(\.times.ends) == [nil])
  }

  @Test func `a file in UTF-16 is broken whole`() {
    let file = ScheduleFile(
      path: "/etc/a.cron", relativeName: "a.cron", kind: .crontab, bytes: [0xFF, 0xFE, 0x2A, 0])
    #expect(FilesFixture.load(file).brokenFiles == ["/etc/a.cron"])
  }
}

@Suite struct CrontabNameTests {
  private func names(_ text: String, _ file: String = "app.cron") -> [String] {
    FilesFixture.load(FilesFixture.crontab(text, file)).names
  }

  @Test func `BEAT_NAME names the next job line only`() {
    #expect(
      names("BEAT_NAME=x\n# c\n\nBEAT_RETRIES=1\n0 1 * * * a\n0 1 * * * b\n") == ["x", "app/b"])
  }

  @Test(
    arguments: [
      ("app.cron", "app"), ("a/b.crontab", "a/b"), ("crontab", "crontab"),
      ("my jobs.cron", "my_jobs"), ("-x.cron", "_-x"), ("\u{202E}x.cron", "_x"),
    ])
  func `a line is called by its file and its command`(file: String, stem: String) {
    #expect(names("0 1 * * * /usr/bin/x y", file) == ["\(stem)/x-y"])
  }

  @Test func `lines that share a slug all add a hash of their schedule`() {
    let both = names("0 1 * * * x\n0 2 * * * x\n0 3 * * * y\n")
    #expect(both[0].hasPrefix("app/x-") && both[1].hasPrefix("app/x-") && both[0] != both[1])
    #expect(both.map(\.count) == [12, 12, 5])
    #expect(names("0 1 * * * x\n") == ["app/x"])
  }

  @Test func `names stay when lines move, and when the blanks of a schedule change`() {
    let before = names("0 1 * * * x\n0 2 * * * x\n0 3 * * * y\nBEAT_NAME=n\n0 1 * * * z")
    let after = names(
      "# c\nBEAT_NAME=n\n0 1 * * * z\nA=1\n0 3 * * * y\n\n0\t2  * * * x\n0 1 * * *   x\n")
    #expect(Set(before) == Set(after))
  }

  @Test func `a line in error renames no other`() {
    let before = names("0 1 * * * x\n0 2 * * * x\n")
    #expect(names("0 1 * * * x\n0 99 * * * x\n") == [before[0]])
  }

  @Test func `lines that differ in what the slug leaves out, or in their zone, are told apart`() {
    let long = "x aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd"
    #expect(Set(names("0 1 * * * \(long) 1\n0 1 * * * \(long) 2\n")).count == 2)
    #expect(Set(names("0 1 * * * x\nCRON_TZ=Asia/Tokyo\n0 1 * * * x\n")).count == 2)
  }

  @Test func `the same line twice is an error at both places`() {
    let result = FilesFixture.load(
      FilesFixture.crontab("0 1 * * * x y\n0 1 * * * z\n0  1 * * * x y\n0 2 * * * x y\n"))
    #expect(result.names.count == 2)
    #expect(
      result.broken.map(\.identity) == [.line(JobName("app/x-y")!), .line(JobName("app/x-y")!)])
    #expect(
      FilesFixture.rendered(result) == """
        /etc/app.cron:1:11: error: the same command at the same time as line 3: \
        the jobs cannot be told apart [E_DUP]
        0 1 * * * x y
                  ^~~
          expected a line BEAT_NAME=… above each, or one of the two
        /etc/app.cron:3:12: error: the same command at the same time as line 1: \
        the jobs cannot be told apart [E_DUP]
        0  1 * * * x y
                   ^~~
          expected a line BEAT_NAME=… above each, or one of the two
        """)
    #expect(names("BEAT_NAME=a\n0 1 * * * x\nBEAT_NAME=b\n0 1 * * * x\n") == ["a", "b"])
  }

  @Test func `twenty thousand schedules of one command have names of their own`() {
    let lines = (0..<20_000).map {
      "\($0 % 60) \($0 / 60 % 24) \($0 / 1_440 % 28 + 1) * * /bin/true\n"
    }
    let result = FilesFixture.load(FilesFixture.crontab(lines.joined()))
    #expect(result.diagnostics.isEmpty)
    #expect(Set(result.names).count == 20_000)
  }

  @Test func `a name used twice is an error at both places, in whatever files`() {
    let result = FilesFixture.load(
      FilesFixture.crontab("BEAT_NAME=x\n0 1 * * * a\n0 1 * * * b\n"),
      FilesFixture.jobFile("[jobs.x]\ncommand = \"c\"\n"))
    #expect(result.names == ["app/b"])
    #expect(result.broken.map(\.identity) == [.job(JobName("x")!), .job(JobName("x")!)])
    #expect(
      FilesFixture.rendered(result) == """
        /etc/app.cron:2:11: error: the name "x" is used twice, also in /etc/jobs.toml:1 [E_DUP]
        0 1 * * * a
                  ^
          expected names that are unique in all files
        /etc/jobs.toml:1:7: error: the name "x" is used twice, also in /etc/app.cron:2 [E_DUP]
        [jobs.x]
              ^
          expected names that are unique in all files
        """)
  }
}
