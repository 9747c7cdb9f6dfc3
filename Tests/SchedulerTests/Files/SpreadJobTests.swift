// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// `H` and `~`: chosen by the job's name and the machine.
@Suite struct SpreadJobTests {
  private func load(_ files: [ScheduleFile], machine: String = "m1") -> [String: Job] {
    var context = FilesFixture.context
    context.machineID = machine
    let result = ScheduleSet.load(files: files, context: context)
    #expect(FilesFixture.rendered(result) == "")
    return Dictionary(result.jobs.map { ($0.name.text, $0) }, uniquingKeysWith: { $1 })
  }

  private func expected(_ text: String, _ name: String, _ machine: String) throws -> Schedule {
    try Schedule(crontab: text, spread: SpreadSeed(jobName: name, machineID: machine))
  }

  @Test func `both kinds of file choose by the job's name`() throws {
    let crontab = FilesFixture.crontab("H H * * * /bin/a\nBEAT_NAME=own\n~ 3 * * * /bin/b\n")
    let jobs = FilesFixture.jobFile("[jobs.own-too]\ncron = \"H(0-29) 4 * * *\"\ncommand = \"x\"")
    let loaded = load([crontab, jobs])
    #expect(loaded["app/a"]?.times.schedule == (try expected("H H * * *", "app/a", "m1")))
    #expect(loaded["own"]?.times.schedule == (try expected("~ 3 * * *", "own", "m1")))
    #expect(
      loaded["own-too"]?.times.schedule == (try expected("H(0-29) 4 * * *", "own-too", "m1")))
    #expect(loaded["own"]?.scheduleText == "~ 3 * * *")
  }

  @Test func `lines that share a slug choose by their whole names`() throws {
    let loaded = load([FilesFixture.crontab("H 3 * * * /bin/a x\nH 4 * * * /bin/a x\n")])
    #expect(loaded.count == 2)
    for (name, job) in loaded {
      #expect(job.times.schedule == (try expected(job.scheduleText, name, "m1")))
    }
  }

  @Test func `H is the same on every machine, and a tilde is not`() {
    let text = (0..<20).map { "BEAT_NAME=h\($0)\nH 3 * * * x\nBEAT_NAME=t\($0)\n~ 3 * * * x\n" }
    let file = FilesFixture.crontab(text.joined())
    let (one, two) = (load([file], machine: "m1"), load([file], machine: "m2"))
    let same = one.filter { two[$0.key]?.times == $0.value.times }.keys
    #expect(same.count { $0.hasPrefix("h") } == 20)
    #expect(same.count { $0.hasPrefix("t") } < 10)
  }

  @Test func `a fault beside an H is told as what it is`() {
    let result = FilesFixture.load(FilesFixture.crontab("H 25 * * * x\nH/90 3 * * * x\n"))
    #expect(result.diagnostics.map(\.category) == [.range, .range])
    #expect(result.diagnostics.map(\.column) == [3, 3])
  }
}
