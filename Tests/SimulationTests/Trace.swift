// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// One thing that happened in a world, to be told if a law is broken.
struct Trace: CustomStringConvertible {
  enum Event {
    case decision(Decision)
    case change(Change, JobName?)
    case start(RunID, attempt: Int)
    case end
  }

  let wall: Instant
  let event: Event

  var description: String { "\(wall.rfc3339) \(text)" }

  private var text: String {
    switch event {
    case .decision(let decision): "> \(decision)"
    case .start(let run, let attempt): "    run \(run.rawValue) starts attempt \(attempt)"
    case .end: "> the faults end"
    case .change(let change, let name): "  \(text(of: change, name?.text ?? "?"))"
    }
  }

  private func text(of change: Change, _ name: String) -> String {
    switch change {
    case .runMade(let run), .runChanged(let run):
      "run \(run.id.rawValue) of \(name), \(run.trigger.word), \(run.scheduledFor.rfc3339): "
        + "\(run.state.word) \(run.reason?.word ?? "") attempt \(run.attempt)"
    case .stretch(let row):
      "row \(row.id) of \(name), \(row.state.word), \(row.reason.word), "
        + "\(row.first.rfc3339) to \(row.last.rfc3339): \(row.count)"
    case .cursor(_, let instant): "cursor of \(name): \(instant.rfc3339)"
    case .jobAppeared(let id, let name, let cursor):
      "\(name) appears as \(id.rawValue): \(cursor.rfc3339)"
    case .jobVanished: "\(name) vanishes"
    case .defined(_, let job, _): "\(name) is defined: \(job.scheduleText)"
    case .jobRenamed(_, let new): "\(name) is renamed \(new)"
    case .failureSpell(_, let count): "dead letters of \(name) in a row: \(count)"
    case .stretchRemoved(let row): "row \(row) is struck out"
    case .paused(let pause): "pause of \(pause.target) until \(pause.until?.rfc3339 ?? "ever")"
    case .resumed(let target): "end of the pause of \(target)"
    case .clockStepped(let step): "the clock was set by \(step.by.seconds) s"
    case .claimedAhead(let span): "claimed to \(span?.through.rfc3339 ?? "none")"
    case .attemptEnded(let run, let attempt): "run \(run.rawValue) ended \(attempt.number)"
    case .completed, .output, .boot: "\(change)"
    }
  }
}

extension Ledger {
  /// The name of the job that a change speaks of.
  func name(of change: Change) -> JobName? {
    switch change {
    case .runMade(let run), .runChanged(let run): entries[run.job]?.name
    case .stretch(let row): entries[row.job]?.name
    case .cursor(let id, _), .jobVanished(let id, _), .failureSpell(let id, _),
      .jobRenamed(let id, _), .completed(let id, _):
      entries[id]?.name
    default: nil
    }
  }
}
