// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support
import Testing

/// SQLite's store against the one in memory: the same random batches, mistakes among them, and the
/// same answers.
@Suite struct StoreModelTests {
  @Test(arguments: UInt64(0)..<12)
  func `the store in SQLite answers as the one in memory`(seed: UInt64) throws {
    let memory = MemoryStore()
    let bench = try StoreBench(.sqlite)
    var random = SeededGenerator(seed: seed)
    let jobs = (Int64(1)...4).map { number in
      Change.jobAppeared(JobID(number), JobName("job-\(number)")!, cursor: .at(0))
    }
    try memory.commit(jobs, batch: 1)
    try bench.store.commit(jobs, batch: 1)
    for batch in Int64(2)...40 {
      let changes = (0..<Int.random(in: 0...12, using: &random)).map { _ in change(&random) }
      let wanted = Result { try memory.commit(changes, batch: batch) }.failureCode
      let got = Result { try bench.store.commit(changes, batch: batch) }.failureCode
      try #require(got == wanted, "seed \(seed), batch \(batch): \(changes)")
      if batch.isMultiple(of: 7) { try bench.reopen() }
      try expectSame(memory, bench.store, "seed \(seed), batch \(batch)")
    }
  }

  private func expectSame(
    _ memory: MemoryStore, _ store: any Store, _ step: Comment
  ) throws {
    var snapshot = memory.load()
    let other = try store.load()
    snapshot.tag = other.tag
    try #require(other == snapshot, step)
    try #require(try store.latestRuns() == memory.latestRuns(), step)
    try #require(try store.history(HistoryQuery()) == memory.history(HistoryQuery()), step)
    try #require(
      try store.ledgerTail(after: .at(40)) == memory.ledgerTail(after: .at(40)), step)
    try #require(
      try store.clockSteps(since: .at(3), limit: 5) == memory.clockSteps(since: .at(3), limit: 5),
      step)
    try #require(try store.run(withKey: "key 2") == memory.run(withKey: "key 2"), step)
    for number in Int64(1)...4 {
      let id = JobID(number)
      try #require(try store.definitions(of: id) == memory.definitions(of: id), step)
    }
    try #require(
      try store.definitionsInForce(unlike: [:]) == memory.definitionsInForce(unlike: [:]), step)
    for number in Int64(1)...6 {
      let id = RunID(number)
      try #require(try store.run(id) == memory.run(id), step)
      try #require(try store.earlierAttempts(of: id) == memory.earlierAttempts(of: id), step)
      try #require(
        try store.output(of: id, attempt: 1) == memory.output(of: id, attempt: 1), step)
    }
  }

  private func change(_ random: inout SeededGenerator) -> Change {
    func number(_ limit: Int64) -> Int64 { Int64.random(in: 1...limit, using: &random) }
    let job = JobID(number(4))
    switch number(27) {
    case 1...3: return .jobAppeared(job, JobName("job-\(job.rawValue)")!, cursor: .at(number(99)))
    case 4: return .jobAppeared(job, JobName("job-\(number(4))")!, cursor: .at(0))
    case 5: return .jobVanished(job, at: .at(number(99)))
    case 6: return .cursor(job, .at(number(99)))
    case 7...10: return .runMade(run(&random))
    case 11...13: return .runChanged(run(&random))
    case 14:
      return .attemptEnded(
        RunID(number(6)),
        Attempt(
          number: Int(number(3)), startedAt: .at(number(9)), finishedAt: .at(number(9)),
          exitCode: 2,
          signal: nil, error: nil))
    case 15:
      let output = CapturedOutput(head: [UInt8(number(9))], tail: [], total: Int(number(2)) - 1)
      return .output(RunID(number(6)), attempt: 1, output)
    case 16, 17:
      // A stretch's job is its own for ever.
      let (id, first) = (number(8), number(50))
      return .stretch(
        Stretch(
          id: id, job: JobID(id % 4 + 1), state: .skipped, reason: .overlap, first: .at(first),
          last: .at(first + number(50)), count: Int(number(9))))
    case 18:
      return .paused(Pause(target(job, &random), since: .at(number(9)), until: nil, note: "n"))
    case 19: return .resumed(target(job, &random))
    case 20: return .jobRenamed(job, JobName("job-\(number(6))")!)
    case 21: return .failureSpell(job, Int(number(4)) - 1)
    case 25: return .completed(job, at: .at(number(99)))
    case 26:
      let text = ["* * * * *", "0 4 * * *"].randomElement(using: &random) ?? "@daily"
      guard let definition = try? Job.cron("job-1", text) else { return .cursor(job, .at(1)) }
      return .defined(job, definition, at: .at(number(9)))
    case 22: return .stretchRemoved(number(8))
    case 23: return .clockStepped(ClockStep(at: .at(number(9)), by: .seconds(number(9) - 5)))
    case 24:
      return .claimedAhead(
        number(2) == 1 ? nil : ClaimedSpan(after: .at(number(5)), through: .at(number(12))))
    default: return .boot(Boot(key: "boot \(number(9))", instant: .at(number(9))))
    }
  }

  private func target(_ job: JobID, _ random: inout SeededGenerator) -> PauseTarget {
    let targets: [PauseTarget] = [.everything, .job(job), .queue("mail"), .queue("slow")]
    return targets.randomElement(using: &random) ?? .everything
  }

  private func run(_ random: inout SeededGenerator) -> Run {
    let id = Int64.random(in: 1...30, using: &random)
    // The job and the instant follow from the number, as a run's identity does.
    let run = Run.made(
      id, job: id % 4 + 1, trigger: id.isMultiple(of: 3) ? .manual : .schedule, at: id % 11)
    let state = RunState.allCases.randomElement(using: &random)!
    return state.isFinal && state != .skipped ? run.running().ended(state) : run.running()
  }
}

extension StoreModelTests {
  /// SplitMix64: the same numbers for the same seed, everywhere.
  struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}

extension Result where Success == Void, Failure == any Error {
  fileprivate var failureCode: StoreError.Code? {
    if case .failure(let error as StoreError) = self { error.code } else { nil }
  }
}
