// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler

/// What `explain` says, as it stands in JSON.
struct Explanation: Encodable {
  /// A field of an expression.
  struct Field: Encodable, Equatable {
    let name: String
    @OrNull var text: String?
    let values: String
  }

  /// Which of two rules holds, and why.
  struct Rule: Encodable, Equatable {
    let rule: String
    let reason: String
  }

  /// What a process is given.
  struct Process: Encodable, Equatable {
    /// `command`, for the shell, or `exec`.
    let kind: String
    let arguments: [String]
    @OrNull var stdin: String?
    let environment: [String: String]
    let user: String
    let directory: String
    /// What a run may find otherwise, and why.
    let notes: [String]
    /// The environment in its order.
    let variables: [EnvironmentVariable]

    enum CodingKeys: String, CodingKey {
      case kind, arguments, stdin, environment, user, directory, notes
    }
  }

  /// What a handler is given.
  struct Task: Encodable, Equatable {
    let name: String
    let with: JSONValue
  }

  /// What an HTTP server is sent.
  struct Request: Encodable, Equatable {
    let method: String
    let url: String
    let headers: [String: String]
    @OrNull var body: String?
    /// The headers in their order.
    let lines: [HTTPRequest.Header]

    enum CodingKeys: String, CodingKey {
      case method, url, headers, body
    }
  }

  /// Something that is allowed and probably not meant.
  struct Warning: Encodable, Equatable {
    let message: String
    @OrNull var expected: String?
    @OrNull var suggestion: String?

    init(_ diagnostic: Diagnostic) {
      message = diagnostic.message
      expected = diagnostic.expected
      suggestion = diagnostic.suggestion
    }
  }

  var job: String?
  var source: SourceSummary?
  let schedule: String
  var description: String
  let timezone: String
  var fields: [Field]?
  var dayRule: Rule?
  var daylightSaving: Rule
  var next: [Instant]
  var process: Process?
  var task: Task?
  var http: Request?
  /// The options that the job's file gives.
  var options: [String: String]?
  var warnings: [Warning] = []
  /// The zone that the instants are shown in.
  let zone: Zone

  enum CodingKeys: String, CodingKey {
    case job, source, schedule, description, timezone, fields, next, process, task, http
    case options, warnings
    case dayRule = "day_rule"
    case daylightSaving = "daylight_saving"
  }

  /// A schedule by itself.
  init(of times: FireTimes, writtenAs text: String, now: Instant) {
    schedule = text
    description = times.schedule.description
    zone = times.zone
    timezone = times.zone.name
    next = NextCommand.instants(of: times, now, 5, .next)
    daylightSaving = Self.intervalRule
    guard case .cron(let expression) = times.schedule else { return }
    let parts = CronExplanation(expression, writtenAs: text)
    fields = parts.fields.map { Field(name: $0.name, text: $0.text, values: $0.values) }
    dayRule = Self.dayRule(parts)
    daylightSaving = Self.daylightRule(parts, times, now)
  }

  /// A job of a schedule file, with what its process would be given.
  init(of found: JobLookup.Found, in zone: Zone, now: Instant) {
    let job = found.job
    let times = FireTimes(
      job.times.schedule, in: zone, starts: job.times.starts, ends: job.times.ends,
      daylight: job.times.daylight)
    self.init(of: times, writtenAs: job.scheduleText, now: now)
    self.job = job.name.text
    source = job.source.map { SourceSummary(file: $0.file, line: $0.line) }
    warnings = found.warnings.map(Warning.init)
    options = Dictionary(
      job.shownOptions.filter { $0.line != nil && $0.key != "timezone" }.map { ($0.key, $0.text) },
      uniquingKeysWith: { $1 })
    if let preview = ProcessPreview(job, at: next.first ?? now) {
      process = Process(job.work, preview)
    } else if case .task(let name, let payload) = job.work {
      task = Task(name: name, with: JSONValue(textOrString: payload))
    } else if let preview = HTTPPreview(job, at: next.first ?? now, agent: Self.agent) {
      http = Request(preview)
    }
  }

  /// What the daemon of this version calls itself.
  private static let agent = "beat/\(BeatVersion.current)"

  /// A job of the daemon's whose file cannot be read here.
  init(of detail: JobDetail, in zone: Zone) {
    let text = detail.summary.schedule
    let known = try? Schedule(crontab: text)
    self.init(of: FireTimes(known ?? .manual, in: zone), writtenAs: text, now: .latest)
    if known == nil { description = text }
    job = detail.summary.name
    source = detail.source
    if detail.work.kind == "task" {
      task = Task(name: detail.work.text, with: detail.work.with ?? .object([:]))
    }
    if detail.work.kind == "http" {
      let words = detail.work.text.split(separator: " ", maxSplits: 1)
      http = Request(
        method: String(words.first ?? ""), url: String(words.last ?? ""), headers: [:],
        body: nil, lines: [])
    }
  }
}

// MARK: Rules

extension Explanation {
  private static let intervalRule = Rule(
    rule: "none", reason: "it does not go by the clock on the wall: clock changes do not touch it")

  private static func dayRule(_ parts: CronExplanation) -> Rule {
    switch parts.dayRule {
    case .both:
      let fields = parts.starredDays.joined(separator: " and ")
      return Rule(
        rule: "both",
        reason: "a day must match both day fields, since \(fields) "
          + (parts.starredDays.count == 1 ? "begins" : "begin") + " with * or is ?")
    case .either:
      return Rule(
        rule: "either",
        reason: "a day that matches either day field will do, since neither begins with *")
    }
  }

  private static func daylightRule(
    _ parts: CronExplanation, _ times: FireTimes, _ now: Instant
  ) -> Rule {
    let zone = times.zone
    let change = ClockChange.next(after: now, in: zone)
    let coming =
      change.map { "; the next change is on \(TimeText.local($0.at, in: zone).prefix(10))" }
      ?? "; no change is to come in \(zone.name)"
    let isStarred = !parts.starredTimes.isEmpty
    if case .chosen(let gap, let fold) = times.daylight {
      let gap = gap ?? (isStarred ? .skip : .run)
      let fold = fold ?? (isStarred ? .both : .first)
      return Rule(
        rule: "chosen",
        reason: "where clocks change the job's own `dst` holds: \(words(gap)); \(words(fold))"
          + coming)
    }
    guard isStarred else {
      return Rule(
        rule: "wall-clock",
        reason: "where clocks change it follows the clock on the wall, since minute and hour are "
          + "fixed: \(words(DaylightRule.Gap.run)); \(words(DaylightRule.Fold.first))" + coming)
    }
    let fields = parts.starredTimes.joined(separator: " and ")
    return Rule(
      rule: "real-time",
      reason: "where clocks change it follows real time, since \(fields) "
        + (parts.starredTimes.count == 1 ? "begins" : "begin")
        + " with *: \(words(DaylightRule.Gap.skip)); \(words(DaylightRule.Fold.both))" + coming)
  }

  private static func words(_ gap: DaylightRule.Gap) -> String {
    switch gap {
    case .run: "a time that is skipped runs once, when the gap ends"
    case .skip: "a time that is skipped does not run"
    }
  }

  private static func words(_ fold: DaylightRule.Fold) -> String {
    switch fold {
    case .first: "a time that comes twice runs once, the first time"
    case .last: "a time that comes twice runs once, the second time"
    case .both: "a time that comes twice runs twice"
    }
  }
}

extension Explanation.Request {
  fileprivate init(_ preview: HTTPPreview) {
    method = preview.method.rawValue
    url = preview.url
    body = preview.body
    lines = preview.headers
    headers = Dictionary(
      preview.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $0 + ", " + $1 })
  }
}

extension Explanation.Process {
  fileprivate init(_ work: Work, _ preview: ProcessPreview) {
    if case .command = work { kind = "command" } else { kind = "exec" }
    arguments = preview.arguments
    stdin = preview.input
    variables = preview.environment
    environment = Dictionary(
      preview.environment.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
    user = preview.user
    directory = preview.directory
    notes = preview.notes
  }
}
