// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// Holds what jobs saw, what the ledger says, when the daemon lived and what the schedules name
/// against each other.
///
/// Knows nothing of how the daemon works; a function of the evidence alone.
struct KillChecker {
  let evidence: Evidence
  private(set) var findings: [Finding] = []

  /// Everything that may not be so, in no order that means anything.
  static func findings(in evidence: Evidence) -> [Finding] {
    var checker = KillChecker(evidence: evidence)
    let lines = Dictionary(grouping: evidence.witness, by: \.job)
    for job in evidence.jobs {
      let executions = checker.merge(lines[job.name] ?? [], of: job)
      let rows = evidence.ledger[job.name] ?? []
      checker.checkInstants(of: job, rows)
      checker.checkStarts(of: job, executions)
      checker.checkClaims(of: job, rows, executions)
      checker.checkAttempts(of: job, rows)
      checker.checkPolicies(of: job, rows)
    }
    return checker.findings
  }

  private init(evidence: Evidence) { self.evidence = evidence }

  mutating func find(
    _ verdict: Finding.Verdict, _ job: KillJob, _ instant: Instant?, _ detail: String
  ) {
    findings.append(
      Finding(verdict: verdict, job: job.name, instant: instant, detail: detail))
  }

  /// Start and end lines of each attempt, put together.
  private mutating func merge(_ lines: [WitnessLine], of job: KillJob) -> [Execution] {
    var executions: [Execution] = []
    var places: [String: Int] = [:]
    for line in lines {
      let key = "\(line.runID)/\(line.attempt)"
      let at = Instant(milliseconds: line.at)
      if line.event == "start" {
        if places[key] != nil {
          find(.duplicate, job, line.scheduledFor, "attempt \(key) was started twice")
        }
        places[key] = executions.count
        executions.append(
          Execution(
            job: line.job, runID: line.runID, scheduledFor: line.scheduledFor,
            attempt: line.attempt, startedAt: at))
      } else if let place = places[key] {
        executions[place].finishedAt = at
        executions[place].exit = line.exit
      }
    }
    return executions
  }

  /// What the jobs alone saw: never early, never an instant twice, never two at once.
  private mutating func checkStarts(of job: KillJob, _ executions: [Execution]) {
    var runs: [Instant: String] = [:]
    var newest: [String: Execution] = [:]
    var busyUntil = Instant.earliest
    let isAlone = job.overlap != .allow
    for execution in executions.sorted(by: { $0.startedAt < $1.startedAt }) {
      let instant = execution.scheduledFor
      if execution.startedAt < instant {
        find(.early, job, instant, "started at \(execution.startedAt.rfc3339)")
      }
      if !isNamed(instant, by: job) {
        find(.spurious, job, instant, "the schedule does not name it")
      }
      if let other = runs[instant], other != execution.runID {
        find(.duplicate, job, instant, "by runs \(other) and \(execution.runID)")
      }
      runs[instant] = execution.runID
      if isAlone, execution.startedAt < busyUntil {
        find(.overlap, job, instant, "\(execution.runID) began while another of the job ran")
      }
      if let earlier = newest[execution.runID] { checkOrder(job, earlier, execution) }
      newest[execution.runID] = execution
      busyUntil = max(busyUntil, execution.finishedAt ?? execution.startedAt)
    }
  }

  private mutating func checkOrder(
    _ job: KillJob, _ earlier: Execution, _ later: Execution
  ) {
    let isAfter = earlier.finishedAt.map { $0 <= later.startedAt } ?? true
    if later.attempt > earlier.attempt, isAfter { return }
    if later.attempt == earlier.attempt { return }
    find(
      .badOrder, job, later.scheduledFor,
      "attempt \(later.attempt) of \(later.runID) beside attempt \(earlier.attempt)")
  }

  func isNamed(_ instant: Instant, by job: KillJob) -> Bool {
    guard let following = job.times.next(after: instant - TimeSpan(milliseconds: 1)) else {
      return false
    }
    return following == instant && instant <= evidence.ends
  }
}
