// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

@Suite struct LoadPlanTests {
  private func plan(_ before: [ScheduleFile], _ after: [ScheduleFile]) -> LoadPlan {
    let old = ScheduleSet.load(files: before, context: FilesFixture.context).jobs
    return LoadPlan(old: old, new: ScheduleSet.load(files: after, context: FilesFixture.context))
  }

  private func crontabs(_ before: String, _ after: String) -> LoadPlan {
    plan([FilesFixture.crontab(before)], [FilesFixture.crontab(after)])
  }

  private func jobFiles(_ before: String, _ after: String) -> LoadPlan {
    plan([FilesFixture.jobFile(before)], [FilesFixture.jobFile(after)])
  }

  @Test func `jobs are added, changed, removed, or what they were`() {
    let plan = crontabs(
      "0 1 * * * same\n0 1 * * * other\n0 1 * * * gone\n",
      "# c\n0 1 * * * same\n0 2 * * * other\n0 1 * * * new\n")
    #expect(plan.added.map(\.name.text) == ["app/new"])
    #expect(plan.changed.map(\.new.name.text) == ["app/other"])
    #expect(plan.changed.map(\.old.scheduleText) == ["0 1 * * *"])
    #expect(plan.removed.map(\.name.text) == ["app/gone"])
    #expect(plan.unchanged.map(\.name.text) == ["app/same"])
    #expect(plan.unchanged.map(\.source?.line) == [2])
    #expect(plan.kept.isEmpty)
    #expect(Set(plan.jobs.map(\.name.text)) == ["app/new", "app/other", "app/same"])
  }

  @Test func `an option or the zone that changes is a change`() {
    #expect(crontabs("0 1 * * * x", "BEAT_RETRIES=1\n0 1 * * * x").changed.count == 1)
    #expect(crontabs("0 1 * * * x", "CRON_TZ=Asia/Tokyo\n0 1 * * * x").changed.count == 1)
    #expect(crontabs("0 1 * * * x", "BEAT_RETRIES=0\n0 1 * * * x").unchanged.count == 1)
  }

  @Test func `a line in error keeps its last good definition, and the others change`() {
    let plan = crontabs(
      "0 1 * * * a\n0 1 * * * b\n0 1 * * * c\n", "0 99 * * * a\n0 2 * * * b\n")
    #expect(plan.kept.map(\.name.text) == ["app/a"])
    #expect(plan.kept.map(\.scheduleText) == ["0 1 * * *"])
    #expect(plan.changed.map(\.new.name.text) == ["app/b"])
    #expect(plan.removed.map(\.name.text) == ["app/c"])
  }

  @Test func `a line in error that shares its slug keeps its last good definition too`() {
    let plan = crontabs("0 1 * * * a\n0 2 * * * a\n", "0 1 * * * a\n0 99 * * * a\n")
    #expect(plan.unchanged.count == 1)
    #expect(plan.kept.map(\.scheduleText) == ["0 2 * * *"])
    #expect(plan.removed.isEmpty && plan.added.isEmpty)
  }

  @Test func `while a line cannot be read at all, no job of its file is removed`() {
    let plan = plan(
      [
        FilesFixture.crontab("0 1 * * * a\n0 1 * * * b\n"),
        FilesFixture.crontab("0 1 * * * c", "o.cron"),
      ],
      [FilesFixture.crontab("0 1 *\n0 1 * * * b\n"), FilesFixture.crontab("", "o.cron")])
    #expect(plan.kept.map(\.name.text) == ["app/a"])
    #expect(plan.removed.map(\.name.text) == ["o/c"])
  }

  @Test func `below an option in error jobs keep their last good definitions, and new ones load`() {
    let plan = crontabs(
      "BEAT_TIMEOUT=1h\n0 1 * * * a\n", "BEAT_TIMEOUT=1hh\n0 1 * * * a\n0 1 * * * b\n")
    #expect(plan.kept.map(\.options.value.timeout) == [.hours(1)])
    #expect(plan.added.map(\.name.text) == ["app/b"])
  }

  @Test func `a job of a job file in error keeps its last good definition`() {
    let plan = jobFiles(
      "[jobs.a]\ncommand = \"x\"\n[jobs.b]\ncommand = \"x\"\n",
      "[jobs.a]\ncomand = \"x\"\n[jobs.c]\ncommand = \"x\"\n[jobs.d]\ncomand = \"x\"\n")
    #expect(plan.kept.map(\.name.text) == ["a"])
    #expect(plan.removed.map(\.name.text) == ["b"])
    #expect(plan.added.map(\.name.text) == ["c"])
  }

  @Test(arguments: ["[jobs.a", "timezone = \"Mars/Phobos\"\n[jobs.a]\ncommand=\"y\"", "jobs = 1"])
  func `a file in error as a whole keeps all its last good jobs`(text: String) {
    let plan = jobFiles("[jobs.a]\ncommand = \"x\"\n", text)
    #expect(plan.kept.map(\.work) == [.command("x", input: nil)])
    #expect(plan.removed.isEmpty)
  }

  @Test func `a second job of a name is refused, and the one in force stays`() {
    let first = FilesFixture.jobFile("[jobs.a]\ncommand = \"x\"\n")
    let second = FilesFixture.jobFile("[jobs.a]\ncommand = \"y\"\n", "second.toml")
    let plan = plan([first], [first, second])
    #expect(plan.kept.map(\.work) == [.command("x", input: nil)])
    #expect(self.plan([], [first, second]).jobs.isEmpty)
  }

  @Test func `a line made twice keeps the one in force`() {
    let plan = crontabs("0 1 * * * a\n", "0 1 * * * a\n0 1 * * * a\n")
    #expect(plan.kept.map(\.name.text) == ["app/a"])
    #expect(plan.jobs.count == 1)
  }

  @Test func `a file or a folder that cannot be read keeps its jobs`() {
    let files = [
      FilesFixture.crontab("0 1 * * * a", "d/one.cron"),
      FilesFixture.crontab("0 1 * * * b", "two.cron"),
      FilesFixture.crontab("0 1 * * * c", "three.cron"),
    ]
    let old = ScheduleSet.load(files: files, context: FilesFixture.context).jobs
    var reading = ScheduleReading()
    reading.unreadable = ["/etc/d", "/etc/two.cron"]
    let plan = LoadPlan(old: old, new: ScheduleSet.load(reading, context: FilesFixture.context))
    #expect(plan.kept.map(\.name.text) == ["d/one/a", "two/b"])
    #expect(plan.removed.map(\.name.text) == ["three/c"])
  }

  @Test func `jobs made in code are left alone`() throws {
    let job = Job(
      name: try #require(JobName("code")), times: FireTimes(.manual, in: .utc), scheduleText: "",
      work: .command("x", input: nil))
    let plan = LoadPlan(old: [job], new: LoadResult())
    #expect(plan.unchanged == [job])
  }

  @Test func `the same files change nothing`() {
    let files = [
      FilesFixture.crontab("A=1\n0 1 * * * a\n@every 5m b%x\nCRON_TZ=Asia/Tokyo\n0 1 * * * c"),
      FilesFixture.jobFile("[jobs.a]\ncommand = \"x\"\nretries = 3\ncron = \"@daily\""),
    ]
    let plan = plan(files, files)
    #expect(plan.unchanged.count == 4)
    #expect(plan.jobs.count == 4)
  }
}
