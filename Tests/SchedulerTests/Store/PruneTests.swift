// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support
import Testing

/// Rows that are taken out of the ledger: which, and what is left of them.
@Suite struct PruneTests {
  private let job = JobID(1)
  private let now = Instant.at(100 * 86_400)

  private func keep(_ runs: Int, days: Int64) -> KeepPolicy {
    var policy = KeepPolicy()
    policy.runs = runs
    policy.age = .hours(24 * days)
    return policy
  }

  private func appeared(_ bench: StoreBench) throws {
    try bench.store.commit(
      [
        .jobAppeared(JobID(1), named("one"), cursor: .at(0)),
        .jobAppeared(JobID(2), named("two"), cursor: .at(0)),
      ], batch: 1)
  }

  private func completed(_ id: Int64, day: Int64, job: Int64 = 1) -> Change {
    .runMade(.made(id, job: job, at: day * 86_400 + id).running().ended(.completed))
  }

  private func runs(_ bench: StoreBench) throws -> [Int64] {
    try bench.store.history(HistoryQuery()).compactMap(\.run).map(\.id.rawValue).sorted()
  }

  private func folds(_ bench: StoreBench) throws -> [FoldedRuns] {
    try bench.store.history(HistoryQuery()).compactMap {
      if case .folded(let fold) = $0 { fold } else { nil }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `the newest and the young are kept, the rest is a row a day`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try appeared(bench)
    let made = (Int64(1)...20).map { completed($0, day: $0 / 4) }
    try bench.store.commit(made + [completed(21, day: 99)], batch: 2)
    #expect(try bench.store.prune(job, keeping: keep(5, days: 30), at: now, limit: 100) == 16)
    #expect(try runs(bench) == [17, 18, 19, 20, 21])
    #expect(try folds(bench).map(\.count) == [1, 4, 4, 4, 3])
    let newest = try #require(try folds(bench).first)
    #expect(newest.key.state == .completed && newest.key.isScheduled && newest.key.reason == nil)
    try bench.reopen()
    #expect(try bench.store.prune(job, keeping: keep(5, days: 30), at: now, limit: 100) == 0)
    #expect(try bench.store.run(RunID(1)) == nil)
    #expect(try bench.store.scheduledRun(of: job, at: .at(86_400 / 4)) == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func `a step takes no more than its limit, the oldest first, and the next goes on`(
    kind: StoreKind
  ) throws {
    let bench = try StoreBench(kind)
    try appeared(bench)
    try bench.store.commit((Int64(1)...10).map { completed($0, day: 1) }, batch: 2)
    #expect(try bench.store.prune(job, keeping: keep(0, days: 1), at: now, limit: 4) == 4)
    #expect(try runs(bench) == [5, 6, 7, 8, 9, 10])
    #expect(try bench.store.prune(job, keeping: keep(0, days: 1), at: now, limit: 100) == 5)
    #expect(try runs(bench) == [10])
    #expect(try folds(bench).map(\.count) == [9])
  }

  @Test(arguments: StoreKind.allCases)
  func `dead letters, open runs and the last success and failure stay`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try appeared(bench)
    let dead = Run.made(1, at: 1).running().ended(.failed)
    let replayed = Run.made(2, at: 2).running().ended(.failed)
    var replay = Run(
      id: RunID(3), job: job, trigger: .replay, scheduledFor: .at(2), createdAt: .at(3),
      state: .queued, replayOf: RunID(2)
    ).running()
    replay = replay.ended(.failed)
    var again = Run(
      id: RunID(4), job: job, trigger: .replay, scheduledFor: .at(2), createdAt: .at(4),
      state: .queued, replayOf: RunID(3)
    ).running()
    again = again.ended(.completed)
    let open = Run.made(5, at: 5)
    let cancelled = Run.made(6, at: 6).running().ended(.cancelled)
    let newest = Run.made(7, at: 7).running().ended(.completed)
    try bench.store.commit(
      [dead, replayed, replay, again, open, cancelled, newest].map(Change.runMade), batch: 2)
    // Each pass takes what no longer holds another: 2 and 6, then nothing: 3 is the last failure.
    #expect(try bench.store.prune(job, keeping: keep(0, days: 1), at: now, limit: 100) == 2)
    #expect(try bench.store.prune(job, keeping: keep(0, days: 1), at: now, limit: 100) == 0)
    #expect(try runs(bench) == [1, 3, 4, 5, 7])
    #expect(try bench.store.deadLetterCount() == 1)
  }

  @Test(arguments: StoreKind.allCases)
  func `rows of instants that were left out are folded with the day's others`(kind: StoreKind)
    throws
  {
    let bench = try StoreBench(kind)
    try appeared(bench)
    let rows = (Int64(1)...4).map { number in
      Change.stretch(
        Stretch(
          id: number, job: job, state: .missed, reason: .down, first: .at(number * 100),
          last: .at(number * 100 + 50), count: 5))
    }
    let long = Change.stretch(
      Stretch(
        id: 5, job: job, state: .missed, reason: .paused, first: .at(1_000), last: .at(200_000),
        count: 900))
    let newest = Change.stretch(
      Stretch(
        id: 6, job: job, state: .skipped, reason: .overlap, first: .at(300_000),
        last: .at(300_000), count: 1))
    try bench.store.commit(rows + [long, newest], batch: 2)
    #expect(try bench.store.prune(job, keeping: keep(0, days: 1), at: now, limit: 100) == 4)
    #expect(try folds(bench).map(\.count) == [20])
    let left = try bench.store.history(HistoryQuery()).compactMap(\.stretch).map(\.id)
    #expect(left == [6, 5])
  }

  @Test(arguments: StoreKind.allCases)
  func `what an attempt printed goes with its run`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    try appeared(bench)
    let output = CapturedOutput(head: [1, 2], tail: [], total: 2)
    let earlier = Attempt(
      number: 1, startedAt: .at(0), finishedAt: .at(1), exitCode: 1, signal: nil, error: nil)
    try bench.store.commit(
      [
        completed(1, day: 1), .output(RunID(1), attempt: 1, output),
        .attemptEnded(RunID(1), earlier), completed(2, day: 1),
      ], batch: 2)
    #expect(try bench.store.prune(job, keeping: keep(0, days: 1), at: now, limit: 100) == 1)
    #expect(try bench.store.output(of: RunID(1), attempt: 1) == nil)
    #expect(try bench.store.earlierAttempts(of: RunID(1)).isEmpty)
  }

  @Test(arguments: UInt64(0)..<20)
  func `both stores take the same rows`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (memory, sqlite) = (try StoreBench(.memory), try StoreBench(.sqlite))
    for bench in [memory, sqlite] { try appeared(bench) }
    var batch: Int64 = 1
    var number: Int64 = 0
    for _ in 0..<6 {
      var changes: [Change] = []
      for _ in 0..<random.pick([3, 30, 60]) {
        number += 1
        changes.append(.runMade(run(number, &random)))
      }
      batch += 1
      for bench in [memory, sqlite] { try bench.store.commit(changes, batch: batch) }
      for _ in 0..<3 {
        let job = JobID(random.pick([0, 1, 2]))
        let policy = keep(random.pick([0, 1, 3, 10]), days: random.pick([1, 40, 80]))
        let limit = random.pick([1, 7, 1_000])
        let takesAll = random.chance(20)
        let taken = try [memory, sqlite].map { bench in
          takesAll
            ? try bench.store.pruneOldest(limit: limit)
            : try bench.store.prune(job, keeping: policy, at: now, limit: limit)
        }
        #expect(taken[0] == taken[1], "seed \(seed), batch \(batch)")
        var query = HistoryQuery()
        query.limit = 10_000
        try #require(try sqlite.store.history(query) == memory.store.history(query))
      }
      try sqlite.reopen()
    }
  }

  private func run(_ number: Int64, _ random: inout SeededGenerator) -> Run {
    let trigger = random.pick([Trigger.schedule, .schedule, .manual, .replay, .enqueue])
    let instant = Instant.at(Int64.random(in: 0...90, using: &random) * 86_400 + number)
    let replayed =
      trigger == .replay && number > 1 ? RunID(Int64.random(in: 1..<number, using: &random)) : nil
    let run = Run(
      id: RunID(number), job: JobID(trigger == .enqueue ? 0 : random.pick([1, 2])),
      trigger: trigger, scheduledFor: instant, createdAt: instant, state: .queued,
      replayOf: replayed, task: trigger == .enqueue ? TaskRequest(name: "t") : nil)
    let state = random.pick(RunState.allCases)
    if state == .missed || state == .skipped {
      var left = run
      left.state = state
      left.reason = .overlap
      return left
    }
    return state.isFinal ? run.running().ended(state) : run.running()
  }
}
