// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// B052 to B057: variables.
@Suite struct BadEnvironmentTests {
  static let rows = [
    BadInput("B052", "=x", .environment), BadInput("B052", "A B=x", .environment),
    // Any other name is one for cron, as odd as it is.
    BadInput("B052", "1A=x", .taken), BadInput("B052", "A-B=x", .taken),
    // What cron takes is taken; `check` warns.
    BadInput("B053", "LD_PRELOAD=/x", .taken), BadInput("B053", "BASH_ENV=", .taken),
    BadInput("B053", "IFS=", .taken),
    BadInput("B054", "PATH=", .taken), BadInput("B054", "PATH=.:/bin", .taken),
    BadInput("B055", "SHELL=/nonexistent", .taken), BadInput("B055", "SHELL=sh", .taken),
    BadInput("B055", "SHELL=/tmp", .taken),
    BadInput("B056", "MAILTO=-oQ/tmp x", .environment),
    BadInput("B056", "MAILFROM=\"a\u{1B}b\"", .environment),
    BadInput("B056", "MAILTO=", .taken), BadInput("B056", "MAILTO=\"a@x.org, b\"", .taken),
    BadInput("B057", "A=\"b", .syntax), BadInput("B057", "'A=b", .syntax),
  ]

  @Test(arguments: rows)
  func `a bad variable has its outcome, and the lines round it run`(row: BadInput) {
    row.expectInCrontab()
  }

  @Test(arguments: [
    ("B053", "LD_PRELOAD=/x"), ("B053", "BASH_ENV="), ("B053", "IFS="), ("B054", "PATH="),
    ("B054", "PATH=/bin::/usr/bin"), ("B054", "PATH=$HOME/bin:/bin"),
  ])
  func `check warns of a variable that changes what programs do`(id: String, line: String) {
    let result = FilesFixture.load(FilesFixture.crontab(line), warnings: true)
    #expect(result.diagnostics.map(\.severity) == [.warning], "\(id)")
    #expect(result.diagnostics.map(\.category) == [.environment], "\(id)")
  }

  @Test func `B052: a job file's variable needs a name`() {
    BadInput("B052", "command = \"x\"\nenvironment = { \"\" = \"x\" }", .environment).expectInJob()
  }
}
