// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Testing

/// What every store says of the past.
@Suite struct StoreHistoryTests {
  @Test(arguments: StoreKind.allCases)
  func `history is newest first and filtered`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    var random = StoreModelTests.SeededGenerator(seed: 7)
    var rows: [LedgerRow] = []
    for number in Int64(1)...80 {
      let seconds = Int64.random(in: 0...20, using: &random) * 60
      let job = Int64.random(in: 1...3, using: &random)
      if number.isMultiple(of: 5) {
        rows.append(.stretch(stretch(number, job: job, from: seconds - 60, to: seconds)))
      } else {
        let state = RunState.allCases.randomElement(using: &random)!
        let trigger: Trigger = number.isMultiple(of: 3) ? .manual : .backfill
        rows.append(.run(.made(number, job: job, trigger: trigger, at: seconds, state: state)))
      }
    }
    try bench.store.commit(rows.shuffled(using: &random).compactMap(\.change), batch: 1)
    try bench.reopen()
    for query in queries {
      var wanted = rows.filter { row in
        (query.job == nil || query.job == row.job) && row.instant >= query.since ?? .earliest
          && query.until.map { row.instant <= $0 } ?? true
          && (query.states.isEmpty || query.states.contains(row.testState))
      }
      wanted.sort { $0.sortKey > $1.sortKey }
      let got = try bench.store.history(query)
      #expect(got == Array(wanted.prefix(max(0, query.limit))), "\(query)")
    }
  }

  private var queries: [HistoryQuery] {
    let states: [Set<RunState>] = [
      [], [.failed], [.missed], [.completed, .failed], [.queued, .running], [.queued],
      [.running, .completed], Set(RunState.allCases),
    ]
    var queries: [HistoryQuery] = []
    for job in [nil, JobID(1), JobID(3), JobID(99)] {
      for state in states {
        for since in [nil, Instant.at(600), .at(5_000)] {
          for limit in [1, 7, 100, 0, -1, Int.max] {
            var query = HistoryQuery()
            query.job = job
            query.states = state
            query.since = since
            query.limit = limit
            queries.append(query)
            query.until = .at(900)
            queries.append(query)
          }
        }
      }
    }
    return queries
  }

  @Test(arguments: StoreKind.allCases)
  func `dead letters are the failed runs that no other run replays`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    let job = try #require(JobName("job"))
    try bench.store.commit(
      [
        .jobAppeared(JobID(1), job, cursor: .at(0)),
        .runMade(.made(1, at: 0, state: .failed)), .runMade(.made(2, at: 60, state: .failed)),
        .runMade(.made(3, at: 120, state: .completed)),
      ], batch: 1)
    var query = HistoryQuery()
    query.onlyDead = true
    let ids = { try bench.store.history(query).compactMap(\.run?.id.rawValue) }
    #expect(try ids() == [2, 1])
    #expect(try bench.store.deadLetterCount() == 2)
    let replay = Run(
      id: RunID(4), job: JobID(1), trigger: .replay, scheduledFor: .at(0), createdAt: .at(200),
      state: .queued, replayOf: RunID(1))
    try bench.store.commit([.runMade(replay)], batch: 2)
    try bench.reopen()
    #expect(try ids() == [2])
    #expect(try bench.store.deadLetterCount() == 1)
    query.job = JobID(1)
    #expect(try ids() == [2])
  }

  @Test(arguments: StoreKind.allCases)
  func `the latest run of one job is asked for alone`(kind: StoreKind) throws {
    let bench = try StoreBench(kind)
    let job = try #require(JobName("job"))
    let run = Run.made(1, at: 0).running()
    try bench.store.commit(
      [.jobAppeared(JobID(1), job, cursor: .at(0)), .runMade(run)], batch: 1)
    #expect(try bench.store.latestRun(of: JobID(1)) == run)
    #expect(try bench.store.latestRun(of: JobID(2)) == nil)
  }

  private func stretch(
    _ id: Int64, job: Int64 = 1, from first: Int64, to last: Int64
  ) -> Stretch {
    Stretch(
      id: id, job: JobID(job), state: .missed, reason: .down, first: .at(first), last: .at(last),
      count: Int(last - first) / 60 + 1)
  }
}

extension LedgerRow {
  fileprivate var change: Change? {
    switch self {
    case .run(let run): .runMade(run)
    case .stretch(let stretch): .stretch(stretch)
    case .folded: nil
    }
  }

  fileprivate var testState: RunState {
    switch self {
    case .run(let run): run.state
    case .stretch(let stretch): stretch.state
    case .folded(let fold): fold.key.state
    }
  }

  fileprivate var sortKey: (Int64, Int, Int64) {
    switch self {
    case .run(let run): (run.scheduledFor.milliseconds, 1, run.id.rawValue)
    case .stretch(let stretch): (stretch.last.milliseconds, 0, stretch.id)
    case .folded(let fold): (fold.last.milliseconds, -1, 0)
    }
  }
}
