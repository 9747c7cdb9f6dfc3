// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// What the scheduler tells, as log lines.
extension Log {
  func tell(_ notice: Notice, tag: String) {
    if let job = notice.goodNews, isQuiet(job) { return }
    switch notice {
    case .started(let job, let run):
      info(
        "run started", LogField("job", job), LogField("run", run.id.text(tag: tag)),
        LogField("attempt", run.attempt), LogField("scheduled_for", run.scheduledFor.rfc3339),
        run.trigger == .schedule ? nil : LogField("trigger", run.trigger.word),
        run.missed.map { LogField("missed", $0.count) })
    case .retrying(let job, let run):
      warning(
        "attempt failed", LogField("job", job), LogField("run", run.id.text(tag: tag)),
        LogField("attempt", run.attempt), run.error.map { LogField("error", $0) },
        delay(run).map { LogField("retry_in", $0) })
    case .ended(let job, let run): tellEnd(job, run, tag: tag)
    case .leftOut(let job, let leftOut):
      warning(
        "instants \(leftOut.state.word)", LogField("job", job),
        LogField("reason", leftOut.reason.word), LogField("count", leftOut.count),
        LogField("first", leftOut.first.rfc3339),
        leftOut.count > 1 ? LogField("last", leftOut.last.rfc3339) : nil)
    case .jobAppeared(let job): info("job added", LogField("job", job))
    case .jobVanished(let job): info("job removed", LogField("job", job))
    case .jobChanged(let job): info("job changed", LogField("job", job))
    case .jobRenamed(let old, let new):
      info("job renamed", LogField("job", new), LogField("was", old))
    case .paused(let job, let pause):
      info(
        "paused", field(job, pause.target),
        pause.until.map { LogField("until", $0.rfc3339) }, pause.note.map { LogField("note", $0) })
    case .resumed(let job, let target): info("resumed", field(job, target))
    case .overdue(let job, let since):
      warning("no completed run", LogField("job", job), LogField("since", since.rfc3339))
    case .clockStepped(let step):
      warning("the wall clock was set", LogField("by_ms", step.milliseconds))
    }
  }

  private func field(_ job: JobName?, _ target: PauseTarget) -> LogField {
    switch target {
    case .queue(let name): LogField("queue", name)
    case .job, .everything: LogField("job", job?.text ?? "(all)")
    }
  }

  private func tellEnd(_ job: JobName, _ run: Run, tag: String) {
    let level: Level = run.state == .failed ? .error : run.state == .completed ? .info : .warning
    write(
      level, "run \(run.state.word)",
      [
        LogField("job", job), LogField("run", run.id.text(tag: tag)),
        run.attempt > 0 ? LogField("attempt", run.attempt) : nil,
        run.reason.map { LogField("reason", $0.word) },
        took(run).map { LogField("took", $0) },
        run.state == .completed ? nil : run.error.map { LogField("error", $0) },
        run.result.map { LogField("result", $0) },
      ])
  }

  private func took(_ run: Run) -> String? {
    guard run.attempt > 0, let start = run.startedAt, let end = run.finishedAt else { return nil }
    return (end - start).text
  }

  private func delay(_ run: Run) -> String? {
    guard let end = run.finishedAt, let retry = run.retryAt else { return nil }
    return (retry - end).text
  }
}

extension Notice {
  /// The job of which this is what is to be expected: a start, or a good end.
  fileprivate var goodNews: JobName? {
    switch self {
    case .started(let job, _): job
    case .ended(let job, let run): run.state == .completed ? job : nil
    default: nil
    }
  }
}
