// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// What `check` warns of in schedules: each kind, and what it keeps quiet about.
@Suite struct ScheduleWarningTests {
  private func inCrontab(_ text: String) -> LoadResult {
    FilesFixture.load(FilesFixture.crontab(text), warnings: true)
  }

  private func inJob(_ cron: String, zone: String = "UTC", _ more: String = "") -> LoadResult {
    FilesFixture.load(
      FilesFixture.jobFile(
        """
        timezone = "\(zone)"
        [jobs.j]
        cron = "\(cron)"
        command = "x"
        \(more)
        """), warnings: true)
  }

  /// The text that a warning marks.
  private func marked(_ diagnostic: Diagnostic) -> String {
    let line = Array((diagnostic.sourceLine ?? "").unicodeScalars)
    let marked = line.dropFirst(diagnostic.column - 1).prefix(diagnostic.length)
    return String(String.UnicodeScalarView(marked))
  }

  // MARK: Not portable

  @Test(arguments: [
    ("0 0 L * *", "L"), ("0 0 L-3 * *", "L-3"), ("0 0 15W * *", "15W"), ("0 0 LW * *", "LW"),
    ("0 0 * * 5L", "5L"), ("0 0 * * fri#2", "fri#2"), ("0 0 * * FRI#L", "FRI#L"),
    ("0 0 ? * 1", "?"), ("H 0 * * *", "H"), ("H(0-29)/10 0 * * *", "H(0-29)/10"),
    ("0~30 0 * * *", "0~30"), ("~ 0 * * *", "~"), ("50-10 0 * * *", "50-10"),
    ("0 22-2 * * *", "22-2"), ("0 0 * * fri-mon", "fri-mon"), ("5/10 0 * * *", "5/10"),
    ("0 0 5/10 * *", "5/10"), ("@every 90s", "@every"), ("@every_minute", "@every_minute"),
    ("@Daily", "@Daily"),
  ])
  func `what other crons do not take is told in a crontab, and not in a job file`(
    schedule: String, part: String
  ) {
    let result = inCrontab("\(schedule)  /bin/x\n")
    #expect(result.jobs.count == 1, "\(FilesFixture.rendered(result))")
    let told = result.diagnostics.filter {
      $0.message.contains("portable") || $0.message.contains("round the end")
    }
    #expect(told.map(marked) == [part], "\(FilesFixture.rendered(result))")
    #expect(!inJob(schedule).diagnostics.contains { $0.message.contains("portable") })
  }

  @Test func `what every cron takes is no matter of portability`() {
    let lines = [
      "0 0 1-5,10 * *", "*/5 * * * *", "0-59/5 * * * *", "0 0 * jul,aug *", "0 0 * * THU",
      "0 0 * MAR *", "0 0 * * 5-7", "@reboot", "@weekly",
    ]
    for line in lines { #expect(inCrontab("\(line) /bin/x").diagnostics.isEmpty, "\(line)") }
  }

  // MARK: Steps

  @Test(arguments: [
    ("*/7 * * * *", "*/7", "the last step of each hour is only 4 minutes"),
    ("*/45 * * * *", "*/45", "the last step of each hour is only 15 minutes"),
    ("0 */5 * * *", "*/5", "the last step of each day is only 4 hours"),
    ("0 0 */2 * *", "*/2", "the count starts again on the 1st of each month"),
    ("0 0 1 */5 *", "*/5", "the count starts again each January"),
    ("0 0 * * */2", "*/2", "the count starts again on each Sunday"),
    ("*/7 * * * * *", "*/7", "the last step of each minute is only 4 seconds"),
  ])
  func `a step that does not divide its field is told`(
    cron: String, part: String, message: String
  ) {
    let result = inJob(cron)
    #expect(result.diagnostics.map(marked) == [part], "\(FilesFixture.rendered(result))")
    #expect(result.diagnostics.first?.message.hasSuffix(message) == true)
  }

  @Test func `what to write instead is told`() {
    #expect(
      FilesFixture.rendered(inCrontab("*/7 * * * * /bin/x")) == """
        /etc/app.cron:1:1: warning: `*/7` does not divide 60: \
        the last step of each hour is only 4 minutes
        */7 * * * * /bin/x
        ^~~
          expected a step of 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30; or `@every 7m` for an even beat
        """)
  }

  @Test(arguments: ["*/5 * * * *", "*/30 * * * *", "0 */8 * * *", "0 0 1 */3 *", "1-59/7 * * * *"])
  func `a step that divides is not told`(cron: String) {
    #expect(inJob(cron).diagnostics.isEmpty)
  }

  // MARK: Fields forgotten

  @Test func `a star for the minute of a fixed hour is told, with what was meant`() {
    #expect(
      FilesFixture.rendered(inJob("* 5 * * *")) == """
        /etc/jobs.toml:3:9: warning: the minute is `*`: this runs 60 times in each hour of `5`
        cron = "* 5 * * *"
                ^
          did you mean "0 5 * * *"?
        """)
    #expect(inCrontab("* 5,17 * * * /bin/x").diagnostics.map(\.suggestion) == ["0 5,17 * * *"])
    #expect(inCrontab("* */2 * * * /bin/x").diagnostics.map(\.suggestion) == ["0 */2 * * *"])
    #expect(inJob("* 30 3 * * *").diagnostics.map(\.suggestion) == ["0 30 3 * * *"])
  }

  @Test(arguments: ["* * * * *", "* 9-17 * * *", "*/5 3 * * *", "0-59 3 * * *"])
  func `every minute of a span of hours is not told`(cron: String) {
    #expect(inJob(cron).diagnostics.isEmpty)
  }

  @Test func `two restricted day fields are told`() {
    #expect(
      FilesFixture.rendered(inCrontab("30 4 1,15  *   fri /bin/x")) == """
        /etc/app.cron:1:6: warning: day of month and day of week are both restricted: \
        a day runs that matches either
        30 4 1,15  *   fri /bin/x
             ^~~~~~~~~~~~~
          expected `*` in one of the two, unless either is meant
        """)
    #expect(inJob("0 0 1-7 * mon").diagnostics.map(\.suggestion) == ["0 0 * * mon#1"])
    #expect(inJob("0 0 15-21 * 2").diagnostics.map(\.suggestion) == ["0 0 * * 2#3"])
    // The star rule makes it both.
    #expect(!inJob("0 0 */2 * mon").diagnostics.contains { $0.message.contains("either") })
  }

  // MARK: A column too many

  @Test(arguments: ["*", "?", "1", "0,30", "*/5", "mon-fri", "MON", "1-5"])
  func `a word that looks like a sixth field is told`(word: String) {
    let result = inCrontab("0 0 1 * * \(word) /bin/x")
    let told = result.diagnostics.filter { $0.message.contains("sixth field") }
    #expect(told.map(marked) == [word], "\(FilesFixture.rendered(result))")
  }

  @Test(arguments: ["7z a b", "2to3 x", "sunwait rise", "monit -t", "[ -x /x ] && /x", "1password"])
  func `a program is no sixth field`(command: String) {
    #expect(inCrontab("0 0 1 * * \(command)").diagnostics.isEmpty)
  }

  @Test func `an error in a line of six fields says so`() {
    let result = inCrontab("0 30 4 * * mon-fri /bin/x")
    #expect(result.diagnostics.map(\.category) == [.range])
    #expect(result.diagnostics.first?.expected?.hasPrefix("five fields") == true)
  }

  @Test func `the user of a system crontab is told where there is no column for it`() {
    let result = inCrontab("0 0 1 * * root /bin/x")
    #expect(result.diagnostics.map(\.category) == [.user])
    #expect(result.diagnostics.map(marked) == ["root"])
  }

  // MARK: The percent sign

  @Test(arguments: [
    "date +%Y", "tar czf /b/$(date +%F).tgz /x", "curl https://a/b%20c", "awk '{printf \"%s\"}' /f",
    "df | grep 90%", "echo \"100%\" | mail root",
  ])
  func `an unescaped percent sign is told`(command: String) {
    let result = inCrontab("0 3 * * * \(command)")
    #expect(result.diagnostics.map(marked) == ["%"])
    #expect(result.diagnostics.map(\.suggestion) == ["\\%"])
  }

  @Test(arguments: [
    "date +\\%Y", "mail -s x root%Hello%", "/usr/bin/mail root%a%b", "A=b cat%text", "echo done",
    "x | psql app%select 1;%",
  ])
  func `text for a program that reads it is not told`(command: String) {
    #expect(inCrontab("0 3 * * * \(command)").diagnostics.isEmpty)
  }

  // MARK: Programs

  @Test(arguments: ["./run.sh", "bin/run", "../x/y", "A=1 bin/run"])
  func `a relative path of a program is told`(command: String) {
    let word = String(command.split(separator: " ").last ?? "")
    #expect(inCrontab("0 3 * * * \(command)").diagnostics.map(marked) == [word])
    let job = FilesFixture.load(
      FilesFixture.jobFile("[jobs.j]\nexec = [\"\(word)\", \"a\"]"), warnings: true)
    #expect(job.diagnostics.count == 1)
    #expect(
      FilesFixture.load(
        FilesFixture.jobFile("[jobs.j]\nexec = [\"\(word)\"]\ndirectory = \"/srv\""), warnings: true
      ).diagnostics.isEmpty)
  }

  @Test(arguments: [
    "/bin/x", "run", "cd /srv && ./x", "$HOME/bin/x", "~/bin/x", "\"$DIR\"/x", "x bin/y",
    "(cd /;x/y)",
  ])
  func `a program that is found wherever the job runs is not told`(command: String) {
    #expect(inCrontab("0 3 * * * \(command)").diagnostics.isEmpty)
  }

  // MARK: Clocks

  @Test func `times in the next year's gap and fold are told, with what the job does`() {
    #expect(
      FilesFixture.rendered(inJob("30 2 * * *", zone: "Europe/Berlin")) == """
        /etc/jobs.toml:3:9: warning: 02:30 is skipped in Europe/Berlin on 2027-03-28: \
        the job runs once, at 03:00
        cron = "30 2 * * *"
                ^~~~~~~~~~
        /etc/jobs.toml:3:9: warning: 02:30 comes twice in Europe/Berlin on 2027-10-31: \
        the job runs the first time only
        cron = "30 2 * * *"
                ^~~~~~~~~~
        """)
  }

  @Test(arguments: [
    ("{ gap = \"skip\" }", "the job does not run", "the first time only"),
    ("{ fold = \"last\" }", "the job runs once, at 03:00", "the second time only"),
    ("{ gap = \"skip\", fold = \"both\" }", "the job does not run", "each time"),
  ])
  func `a job's own rule is told`(rule: String, gap: String, fold: String) {
    // There the hour that comes twice is another than the one that is skipped.
    let york = inJob("30 2 * * *", zone: "America/New_York", "dst = \(rule)")
    #expect(york.diagnostics.map { $0.message.hasSuffix(gap) } == [true])
    let berlin = inJob("30 2 * * *", zone: "Europe/Berlin", "dst = \(rule)")
    #expect(berlin.diagnostics.map { $0.message.hasSuffix(gap) } == [true, false])
    #expect(berlin.diagnostics.map { $0.message.hasSuffix(fold) } == [false, true])
  }

  @Test(arguments: [
    ("30 2 * * *", "UTC"), ("30 4 * * *", "Europe/Berlin"), ("*/10 * * * *", "Europe/Berlin"),
    ("30 2 * * mon", "Europe/Berlin"), ("@hourly", "Europe/Berlin"),
  ])
  func `a job that no change of its clock touches is not told`(cron: String, zone: String) {
    #expect(inJob(cron, zone: zone).diagnostics.isEmpty)
  }

  @Test func `a zone whose clock changes at midnight touches the macros`() {
    let result = inJob("@daily", zone: "America/Santiago")
    #expect(result.diagnostics.map(\.category) == [.zone])
  }

  // MARK: Jobs together

  @Test func `five jobs at one second are a herd, with a way to spread them`() {
    let lines = "abcde".map { "0 3 * * *  /bin/\($0)\n" }.joined()
    #expect(
      FilesFixture.rendered(inCrontab(lines)) == """
        /etc/app.cron:1:1: warning: 5 jobs are due at the same second, \
        next at 2027-01-01T03:00:00.000Z: app/a, app/b, app/c, app/d and 1 more
        0 3 * * *  /bin/a
        ^~~~~~~~~
          expected minutes of their own, such as 12, 22, 32, 42; or `H 3 * * *`, \
        where H is a minute by the job's name
        """)
  }

  @Test func `a herd gathers over files and kinds of schedules, and is told once`() {
    let crontab = FilesFixture.crontab("0 3 * * * /bin/a\n0 */3 * * * /bin/b\n@hourly /bin/c\n")
    let jobs = FilesFixture.jobFile(
      """
      [jobs.d]
      every = "1h"
      command = "x"
      [jobs.e]
      cron = "0 3,15 * * *"
      command = "x"
      [jobs.off]
      enabled = false
      cron = "0 3 * * *"
      command = "x"
      """)
    let result = FilesFixture.load(crontab, jobs, warnings: true)
    let herds = result.diagnostics.filter { $0.message.contains("same second") }
    #expect(herds.map { String($0.message.prefix(6)) } == ["5 jobs"])
    #expect(herds.first?.message.contains("03:00:00") == true)
  }

  @Test(arguments: [
    "abcd".map { "0 3 * * * /bin/\($0)\n" }.joined(),
    (1...9).map { "\($0) 3 * * * /bin/\($0)\n" }.joined(),
    "abcdefg".map { "* * * * * /bin/\($0)\n" }.joined(),
  ])
  func `four jobs, jobs at times of their own, and jobs of every minute are no herd`(text: String) {
    #expect(inCrontab(text).diagnostics.isEmpty)
  }

  @Test func `a job that is never due again is told`() {
    let result = inCrontab("BEAT_ENDS=2026-01-01T00:00:00Z\n0 3 * * * /bin/x\n")
    #expect(result.diagnostics.map(\.category) == [.never])
    #expect(inJob("0 0 3 1 1 * 2020").diagnostics.map(\.category) == [.never])
  }

  @Test func `no warning is given where none is asked for`() {
    let text = "*/7 5 1 * mon ./x %\nH 22-2 * * * mon x\n"
    #expect(FilesFixture.load(FilesFixture.crontab(text)).diagnostics.isEmpty)
  }

  @Test func `a file of thousands of jobs is looked at within bounds`() {
    let text = (0..<5_000).map { "\($0 % 60) \($0 / 60 % 24) * * * /bin/x \($0)\n" }.joined()
    let result = inCrontab(text)
    #expect(result.jobs.count == 5_000)
    #expect((result.diagnostics.count { $0.message.contains("same second") }) == 0)
  }
}
