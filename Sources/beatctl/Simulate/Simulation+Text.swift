// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

extension Simulation {
  /// The ledger, and what it comes to for each job.
  func render(on terminal: Terminal, zone: Zone) -> String {
    let stretch =
      "\(TimeText.full(plan.from, in: zone)) to \(TimeText.full(plan.to, in: zone))"
    guard !rows.isEmpty else { return "nothing is due from \(stretch)\n" }
    var text = ledger(zone).render(on: terminal) + "\n" + summary().render(on: terminal)
    text += "\nfrom \(stretch)\n"
    for down in plan.downs {
      text += "beatd down from \(TimeText.full(down.lowerBound, in: zone)) "
      text += "to \(TimeText.full(down.upperBound, in: zone))\n"
    }
    if let stoppedAt {
      text += "stopped at \(TimeText.full(stoppedAt, in: zone)): the limit of \(rowLimit) "
      text += "rows or \(Self.commitLimit) steps is reached; ask for a shorter stretch\n"
    }
    return text
  }

  private func ledger(_ zone: Zone) -> Table {
    var table = Table([
      .init("SCHEDULED FOR"), .init("JOB", cut: .last), .init("STATE"), .init("REASON"),
      .init("ATTEMPTS"), .init("DETAIL", cut: .last),
    ])
    for row in rows {
      let (state, reason, first, attempts) =
        switch row {
        case .run(let run): (run.state, run.reason, run.scheduledFor, "\(run.attempt)")
        case .stretch(let left): (left.state, left.reason, left.first, "-")
        case .folded(let fold): (fold.key.state, fold.key.reason, fold.first, "-")
        }
      table.add([
        Styled(TimeText.local(first, in: zone)), Styled(names[row.job]?.text ?? "?"),
        Styled(state.word, .of(state: state.word)), Styled(reason?.word ?? "-"),
        Styled(attempts), Styled(Self.detail(row, zone)),
      ])
    }
    return table
  }

  private static func detail(_ row: LedgerRow, _ zone: Zone) -> String {
    switch row {
    case .stretch(let left): return detail(left.count, through: left.last, zone)
    case .folded(let fold): return detail(fold.count, through: fold.last, zone)
    case .run(let run):
      var parts: [String] = []
      if let missed = run.missed, missed.count > 0 {
        parts.append(
          "stands for \(missed.count) missed from \(TimeText.local(missed.first, in: zone))")
      }
      if let start = run.startedAt, start != run.scheduledFor {
        let what = run.attempt > 1 ? "last attempt" : "started"
        parts.append("\(what) \(TimeText.local(start, in: zone))")
      }
      if let end = run.finishedAt, let start = run.startedAt, end > start {
        parts.append("took \(TimeText.length(end - start))")
      }
      let result = ResultPhrase.text(error: run.error, exitCode: run.exitCode, signal: run.signal)
      if !result.isEmpty { parts.append(result) }
      if let again = run.retryAt, run.state == .retrying {
        parts.append("again at \(TimeText.local(again, in: zone))")
      }
      return parts.joined(separator: "; ")
    }
  }

  private static func detail(_ count: Int, through last: Instant, _ zone: Zone) -> String {
    count > 1 ? "\(count) instants, to \(TimeText.local(last, in: zone))" : ""
  }

  /// One job's instants by what became of them.
  private struct Tally {
    var counts: [RunState: Int] = [:]
    var attempts = 0

    mutating func add(_ row: LedgerRow) {
      switch row {
      case .run(let run):
        counts[run.state, default: 0] += 1
        attempts += run.attempt
      case .stretch(let left): counts[left.state, default: 0] += left.count
      case .folded(let fold): counts[fold.key.state, default: 0] += fold.count
      }
    }

    subscript(_ states: RunState...) -> String {
      let sum = states.reduce(0) { $0 + (counts[$1] ?? 0) }
      return sum == 0 ? "-" : "\(sum)"
    }
  }

  private func summary() -> Table {
    var tallies: [JobName: Tally] = [:]
    for row in rows {
      if let name = names[row.job] { tallies[name, default: Tally()].add(row) }
    }
    var table = Table([
      .init("JOB", cut: .last), .init("COMPLETED"), .init("FAILED"), .init("MISSED"),
      .init("SKIPPED"), .init("CANCELLED"), .init("OPEN"), .init("ATTEMPTS"),
    ])
    for (name, tally) in tallies.sorted(by: { $0.key < $1.key }) {
      table.add([
        Styled(name.text), Styled(tally[.completed]), Styled(tally[.failed]),
        Styled(tally[.missed]), Styled(tally[.skipped]), Styled(tally[.cancelled]),
        Styled(tally[.pending, .queued, .running, .retrying]), Styled("\(tally.attempts)"),
      ])
    }
    return table
  }
}
