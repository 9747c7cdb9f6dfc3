// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler

/// What the scheduler knows, as messages of the API.
extension RunSummary {
  init(_ row: JobScheduler.NamedRow, tag: String) {
    switch row.row {
    case .run(let run): self.init(run, of: row.job, tag: tag)
    case .stretch(let stretch): self.init(stretch, of: row.job)
    case .folded(let fold): self.init(fold, of: row.job)
    }
  }

  /// Rows that were pruned: known by their number alone.
  init(_ fold: FoldedRuns, of job: JobName) {
    self.init(
      runID: nil, job: job.text,
      trigger: fold.key.isScheduled ? Trigger.schedule.word : "other", scheduledFor: fold.first,
      state: fold.key.state.word)
    reason = fold.key.reason?.word
    lastScheduledFor = fold.last
    count = fold.count
    pruned = true
  }

  init(_ run: Run, of job: JobName, tag: String) {
    self.init(
      runID: run.id.text(tag: tag), job: job.text, trigger: run.trigger.word,
      scheduledFor: run.scheduledFor, state: run.state.word, attempt: run.attempt)
    reason = run.reason?.word
    startedAt = run.startedAt
    finishedAt = run.finishedAt
    exitCode = run.exitCode
    signal = run.signal
    error = run.error
    retryAt = run.retryAt
    replayOf = run.replayOf?.text(tag: tag)
    result = run.result.map(JSONValue.init(textOrString:))
    missedCount = run.missed?.count
    missedFirst = run.missed?.first
  }

  init(_ stretch: Stretch, of job: JobName) {
    self.init(
      runID: nil, job: job.text, trigger: Trigger.schedule.word, scheduledFor: stretch.first,
      state: stretch.state.word)
    reason = stretch.reason.word
    lastScheduledFor = stretch.last
    count = stretch.count
  }
}

extension LastRun {
  init(_ run: Run, tag: String) {
    self.init(
      runID: run.id.text(tag: tag), scheduledFor: run.scheduledFor, state: run.state.word,
      attempt: run.attempt)
    startedAt = run.startedAt
    finishedAt = run.finishedAt
    exitCode = run.exitCode
    signal = run.signal
    error = run.error
    retryAt = run.retryAt
  }
}

extension JobSummary {
  init(_ report: JobScheduler.JobReport, tag: String) {
    let view = report.view
    self.init(
      name: view.job.name.text, schedule: view.job.scheduleText,
      timezone: view.job.times.zone.name, state: JobState(rawValue: view.state.rawValue))
    description = view.job.options.value.description
    paused = view.pause != nil
    next = view.next
    last = report.latest.map { LastRun($0, tag: tag) }
  }
}

extension JobDetail {
  init(_ report: JobScheduler.JobReport, runs: [RunSummary], tag: String) {
    let job = report.view.job
    let options = job.shownOptions
    self.init(
      summary: JobSummary(report, tag: tag), work: WorkSummary(job.work),
      options: Dictionary(options.map { ($0.key, $0.text) }, uniquingKeysWith: { $1 }))
    optionLines = Dictionary(
      options.compactMap { option in option.line.map { (option.key, $0) } },
      uniquingKeysWith: { $1 })
    self.runs = runs
    source = job.source.map { SourceSummary(file: $0.file, line: $0.line) }
    pause = report.view.pause.map(PauseSummary.init)
  }
}

extension WorkSummary {
  init(_ work: Work) {
    switch work {
    case .command(let text, _): self.init(kind: "command", text: text)
    case .exec(let words, _): self.init(kind: "exec", text: words.joined(separator: " "))
    case .task(let name, let payload):
      self.init(kind: "task", text: name, with: JSONValue(textOrString: payload))
    case .http(let request):
      let request = request.value
      self.init(
        kind: "http", text: "\(request.sentMethod.rawValue) \(request.url)",
        with: .parts(of: request))
    }
  }
}

extension JSONValue {
  /// What a request has besides method and URL; nil where there is nothing.
  ///
  /// Of headers the names, as their values may be secrets.
  fileprivate static func parts(of request: Scheduler.HTTPRequest) -> JSONValue? {
    var parts: [String: JSONValue] = [:]
    if !request.headers.isEmpty {
      parts["headers"] = .array(request.headers.map { .string($0.name) })
    }
    parts["body_bytes"] = request.body.map { .integer(Int64($0.utf8.count)) }
    if request.expected != [200...299] {
      parts["expected"] = .array(request.expected.map { .string(text(of: $0)) })
    }
    parts["timeout"] = request.timeout.map { .string($0.text) }
    parts["connect-timeout"] = request.connectTimeout.map { .string($0.text) }
    if request.redirects != .sameHost { parts["redirects"] = .string(request.redirects.rawValue) }
    if request.allowsLinkLocal { parts["link-local"] = .bool(true) }
    return parts.isEmpty ? nil : .object(parts)
  }

  private static func text(of statuses: ClosedRange<Int>) -> String {
    statuses.count == 1 ? "\(statuses.lowerBound)" : "\(statuses.lowerBound / 100)xx"
  }
}

extension PauseSummary {
  init(_ pause: Pause) {
    self.init(since: pause.since, until: pause.until, note: pause.note)
  }
}

extension AttemptSummary {
  init(_ attempt: Attempt) {
    self.init(
      attempt: attempt.number, startedAt: attempt.startedAt, finishedAt: attempt.finishedAt,
      exitCode: attempt.exitCode, signal: attempt.signal, error: attempt.error)
  }

  /// A run's latest attempt, or nil where none has begun.
  init?(latestOf run: Run) {
    guard let startedAt = run.startedAt, run.attempt > 0 else { return nil }
    self.init(
      attempt: run.attempt, startedAt: startedAt, finishedAt: run.finishedAt,
      exitCode: run.exitCode, signal: run.signal, error: run.error)
  }
}
