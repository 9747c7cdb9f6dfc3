// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Support
import Testing

@testable import Scheduler

/// `/etc/crontab` and `/etc/cron.d`, and users who are or are not there.
@Suite struct UserColumnTests {
  private func load(
    _ text: String, own: String? = "root", users: [String]? = ["root", "www-data", "postgres"],
    path: String = "/etc/cron.d/app"
  ) -> LoadResult {
    var context = FilesFixture.context
    context.ownUser = own
    context.users = users.map { UserDirectory(of: $0) }
    let file = ScheduleFile(
      path: path, relativeName: "app", kind: .crontab,
      hasUserColumn: ScheduleFile.hasUserColumn(path: path), bytes: Array(text.utf8))
    return ScheduleSet.load(files: [file], context: context)
  }

  private func write(_ path: String, _ text: String = "0 1 * * * root x\n") {
    _ = FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
  }

  @Test func `a line of a system crontab runs as the user that it names`() throws {
    let result = load(
      """
      MAILTO=root
      17 *\t* * *  root  cd / && run-parts --report /etc/cron.hourly
      BEAT_NICE=5
      BEAT_USER=postgres
      @daily www-data php x%y
      0 1 * * * www-data php x

      """)
    #expect(result.diagnostics.isEmpty, "\(FilesFixture.rendered(result))")
    #expect(result.jobs.map(\.rare?.user) == ["root", "www-data", "www-data"])
    #expect(result.jobs.map(\.rare?.niceness) == [nil, 5, 5])
    #expect(
      result.jobs.first?.work
        == .command("cd / && run-parts --report /etc/cron.hourly", input: nil))
    #expect(result.jobs[1].work == .command("php x", input: "y\n"))
    #expect(result.jobs[1].options == result.jobs[2].options)
  }

  @Test func `B032: a line whose user is not there is an error at the user, and not run`() {
    let result = load("0 1 * * *   www-dta  x\n0 1 * * * root y\n")
    #expect(result.names == ["app/y"])
    let fault = result.diagnostics.first
    #expect(result.diagnostics.count == 1 && fault?.category == .user)
    #expect(fault?.line == 1 && fault?.column == 13 && fault?.length == 7)
    #expect(fault?.message == "there is no user `www-dta` on this machine")
    #expect(fault?.suggestion == "www-data")
    #expect(result.brokenJobs.isEmpty && result.broken.count == 1)
  }

  @Test func `S15: another's line is an error where the daemon is not root`() {
    let result = load("0 1 * * * root x\n0 1 * * * beat y\n", own: "beat", users: nil)
    #expect(result.names == ["app/y"])
    #expect(result.diagnostics.map(\.category) == [.user])
    #expect(result.diagnostics.first?.message == "beatd must run as root to run a job as `root`")
  }

  @Test func `below a BEAT_USER in error nothing runs as the daemon`() {
    let path = "/srv/app.cron"
    let result = load(
      "0 1 * * * a\nBEAT_USER=nosuch\n0 1 * * * b\nBEAT_USER=postgres\n0 1 * * * c\n", path: path)
    #expect(result.names == ["app/a", "app/c"])
    #expect(result.broken.count == 1)
    #expect(result.jobs.map(\.rare?.user) == [nil, "postgres"])
  }

  @Test func `a checker that is not the daemon only warns of a user who is not there`() {
    let result = load("0 1 * * * nosuch x\n", own: nil)
    #expect(result.jobs.first?.rare?.user == "nosuch")
    #expect(result.diagnostics.map(\.severity) == [.warning])
  }

  @Test(arguments: [
    ("/etc/crontab", true), ("/etc/cron.d/php", true), ("/srv/root/etc/crontab", true),
    ("etc/cron.d/a.cron", true), ("/srv/crontab", false), ("crontab", false),
    ("/etc/cron.d", false), ("/etc/cron.daily/x", false), ("/etc/cron.d/sub/x.cron", false),
  ])
  func `the path says whether there is a column of users`(path: String, expected: Bool) {
    #expect(ScheduleFile.hasUserColumn(path: path) == expected)
  }

  @Test func `a folder cron.d that is named is read as cron reads it`() throws {
    let root = TemporaryFolder()
    let folder = root.path + "/cron.d"
    try FileManager.default.createDirectory(
      atPath: folder + "/sub", withIntermediateDirectories: true)
    for name in [
      "php", "e2scrub_all", "A-b9", ".placeholder", "x.bak", "README~", "old.rpmsave", "b.cron",
      "sub/c", "sub/d.cron",
    ] { write("\(folder)/\(name)") }
    let reading = ScheduleDirectory.read([folder + "/"])
    #expect(
      reading.files.map(\.relativeName) == ["A-b9", "b.cron", "e2scrub_all", "php", "sub/d.cron"])
    #expect(reading.files.map(\.hasUserColumn) == [true, true, true, true, false])
    #expect(
      ScheduleDirectory.read([root.path]).files.map(\.relativeName)
        == ["cron.d/b.cron", "cron.d/sub/d.cron"])
    let outright = ScheduleDirectory.read([folder + "/old.rpmsave", folder + "/php"])
    #expect(outright.files.map(\.hasUserColumn) == [true, true])
  }

  @Test func `a user directory asks once for a name`() {
    let users = UserDirectory()
    #expect(users.knows("root") && users.knows("root"))
    #expect(!users.knows("no-such-user") && !users.knows("nul\u{0}"))
    #expect(users.nearest(to: "rooot") == "root")
  }
}
