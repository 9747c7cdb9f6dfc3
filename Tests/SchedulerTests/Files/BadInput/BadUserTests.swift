// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// B031 to B034: users, in a crontab's column and as an option.
@Suite struct BadUserTests {
  static let columns: [(id: String, user: String, category: CronSyntaxError.Category)] = [
    ("B031", "", .user), ("B031", "/bin/true", .user), ("B033", "root:wheel:", .user),
    ("B033", "0", .user), ("B033", "-u", .user), ("B033", "../x", .user),
    ("B034", String(repeating: "u", count: 300), .limit),
  ]

  @Test(arguments: columns)
  func `a user's column that names no user is never passed over`(
    id: String, user: String, category: CronSyntaxError.Category
  ) {
    let command = user.isEmpty ? "" : " x"
    let text = "1 1 * * * root good\n* * * * * \(user)\(command)\n"
    let crontab = Crontab(Array(text.utf8), userColumn: true)
    #expect(crontab.errors.map(\.category) == [category], "\(id)")
    #expect(crontab.entries.map(\.user) == ["root"], "\(id)")
  }

  @Test(arguments: [
    ("B032", "nosuchuser", CronSyntaxError.Category.user), ("B033", "root:wheel:", .user),
    ("B033", "0", .user), ("B033", "-u", .user), ("B033", "../x", .user), ("B033", "", .user),
    ("B034", String(repeating: "u", count: 300), .limit),
  ])
  func `a user who is not the daemon's own is refused`(
    id: String, user: String, category: CronSyntaxError.Category
  ) {
    var context = FilesFixture.context
    context.ownUser = "beat"
    let files = [
      FilesFixture.jobFile("[jobs.j]\ncommand = \"x\"\nuser = \"\(user)\""),
      FilesFixture.crontab("BEAT_USER='\(user)'\n* * * * * x\n"),
    ]
    let result = ScheduleSet.load(files: files, context: context)
    #expect(result.diagnostics.map(\.category) == [category, category], "\(id)")
    #expect(result.names.isEmpty, "\(id): it must not run as the daemon by accident")
    #expect(result.broken.count == 2, "\(id)")
  }

  @Test func `the daemon's own user may be named`() {
    var context = FilesFixture.context
    context.ownUser = "beat"
    let file = FilesFixture.jobFile("[jobs.j]\ncommand = \"x\"\nuser = \"beat\"")
    let result = ScheduleSet.load(files: [file], context: context)
    #expect(result.diagnostics.isEmpty)
    #expect(result.jobs.first?.rare?.user == "beat")
  }
}
