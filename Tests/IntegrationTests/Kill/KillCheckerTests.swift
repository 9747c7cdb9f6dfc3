// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Support
import Testing

/// The checker is checked: it passes what is legal, and finds each fault under its own name.
struct KillCheckerTests {
  typealias Verdict = Finding.Verdict

  /// A fault to plant; `job` chooses one whose policies make it a fault.
  struct Plant: Sendable, CustomStringConvertible {
    var verdict: Verdict
    var name: String
    var job: @Sendable (KillJob) -> Bool = { $0.retries == 0 && $0.catchUp == .latest }
    /// Does it to one row of the job; `place` is the row's.
    var plant: @Sendable (inout Evidence, _ job: KillJob, _ place: Int) -> Void

    var description: String { "\(verdict.rawValue): \(name)" }
  }

  @Test func `what a daemon without a fault leaves is passed`() {
    for seed in 1...12 as ClosedRange<UInt64> {
      let findings = KillChecker.findings(in: LegalHistory(seed: seed).evidence)
      #expect(findings.isEmpty, "seed \(seed): \(findings.prefix(5))")
    }
  }

  @Test(arguments: plants) func `a planted fault is found under its own name`(_ plant: Plant) {
    for seed in 1...4 as ClosedRange<UInt64> {
      var evidence = LegalHistory(seed: seed).evidence
      var random = SeededGenerator(seed: seed)
      let job = random.pick(evidence.jobs.filter(plant.job))
      let rows = evidence.ledger[job.name] ?? []
      let places = rows.indices.filter { rows[$0].runID != nil }.dropFirst().dropLast()
      let place = random.pick(Array(places))
      plant.plant(&evidence, job, place)
      let verdicts = KillChecker.findings(in: evidence).map(\.verdict)
      #expect(verdicts.contains(plant.verdict), "seed \(seed): \(verdicts)")
    }
  }

  @Test func `every verdict has a fault planted`() {
    #expect(Set(Self.plants.map(\.verdict)) == Set(Verdict.allCases))
  }

  @Test func `a torn last line of the jobs' log is passed over`() {
    let whole = """
      {"v":1,"event":"start","job":"a","run_id":"x-1","scheduled_for":"2027-01-01T00:00:00.000Z",\
      "attempt":1,"trigger":"schedule","pid":7,"at":5,"exit":0}
      """
    #expect(Evidence.lines(of: whole + "\n" + whole.prefix(40)).map(\.runID) == ["x-1"])
  }
}

extension KillCheckerTests {
  static let plants: [Plant] = [
    Plant(verdict: .unrecorded, name: "a row is gone") { evidence, job, place in
      evidence.ledger[job.name]?.remove(at: place)
    },
    Plant(verdict: .unclaimedRun, name: "a row is gone whose run was seen") {
      evidence, job, place in
      evidence.ledger[job.name]?.remove(at: place)
    },
    Plant(verdict: .doubleRecorded, name: "a row twice") { evidence, job, place in
      if let row = evidence.ledger[job.name]?[place] { evidence.ledger[job.name]?.append(row) }
    },
    Plant(verdict: .phantom, name: "a row between two instants") { evidence, job, place in
      change(&evidence, job, place) {
        $0.scheduledFor = $0.scheduledFor + TimeSpan(milliseconds: 7)
      }
    },
    Plant(verdict: .lost, name: "all are to run, one is missed", job: { $0.catchUp == .all }) {
      evidence, job, place in
      unmake(&evidence, job, place, "missed", "down")
    },
    Plant(verdict: .lost, name: "missed while the daemon lived") { evidence, job, place in
      evidence.patience = .zero
      unmake(&evidence, job, place, "missed", "down")
      evidence.spells[0].endedAt = evidence.spells[4].endedAt
      evidence.spells = [evidence.spells[0]]
    },
    Plant(
      verdict: .lost, name: "skipped, and nothing was under way",
      job: { $0.overlap == .skip && $0.retries == 0 && $0.catchUp == .skip }
    ) { evidence, job, place in
      unmake(&evidence, job, place, "skipped", "overlap")
    },
    Plant(verdict: .noReason, name: "missed for no reason") { evidence, job, place in
      unmake(&evidence, job, place, "missed", nil)
    },
    Plant(verdict: .unsettled, name: "still running") { evidence, job, place in
      change(&evidence, job, place) { $0.state = "running" }
    },
    Plant(verdict: .duplicate, name: "an attempt twice") { evidence, job, place in
      again(&evidence, job, place) { _ in }
    },
    Plant(verdict: .duplicate, name: "an instant twice") { evidence, job, place in
      again(&evidence, job, place) { $0.runID += "-b" }
    },
    Plant(verdict: .early, name: "a start before its instant") { evidence, job, place in
      again(&evidence, job, place) {
        $0.attempt += 1
        $0.at = $0.scheduledFor.milliseconds - 1
      }
    },
    Plant(verdict: .overlap, name: "two at once", job: { $0.overlap != .allow && $0.retries == 0 })
    {
      evidence, job, place in
      let id = evidence.ledger[job.name]?[place].runID
      for index in evidence.witness.indices
      where evidence.witness[index].runID == id && evidence.witness[index].event == "end" {
        evidence.witness[index].at += 60_000
      }
    },
    Plant(verdict: .spurious, name: "an instant that nothing names") { evidence, job, place in
      again(&evidence, job, place) {
        $0.runID += "-b"
        $0.scheduledFor = $0.scheduledFor + TimeSpan(milliseconds: 7)
        $0.at += 7
      }
    },
    Plant(verdict: .badOrder, name: "attempt 2 after attempt 3") { evidence, job, place in
      for attempt in [3, 2] {
        again(&evidence, job, place) {
          $0.attempt = attempt
          $0.at += Int64(10 - attempt)
        }
      }
    },
    Plant(verdict: .retryMissing, name: "dead too early", job: { $0.retries == 2 }) {
      evidence, job, place in
      change(&evidence, job, place) {
        $0.state = "failed"
        $0.exitCode = 1
        $0.attempt = 1
      }
    },
    Plant(verdict: .attemptsExceeded, name: "tried ten times") { evidence, job, place in
      change(&evidence, job, place) { $0.attempt = 10 }
    },
    Plant(verdict: .falseClaim, name: "completed, and the job failed") { evidence, job, place in
      let id = evidence.ledger[job.name]?[place].runID
      for index in evidence.witness.indices where evidence.witness[index].runID == id {
        evidence.witness[index].exit = 9
      }
    },
    Plant(verdict: .falseClaim, name: "completed, and it never ran") { evidence, job, place in
      let id = evidence.ledger[job.name]?[place].runID
      evidence.witness.removeAll { $0.runID == id }
    },
  ]

  private static func change(
    _ evidence: inout Evidence, _ job: KillJob, _ place: Int, _ body: (inout RunSummary) -> Void
  ) {
    guard var row = evidence.ledger[job.name]?[place] else { return }
    body(&row)
    evidence.ledger[job.name]?[place] = row
  }

  /// The run never was: a row that says why takes its place.
  private static func unmake(
    _ evidence: inout Evidence, _ job: KillJob, _ place: Int, _ state: String, _ reason: String?
  ) {
    guard let old = evidence.ledger[job.name]?[place] else { return }
    evidence.witness.removeAll { $0.runID == old.runID }
    var row = RunSummary(
      runID: nil, job: job.name, trigger: "schedule", scheduledFor: old.scheduledFor, state: state)
    row.reason = reason
    row.lastScheduledFor = old.scheduledFor
    row.count = 1
    evidence.ledger[job.name]?[place] = row
  }

  /// The lines of a run once more, changed.
  private static func again(
    _ evidence: inout Evidence, _ job: KillJob, _ place: Int, _ body: (inout WitnessLine) -> Void
  ) {
    let id = evidence.ledger[job.name]?[place].runID
    let lines = evidence.witness.filter { $0.runID == id && $0.attempt == 1 }
    evidence.witness += lines.map { line in
      var line = line
      body(&line)
      return line
    }
  }
}
