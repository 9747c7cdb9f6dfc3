// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Testing

/// What every store does.
@Suite struct StoreConformanceTests {
  let first = JobName("nightly/backup")!
  let second = JobName("überwachung")!

  @Test(arguments: StoreKind.allCases)
  func `a new store is empty and has a tag`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    let snapshot = try bench.store.load()
    #expect(snapshot == StoreSnapshot(tag: snapshot.tag))
    #expect(snapshot.tag.utf8.count == 6)
    #expect(snapshot.tag.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) })
    try bench.reopen()
    #expect(try bench.store.load() == snapshot)
    #expect(try bench.store.newestBatch() == 0)
    #expect(try bench.store.history(HistoryQuery()) == [])
    #expect(try bench.store.run(RunID(1)) == nil)
    #expect(try bench.store.latestRuns() == [:])
  }

  @Test(arguments: StoreKind.allCases)
  func `jobs appear, move, vanish and return with their number`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try bench.store.commit(
      [
        .jobAppeared(JobID(2), second, cursor: .at(0)),
        .jobAppeared(JobID(1), first, cursor: .at(5)),
      ], batch: 1)
    try bench.store.commit(
      [.cursor(JobID(1), .at(60)), .jobVanished(JobID(2), at: .at(70))], batch: 2)
    try bench.reopen()
    #expect(
      try bench.store.load().jobs == [
        .init(
          id: JobID(1), name: first, cursor: .at(60), vanishedAt: nil, latestStretch: nil,
          appearedAt: .at(5)),
        .init(
          id: JobID(2), name: second, cursor: .at(0), vanishedAt: .at(70), latestStretch: nil,
          appearedAt: .at(0)),
      ])
    try bench.store.commit([.jobAppeared(JobID(2), second, cursor: .at(90))], batch: 3)
    let returned = try bench.store.load().jobs[1]
    #expect(returned.vanishedAt == nil)
    #expect(returned.cursor == .at(90))
  }

  @Test(arguments: StoreKind.allCases)
  func `changes of a job within one batch apply in their order`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try bench.store.commit(
      [
        .jobAppeared(JobID(1), first, cursor: .at(0)), .cursor(JobID(1), .at(1)),
        .jobVanished(JobID(1), at: .at(2)), .cursor(JobID(1), .at(3)),
        .jobAppeared(JobID(1), first, cursor: .at(4)), .cursor(JobID(1), .at(5)),
        .cursor(JobID(1), .at(4)),
      ], batch: 1)
    let job = try bench.store.load().jobs[0]
    #expect(job.cursor == .at(4))
    #expect(job.vanishedAt == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func `a number and a name stay together`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try bench.store.commit([.jobAppeared(JobID(1), first, cursor: .at(0))], batch: 1)
    let before = try bench.store.load()
    expectFailure {
      try bench.store.commit([.jobAppeared(JobID(1), second, cursor: .at(1))], batch: 2)
    }
    expectFailure {
      try bench.store.commit([.jobAppeared(JobID(2), first, cursor: .at(1))], batch: 2)
    }
    #expect(try bench.store.load() == before)
  }

  @Test(arguments: StoreKind.allCases)
  func `a run comes back as it was, in every column`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    var run = Run(
      id: RunID(7), job: JobID(3), trigger: .replay, scheduledFor: .at(1), createdAt: .at(2),
      state: .running, replayOf: RunID(4), payload: #"{"a":"ü\u0000"}"#,
      missed: MissedBefore(count: 12, first: .at(-100)))
    try bench.store.commit([.runMade(run)], batch: 1)
    try bench.reopen()
    #expect(try bench.store.run(RunID(7)) == run)
    run.state = .retrying
    run.reason = .operator
    run.attempt = 3
    run.startedAt = .at(3)
    run.finishedAt = .at(4)
    run.retryAt = .at(5)
    run.exitCode = -1
    run.signal = 9
    run.error = "it broke\nin two\0parts"
    run.result = ""
    run.process = ProcessIdentity(pid: 4_194_304, startTicks: .max, boot: "b-1")
    run.failures = 2
    run.lostInRow = 1
    run.snoozes = 100
    try bench.store.commit([.runChanged(run)], batch: 2)
    try bench.reopen()
    #expect(try bench.store.run(RunID(7)) == run)
    #expect(try bench.store.load().openRuns == [run])
  }

  @Test(arguments: StoreKind.allCases)
  func `a change of a run leaves its identity alone`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try bench.store.commit([.runMade(.made(1, at: 0))], batch: 1)
    let other = Run.made(1, job: 9, trigger: .manual, at: 77).running()
    try bench.store.commit([.runChanged(other)], batch: 2)
    let run = try #require(try bench.store.run(RunID(1)))
    #expect(run.job == JobID(1))
    #expect(run.trigger == .schedule)
    #expect(run.scheduledFor == .at(0))
    #expect(run.state == .running)
    #expect(try bench.store.scheduledRun(of: JobID(1), at: .at(0)) == run)
  }

  @Test(arguments: StoreKind.allCases)
  func `a run made and changed in one batch is as its last change left it`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    let one = Run.made(1, at: 0)
    let two = Run.made(2, at: 60)
    try bench.store.commit(
      [
        .runMade(one), .runMade(two), .runChanged(one.running()), .runChanged(two.running()),
        .runChanged(one.running().ended()),
      ], batch: 1)
    #expect(try bench.store.run(RunID(1)) == one.running().ended())
    #expect(try bench.store.run(RunID(2)) == two.running())
    try bench.store.commit(
      [.runChanged(two.running().ended(.failed)), .runChanged(two.running(attempt: 2))], batch: 2)
    #expect(try bench.store.run(RunID(2)) == two.running(attempt: 2))
    #expect(try bench.store.load().openRuns == [two.running(attempt: 2)])
  }

  @Test(arguments: StoreKind.allCases)
  func `an instant that a schedule names has one run`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try bench.store.commit([.runMade(.made(1, at: 0))], batch: 1)
    expectFailure { try bench.store.commit([.runMade(.made(2, at: 0))], batch: 2) }
    expectFailure { try bench.store.commit([.runMade(.made(1, at: 60))], batch: 2) }
    expectFailure {
      try bench.store.commit([.runMade(.made(2, at: 60)), .runMade(.made(3, at: 60))], batch: 2)
    }
    try bench.store.commit(
      [
        .runMade(.made(2, job: 2, at: 0)), .runMade(.made(3, trigger: .manual, at: 0)),
        .runMade(.made(4, trigger: .manual, at: 0)), .runMade(.made(5, trigger: .replay, at: 0)),
      ], batch: 2)
    #expect(try bench.store.scheduledRun(of: JobID(1), at: .at(0))?.id == RunID(1))
    #expect(try bench.store.scheduledRun(of: JobID(2), at: .at(0))?.id == RunID(2))
    #expect(try bench.store.scheduledRun(of: JobID(1), at: .at(1)) == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func `a batch with a mistake in it changes nothing`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try bench.store.commit(
      [.jobAppeared(JobID(1), first, cursor: .at(0)), .runMade(.made(1, at: 0))], batch: 1)
    let before = try bench.store.load()
    let good: [Change] = [
      .jobAppeared(JobID(2), second, cursor: .at(1)), .cursor(JobID(1), .at(9)),
      .runMade(.made(2, at: 60)), .runChanged(Run.made(1, at: 0).running()),
      .attemptEnded(
        RunID(1),
        Attempt(
          number: 1, startedAt: .at(0), finishedAt: .at(1), exitCode: 1, signal: nil, error: "x")),
      .output(RunID(1), attempt: 1, CapturedOutput(head: [1], tail: [], total: 1)),
      .stretch(stretch(1, from: 0, to: 60)), .boot(Boot(key: "k", instant: .at(0))),
      .paused(Pause(.everything, since: .at(0), until: nil, note: nil)),
      .jobVanished(JobID(1), at: .at(3)),
    ]
    let mistakes: [Change] = [
      .runMade(.made(3, at: 60)), .runChanged(.made(99, at: 0)), .cursor(JobID(77), .at(0)),
      .jobVanished(JobID(77), at: .at(0)), .jobAppeared(JobID(3), first, cursor: .at(0)),
    ]
    for mistake in mistakes {
      expectFailure { try bench.store.commit(good + [mistake], batch: 2) }
      try bench.reopen()
      #expect(try bench.store.load() == before)
      #expect(try bench.store.history(HistoryQuery()) == [.run(.made(1, at: 0))])
      #expect(try bench.store.earlierAttempts(of: RunID(1)) == [])
      #expect(try bench.store.output(of: RunID(1), attempt: 1) == nil)
    }
    try bench.store.commit(good, batch: 2)
    #expect(try bench.store.load().jobs.count == 2)
  }

  @Test(arguments: StoreKind.allCases)
  func `a run that is changed before it is made is a mistake`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    let run = Run.made(1, at: 0)
    for changes: [Change] in [
      [.runChanged(run.running()), .runMade(run)],
      [.runChanged(run.running()), .runMade(run), .runChanged(run.running())],
      [.runMade(run), .runMade(run), .runChanged(run.running())],
    ] {
      expectFailure { try bench.store.commit(changes, batch: 1) }
    }
    #expect(try bench.store.run(RunID(1)) == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func `batches are numbered upwards`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try bench.store.commit([], batch: 5)
    #expect(try bench.store.newestBatch() == 5)
    for old: Int64 in [5, 4, 0, -1] {
      expectFailure { try bench.store.commit([.runMade(.made(1, at: 0))], batch: old) }
    }
    try bench.store.commit([.runMade(.made(1, at: 0))], batch: 9)
    try bench.reopen()
    #expect(try bench.store.newestBatch() == 9)
    #expect(try bench.store.load().newestBatch == 9)
  }

  @Test(arguments: StoreKind.allCases)
  func `numbers go on after reopening`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try bench.store.commit(
      [
        .jobAppeared(JobID(4), first, cursor: .at(0)), .runMade(.made(10, at: 0)),
        .runMade(.made(3, at: 60)), .stretch(stretch(8, from: 0, to: 60)),
      ], batch: 1)
    try bench.reopen()
    let snapshot = try bench.store.load()
    #expect(snapshot.nextJob == 5)
    #expect(snapshot.nextRun == 11)
    #expect(snapshot.nextStretch == 9)
    try bench.store.commit([.runMade(.made(.max, at: 120))], batch: 2)
    #expect(try bench.store.load().nextRun == .max)
  }

  @Test(arguments: StoreKind.allCases)
  func `attempts before the latest are kept in order`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    let attempts = (1...3).map {
      Attempt(
        number: $0, startedAt: .at(Int64($0)), finishedAt: .at(Int64($0) + 1),
        exitCode: $0 == 2 ? nil : 1, signal: $0 == 2 ? 15 : nil, error: $0 == 3 ? "no" : nil)
    }
    try bench.store.commit(
      [.attemptEnded(RunID(1), attempts[1]), .attemptEnded(RunID(1), attempts[0])], batch: 1)
    try bench.store.commit(
      [.attemptEnded(RunID(1), attempts[2]), .attemptEnded(RunID(2), attempts[0])], batch: 2)
    try bench.reopen()
    #expect(try bench.store.earlierAttempts(of: RunID(1)) == attempts)
    #expect(try bench.store.earlierAttempts(of: RunID(2)) == [attempts[0]])
    #expect(try bench.store.earlierAttempts(of: RunID(3)) == [])
  }

  @Test(arguments: StoreKind.allCases)
  func `output is kept by attempt, and none where nothing was printed`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    let long = CapturedOutput(
      head: (0..<32_768).map { UInt8(truncatingIfNeeded: $0) }, tail: [0, 255, 10], total: 1_000_000
    )
    let short = CapturedOutput(head: [1], tail: [], total: 1)
    try bench.store.commit(
      [
        .output(RunID(1), attempt: 1, long), .output(RunID(1), attempt: 2, short),
        .output(RunID(2), attempt: 1, CapturedOutput(head: [], tail: [], total: 0)),
      ], batch: 1)
    try bench.reopen()
    #expect(try bench.store.output(of: RunID(1), attempt: 1) == long)
    #expect(try bench.store.output(of: RunID(1), attempt: 2) == short)
    #expect(try bench.store.output(of: RunID(1), attempt: 3) == nil)
    #expect(try bench.store.output(of: RunID(2), attempt: 1) == nil)
    try bench.store.commit([.output(RunID(1), attempt: 1, short)], batch: 2)
    #expect(try bench.store.output(of: RunID(1), attempt: 1) == short)
  }

  @Test(arguments: StoreKind.allCases)
  func `a stretch is replaced by its number, and a job knows its newest`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try bench.store.commit(
      [
        .jobAppeared(JobID(1), first, cursor: .at(0)),
        .jobAppeared(JobID(2), second, cursor: .at(0)),
        .stretch(stretch(1, from: 0, to: 60)), .stretch(stretch(2, from: 600, to: 660)),
      ], batch: 1)
    try bench.store.commit([.stretch(stretch(2, from: 600, to: 720))], batch: 2)
    try bench.reopen()
    let jobs = try bench.store.load().jobs
    #expect(jobs[0].latestStretch == stretch(2, from: 600, to: 720))
    #expect(jobs[1].latestStretch == nil)
    #expect(
      try bench.store.history(HistoryQuery()) == [
        .stretch(stretch(2, from: 600, to: 720)), .stretch(stretch(1, from: 0, to: 60)),
      ])
    try bench.store.commit([.stretch(stretch(2, from: -60, to: 0))], batch: 3)
    #expect(try bench.store.load().jobs[0].latestStretch == stretch(1, from: 0, to: 60))
  }

  @Test(arguments: StoreKind.allCases)
  func `pauses and the boot come back`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    let all = Pause(.everything, since: .at(0), until: .at(60), note: "moving house")
    let one = Pause(.job(JobID(1)), since: .at(1), until: nil, note: nil)
    let boot = Boot(key: "5e2f-1234", instant: .at(3))
    try bench.store.commit(
      [.paused(one), .paused(all), .boot(Boot(key: "old", instant: .at(-9))), .boot(boot)], batch: 1
    )
    try bench.reopen()
    #expect(try bench.store.load().pauses == [all, one])
    #expect(try bench.store.load().boot == boot)
    let later = Pause(.job(JobID(1)), since: .at(2), until: .at(9), note: "again")
    try bench.store.commit(
      [.resumed(.everything), .paused(later), .resumed(.job(JobID(5)))], batch: 2)
    #expect(try bench.store.load().pauses == [later])
    try bench.store.commit([.resumed(.job(JobID(1)))], batch: 3)
    try bench.reopen()
    #expect(try bench.store.load().pauses == [])
  }

  @Test(arguments: StoreKind.allCases)
  func `open runs are those that are not final`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    let runs = RunState.allCases.enumerated().map { index, state in
      Run.made(Int64(index + 1), at: Int64(-index), state: state)
    }
    try bench.store.commit(runs.reversed().map(Change.runMade), batch: 1)
    try bench.reopen()
    #expect(try bench.store.load().openRuns == runs.filter { !$0.state.isFinal })
    let ended = runs.filter { !$0.state.isFinal }.map { $0.ended() }
    try bench.store.commit(ended.map(Change.runChanged), batch: 2)
    #expect(try bench.store.load().openRuns == [])
  }

  @Test(arguments: StoreKind.allCases)
  func `the latest run of a job is its newest that has an attempt`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try bench.store.commit(
      [
        .jobAppeared(JobID(1), first, cursor: .at(0)),
        .jobAppeared(JobID(2), second, cursor: .at(0)),
        .runMade(Run.made(1, at: 0).running()), .runMade(.made(2, at: 60)),
        .runMade(.made(3, job: 2, at: 0, state: .skipped)),
      ], batch: 1)
    #expect(try bench.store.latestRuns() == [JobID(1): Run.made(1, at: 0).running()])
    let ended = Run.made(1, at: 0).running().ended()
    let manual = Run.made(4, job: 2, trigger: .manual, at: 5).running()
    try bench.store.commit(
      [.runChanged(ended), .cursor(JobID(2), .at(60)), .runMade(manual)], batch: 2)
    try bench.reopen()
    #expect(try bench.store.latestRuns() == [JobID(1): ended, JobID(2): manual])
    try bench.store.commit(
      [.cursor(JobID(1), .at(90)), .runChanged(Run.made(2, at: 60).running())], batch: 3)
    try bench.store.commit([.runChanged(ended)], batch: 4)
    #expect(try bench.store.latestRuns()[JobID(1)]?.id == RunID(2))
  }

  private func stretch(
    _ id: Int64, job: Int64 = 1, from first: Int64, to last: Int64
  ) -> Stretch {
    Stretch(
      id: id, job: JobID(job), state: .missed, reason: .down, first: .at(first), last: .at(last),
      count: Int(last - first) / 60 + 1)
  }
}

/// Expects a mistake of the caller's to be refused as one.
func expectFailure(
  _ code: StoreError.Code = .failed, sourceLocation: Testing.SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as StoreError {
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
}
