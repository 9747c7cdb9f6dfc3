// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

/// Definitions are kept: what stood, and from when to when.
@Suite struct DefinitionStoreTests {
  private func versions(_ scheduler: ManualScheduler, _ job: String) throws -> [StoredDefinition] {
    let id = try #require(scheduler.core?.id(of: named(job)))
    return try scheduler.store.definitions(of: id)
  }

  @Test(arguments: StoreKind.allCases)
  func `each version stands from its edit to the next, and until the job goes`(kind: StoreKind)
    throws
  {
    let bench = try StoreBench(kind)
    let scheduler = try ManualScheduler(
      at: noon, jobs: [.cron("j", "0 * * * *")], store: bench.store)
    try scheduler.advance(by: .minutes(90))
    try scheduler.load(JobSet(jobs: [.cron("j", "30 * * * *")]))
    try scheduler.advance(by: .minutes(90))
    try scheduler.load(JobSet(jobs: []))
    let versions = try versions(scheduler, "j")
    #expect(versions.map(\.since) == [noon, noon + .minutes(90)])
    #expect(versions.map(\.until) == [noon + .minutes(90), noon + .minutes(180)])
    let jobs = try versions.map {
      try DefinitionText.parse($0.text, zones: ZoneDirectory(), defaultZone: .utc)
    }
    #expect(jobs.map(\.scheduleText) == ["0 * * * *", "30 * * * *"])
  }

  @Test(arguments: StoreKind.allCases)
  func `a reload that changes nothing, or moves a line, makes no version`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    let job = try Job.cron("j", "0 * * * *")
    let moved = Job(
      name: job.name, times: job.times, scheduleText: job.scheduleText, work: job.work,
      options: job.options, source: SourceLocation(file: "/a", line: 7))
    let scheduler = try ManualScheduler(at: noon, jobs: [job], store: bench.store)
    try scheduler.load(JobSet(jobs: [job]))
    try scheduler.load(JobSet(jobs: [moved]))
    scheduler.kill()
    try scheduler.restart()
    #expect(try versions(scheduler, "j").count == 1)
  }

  @Test(arguments: StoreKind.allCases)
  func `what stands and is otherwise than the files say is asked for by its fingerprint`(
    kind: StoreKind
  ) throws {
    let bench = try StoreBench(kind)
    let (same, edited) = (try Job.cron("same", "0 * * * *"), try Job.cron("edited", "0 * * * *"))
    let scheduler = try ManualScheduler(
      at: noon, jobs: [same, edited, .cron("gone", "@daily")], store: bench.store)
    try scheduler.load(JobSet(jobs: [same, edited]))
    let known = [
      same.name: DefinitionFingerprint(of: DefinitionText.render(same)),
      edited.name: DefinitionFingerprint(of: DefinitionText.render(try .cron("edited", "@daily"))),
    ]
    let former = try bench.store.definitionsInForce(unlike: known)
    #expect(former == [FormerDefinition(name: edited.name, text: DefinitionText.render(edited))])
  }

  @Test func `a known job without a kept definition gets one at the next start`() throws {
    let job = try Job.cron("j", "0 * * * *")
    let store = MemoryStore()
    try store.commit([.jobAppeared(JobID(1), job.name, cursor: noon)], batch: 1)
    #expect(store.definitionsInForce(unlike: [:]).map(\.text) == [nil])
    var core = SchedulerCore(
      store.load(), limits: .init(processes: 1), boot: .init(key: "b", isRecent: false),
      at: Moment(wall: noon, elapsed: ElapsedTime(milliseconds: 0)))
    var set = JobSet(jobs: [job])
    set.unrecorded = [job.name]
    let step = core.handle(
      .load(set), at: Moment(wall: noon, elapsed: ElapsedTime(milliseconds: 0)))
    #expect(step.changes.contains(.defined(JobID(1), job, at: noon)))
  }
}
