// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Scheduler
import Testing

@testable import beatctl

struct CrontabImportTests {
  private func imported(_ text: String, hasUserColumn: Bool = false) throws -> Imported {
    var file = ImportedFile()
    CrontabImporter.add(
      ImportSource(path: "my.crontab", bytes: Array(text.utf8)), hasUserColumn: hasUserColumn,
      to: &file)
    return try Imported(file)
  }

  private static func crontab(_ name: String) throws -> String {
    let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(folder)/CronParserTests/Crontabs/\(name)"
    return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  private let sample = """
    # Backups of the shop
    SHELL=/bin/bash
    PATH=/usr/local/bin:/usr/bin:/bin
    MAILTO=""

    # nightly, before the disk is full
    30 3 * * * pg_dump shop | gzip > "/srv/backup/shop-$(date +\\%F).sql.gz"
    CRON_TZ=Europe/Berlin
    0 9 * * mon-fri mail -s "Hello 'you'" boss%Dear boss,%all is well.
    LANG=C.UTF-8
    @reboot sleep 10; /usr/local/bin/warm-up
    # the end

    """

  @Test func `each line becomes the job that Beat itself makes of it`() throws {
    let texts = [sample, try Self.crontab("user.txt")]
    for text in texts {
      let imported = try imported(text)
      let own = ScheduleSet.load(
        files: [
          ScheduleFile(
            path: "my.crontab", relativeName: "my.crontab", kind: .crontab, bytes: Array(text.utf8))
        ], context: Imported.context
      ).jobs
      #expect(imported.jobs.count == own.count && own.count >= 3)
      for (job, original) in zip(imported.jobs, own) {
        #expect(job.times.schedule == original.times.schedule)
        #expect(job.times.zone == original.times.zone)
        #expect(job.work == original.work)
        #expect(job.options.value.overlap == .allow)
        #expect(job.options.value.catchUp == .skip)
        let surroundings = job.options.value.surroundings
        #expect(surroundings.shell == original.options.value.surroundings.shell)
        let variables = Set(original.options.value.surroundings.environment)
          .filter { !["SHELL", "CRON_TZ"].contains($0.name) }
        #expect(Set(surroundings.environment) == variables)
      }
    }
  }

  @Test func `comments stay beside their lines`() throws {
    let text = try imported(sample).text
    #expect(text.contains("# nightly, before the disk is full\n[jobs.pg-dump-shop]"))
    #expect(text.hasSuffix("\n# the end\n"))
  }

  @Test func `nothing is lost of a crontab that mails nobody`() throws {
    let imported = try imported(sample)
    #expect(imported.losses.isEmpty && imported.changes.isEmpty)
  }

  @Test func `MAILTO becomes on-failure, and what differs is said once`() throws {
    let imported = try imported("MAILTO=ops@example.org\n@daily a\n@daily b\n")
    #expect(imported.says("on-failure = \"mail:ops@example.org\""))
    #expect(imported.losses.count { $0.hasPrefix("MAILTO") } == 1)
  }

  @Test func `lines in error are reported with their text`() throws {
    let imported = try imported("61 * * * * nope\n0 0 * * * fine\n* * * *\r\n")
    #expect(imported.jobs.map(\.name.text) == ["fine"])
    #expect(imported.losses.count == 2)
    #expect(imported.losses[0].hasPrefix("`61 * * * * nope`: minute 61 is out of range"))
    #expect(imported.text.contains("# my.crontab:1: not carried over: `61 * * * * nope`"))
  }

  @Test func `a column of users becomes the user, and the job is none without him`() throws {
    let text = try Self.crontab("system.txt")
    let imported = try imported(text, hasUserColumn: true)
    #expect(imported.file.jobs.count == 33)
    for user in ["root", "www-data", "amavis", "list"] {
      #expect(imported.says("user = \"\(user)\""))
    }
    #expect(try self.imported("0 0 * * * root /bin/a\n").losses.count == 1)
  }

  @Test func `BEAT options keep their meaning`() throws {
    let imported = try imported(
      """
      BEAT_RETRIES={ max = 5, base = "1m" }
      BEAT_OVERLAP=skip
      BEAT_NAME=the-sync
      */5 * * * * rsync -a a b
      BEAT_RETRIES=2
      */7 * * * * rsync -a b c

      """)
    let options = try imported.job("the-sync").options.value
    #expect(options.retries.maximum == 5 && options.overlap == .skip)
    #expect(imported.jobs.last?.options.value.retries.maximum == 2)
    #expect(imported.losses.isEmpty)
  }

  @Test func `a value that is not whole takes nothing else with it`() throws {
    let imported = try imported(
      "BEAT_RETRIES={ max = 5\nBEAT_SUCCESS=[0\n0 0 * * * a\n1 0 * * * b\n")
    #expect(imported.jobs.map(\.name.text) == ["a", "b"])
    #expect(imported.losses.count { $0.hasPrefix("success = \"[0\"") } == 2)
  }

  @Test func `cronie's own marks are reported or carried over`() throws {
    let imported = try imported("RANDOM_DELAY=15\n-*/5 * * * * quiet\n@hourly -n mails\n")
    #expect(imported.says("jitter = \"15m\""))
    #expect(imported.changes.contains { $0.hasPrefix("the line asks cron not to log") })
    #expect(imported.changes.contains { $0.hasPrefix("-n: ") })
  }

  @Test func `the command reads standard input and says what it did`() throws {
    let bench = Bench()
    let whole = bench.run("import", "crontab", "-", input: "MAILTO=\n0 3 * * * backup\n")
    #expect(whole.code == .done)
    #expect(whole.output.contains("[jobs.backup]\ncron = \"0 3 * * *\"\ncommand = \"backup\"\n"))
    #expect(whole.errors == "1 job; everything was carried over\n")
    let part = bench.run("import", "crontab", "-", input: "MAILTO=\n0 3 * * * backup\nnonsense\n")
    #expect(part.code == .failed)
    #expect(part.output.contains("[jobs.backup]"))
    #expect(part.errors.hasSuffix("1 job; not carried over: 1\n"))
    #expect(part.errors.hasPrefix("stdin:3: not carried over: `nonsense`"))
  }

  @Test func `JSON has the file and what was said`() {
    let answer = Bench().run("--json", "import", "crontab", "-", input: "61 * * * * x\n")
    #expect(answer.code == .failed)
    #expect(answer.output.hasPrefix("{\"file\":\"# Imported from crontab"))
    #expect(answer.output.contains("\"jobs\":0,\"notes\":[{\"kind\":\"lost\""))
    #expect(answer.errors == "")
  }

  @Test func `usage is 2, and a file that is not there 1`() {
    #expect(Bench().run("import").code == .usage)
    #expect(Bench().run("import", "crontab").code == .usage)
    #expect(Bench().run("import", "crontab", "/no/such/file").code == .failed)
  }
}
