// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Writes definitions as text, one after the other into the same buffer.
///
/// Jobs that share their options cost no more than their own parts: about a microsecond each.
public struct DefinitionWriter: Sendable {
  private var out = DefinitionBytes()
  /// The options that were written last, and how.
  private var latest: (options: Shared<JobOptions>, bytes: [UInt8])?

  /// A writer that has written nothing.
  public init() {}

  /// The definition that was written last.
  public var text: String { String(decoding: out.bytes, as: UTF8.self) }

  /// Writes a job's definition in place of the one before it, and gives its fingerprint.
  public mutating func write(_ job: Job) -> DefinitionFingerprint {
    out.clear()
    out.line("name", string: job.name.text)
    writeSchedule(job)
    writeTimes(job.times)
    writeWork(job.work)
    writeOptions(job.options)
    let fingerprint = DefinitionFingerprint(out.bytes.span)
    if let source = job.source {
      out.line("source") {
        $0.text("{ file = ")
        $0.string(source.file)
        $0.text(", line = \(source.line) }")
      }
    }
    return fingerprint
  }

  // MARK: Schedule

  private mutating func writeSchedule(_ job: Job) {
    var given = job.times.schedule.shownText(after: job.options.value.rare?.value.after)
    switch job.times.schedule {
    case .cron(let expression):
      if isGiven(expression, by: job.scheduleText) {
        out.line("cron", string: job.scheduleText)
        given = job.scheduleText
      } else {
        out.line("cron-image") { $0.list(expression.image) { $0.text("\($1)") } }
      }
    case .every(let interval):
      out.line("every", string: interval.period.text)
      if interval.anchor != .epoch { out.line("anchor", string: interval.anchor.rfc3339) }
      if interval.firstNow { out.line("first", string: "now") }
    case .everyAfter(let delay, let firstNow):
      out.line("every-after", string: delay.text)
      if firstNow { out.line("first", string: "now") }
    case .at(let instants): out.line("at", strings: instants.map(\.rfc3339))
    case .reboot: out.line("cron", string: "@reboot")
    case .manual: break
    }
    if given != job.scheduleText { out.line("schedule", string: job.scheduleText) }
  }

  /// Whether the text is all that the expression needs.
  private func isGiven(_ expression: CronExpression, by text: String) -> Bool {
    guard !expression.isSpread, case .cron(let read)? = try? Schedule(crontab: text) else {
      return false
    }
    return read == expression
  }

  private mutating func writeTimes(_ times: FireTimes) {
    out.line("timezone", string: times.zone.name)
    if case .chosen(let gap, let fold) = times.daylight {
      out.line("dst") { out in
        out.table(
          [("gap", gap?.rawValue), ("fold", fold?.rawValue)].compactMap { key, word in
            word.map { (key, DefinitionBytes.quoted($0)) }
          })
      }
    }
    if let starts = times.starts { out.line("starts", string: starts.rfc3339) }
    if let ends = times.ends { out.line("ends", string: ends.rfc3339) }
  }

  // MARK: Work

  private mutating func writeWork(_ work: Work) {
    switch work {
    case .command(let text, let input):
      out.line("command", string: text)
      if let input { out.line("stdin", string: input) }
    case .exec(let words, let input):
      out.line("exec", strings: words)
      if let input { out.line("stdin", string: input) }
    case .task(let name, let payload):
      out.line("task", string: name)
      if payload != "{}" { out.line("with", string: payload) }
    case .http(let request): out.write(request.value)
    }
  }

  // MARK: Options

  private mutating func writeOptions(_ options: Shared<JobOptions>) {
    if let latest, latest.options === options { return out.append(latest.bytes) }
    var own = DefinitionBytes()
    own.write(options.value)
    if let rare = options.value.rare?.value { own.write(rare) }
    latest = (options, own.bytes)
    out.append(own.bytes)
  }
}

extension Schedule {
  /// What a schedule is called that its keys give; nil for an expression, which is its own name.
  func shownText(after parent: JobName?) -> String? {
    switch self {
    case .cron: nil
    case .every(let interval): "every \(interval.period.text)"
    case .everyAfter(let delay, _): "every-after \(delay.text)"
    case .at(let instants): instants.shownText
    case .reboot: "@reboot"
    case .manual: parent.map { "after \($0)" } ?? "manual"
    }
  }
}

extension [Instant] {
  /// The first three, and how many more there are.
  var shownText: String {
    let shown = prefix(3).map(\.rfc3339).joined(separator: ", ")
    return "at \(shown)" + (count > 3 ? " and \(count - 3) more" : "")
  }
}
