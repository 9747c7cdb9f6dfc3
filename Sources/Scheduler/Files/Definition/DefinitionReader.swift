// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Reads a job's definition from its text.
///
/// The options are read as a job file's are; what a text says otherwise than a file does, or a
/// crontab otherwise than a job file, is read here.
struct DefinitionReader {
  private let context: LoadContext
  private var decoder: OptionDecoder
  private var draft = JobDraft()
  private var zone: Zone?
  private var own: [String: TOMLEntry] = [:]

  /// Keys that are no options of a job file.
  private static let ownKeys: Set<String> = [
    "name", "schedule", "cron", "cron-image", "every", "every-after", "at", "after", "command",
    "exec", "task", "http", "with", "source",
  ]

  init(_ context: LoadContext) {
    self.context = context
    decoder = OptionDecoder(context, folder: "")
  }

  /// Reads the text whole.
  mutating func read(_ text: String) throws(DefinitionTextError) -> Job {
    for entry in try Self.entries(of: text) {
      try take(entry)
      try throwFault()
    }
    let name = decoder.jobName(try value("name"), "name")
    if let parent = own["after"]?.value { draft.rare.after = decoder.jobName(parent, "after") }
    let schedule = schedule()
    let shown = shownText(schedule)
    let work = try work()
    let source = try source()
    try throwFault()
    guard let name, let schedule, let work, let zone else { throw Self.incomplete("timezone") }
    let times = FireTimes(
      schedule, in: zone, starts: draft.starts, ends: draft.ends, daylight: draft.daylight)
    return Job(
      name: name, times: times, scheduleText: shown, work: work,
      options: Shared(draft.finished), source: source)
  }

  private static func entries(of text: String) throws(DefinitionTextError) -> [TOMLEntry] {
    do {
      return try TOMLDocument(Array(text.utf8)).entries
    } catch {
      throw DefinitionTextError(kind: .syntax, message: error.message, line: error.line)
    }
  }

  // MARK: Options

  private mutating func take(_ entry: TOMLEntry) throws(DefinitionTextError) {
    let value = entry.value
    switch entry.key {
    case _ where Self.ownKeys.contains(entry.key): own[entry.key] = entry
    case "timezone": try readZone(value)
    case "shell": draft.options.surroundings.shell = decoder.string(value, entry.key) ?? ""
    case "directory": draft.options.surroundings.directory = decoder.string(value, entry.key)
    case "environment": readEnvironment(value)
    case "environment-file": draft.rare.environmentFile = decoder.string(value, entry.key)
    case "quiet": draft.rare.isQuiet = decoder.boolean(value, entry.key) ?? false
    case "mail": draft.rare.mailsOnlyFailures = decoder.string(value, entry.key) == "failures"
    case "user": draft.rare.user = decoder.string(value, entry.key)
    default:
      guard let row = OptionTable.row(entry.key) else {
        throw DefinitionTextError(
          kind: .unknownKey,
          message:
            "unknown key \"\(Diagnostic.shown(entry.key))\": another version of Beat wrote it",
          line: entry.keyRange.line)
      }
      decoder.read(row, value, key: entry.keyRange, &draft)
    }
  }

  private mutating func readZone(_ value: TOMLValue) throws(DefinitionTextError) {
    guard let name = decoder.string(value, "timezone") else { return }
    if name == context.defaultZone.name {
      zone = context.defaultZone
      return
    }
    do {
      zone = try context.zones.zone(named: name)
    } catch {
      throw DefinitionTextError(kind: .zone, message: error.message, line: value.range.line)
    }
  }

  private mutating func readEnvironment(_ value: TOMLValue) {
    draft.options.surroundings.environment = strings(value, "environment").compactMap { text in
      guard let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
        decoder.fail(
          .environment, "a variable without `=`", at: value.range, expected: "NAME=VALUE")
        return nil
      }
      return EnvironmentVariable(
        name: String(text[..<sign]), value: String(text[text.utf8.index(after: sign)...]))
    }
  }

  // MARK: Schedule

  private mutating func schedule() -> Schedule? {
    if let entry = own["cron"] { return cron(entry.value) }
    if let entry = own["cron-image"] { return image(entry.value) }
    if let entry = own["every"] {
      return decoder.span(entry.value, "every").map {
        .every(
          IntervalSchedule(
            period: $0, anchor: draft.anchor ?? .epoch, firstNow: draft.isFirstNow))
      }
    }
    if let entry = own["every-after"] {
      return decoder.span(entry.value, "every-after").map {
        .everyAfter($0, firstNow: draft.isFirstNow)
      }
    }
    return own["at"].map { entry in .at(instants(entry.value)) } ?? .manual
  }

  private mutating func cron(_ value: TOMLValue) -> Schedule? {
    guard let text = decoder.string(value, "cron") else { return nil }
    do {
      return try Schedule(crontab: text)
    } catch {
      decoder.fail(error.category, error.message, at: value.range)
      return nil
    }
  }

  private mutating func image(_ value: TOMLValue) -> Schedule? {
    let numbers: [Int64] = elements(value, "cron-image").compactMap {
      if case .integer(let number) = $0.content { number } else { nil }
    }
    if let expression = CronExpression(image: numbers) { return .cron(expression) }
    decoder.fail(.range, "`cron-image` is that of no expression", at: value.range)
    return nil
  }

  private mutating func instants(_ value: TOMLValue) -> [Instant] {
    elements(value, "at").compactMap { decoder.instant($0, "at") }
  }

  /// The schedule's text for people.
  private mutating func shownText(_ schedule: Schedule?) -> String {
    for key in ["schedule", "cron"] {
      if let entry = own[key] { return decoder.string(entry.value, key) ?? "" }
    }
    return schedule?.shownText(after: draft.rare.after) ?? ""
  }

  // MARK: Work and source

  private mutating func work() throws(DefinitionTextError) -> Work? {
    if let entry = own["command"] {
      return decoder.string(entry.value, "command").map { .command($0, input: draft.input) }
    }
    if let entry = own["exec"] {
      return decoder.arguments(entry.value).map { .exec($0, input: draft.input) }
    }
    if let entry = own["http"] {
      return decoder.request(entry.value).map { .http(Shared($0)) }
    }
    guard let entry = own["task"] else { throw Self.incomplete("command, exec, task or http") }
    let payload = own["with"].flatMap { decoder.string($0.value, "with") } ?? "{}"
    return decoder.string(entry.value, "task").map { .task(name: $0, payload: payload) }
  }

  private mutating func source() throws(DefinitionTextError) -> SourceLocation? {
    guard let value = own["source"]?.value else { return nil }
    guard case .table(let parts) = value.content,
      let file = parts.first(where: { $0.key == "file" }),
      let line = parts.first(where: { $0.key == "line" })
    else { throw Self.incomplete("file and line in `source`") }
    guard let path = decoder.string(file.value, "file"),
      let number = decoder.integer(line.value, "line", in: 0...Int64(Int32.max))
    else { return nil }
    return SourceLocation(file: path, line: number)
  }

  // MARK: Parts

  private mutating func elements(_ value: TOMLValue, _ key: String) -> [TOMLValue] {
    if case .array(let elements) = value.content { return elements }
    decoder.wrongType(value, key, takes: "a list")
    return []
  }

  private mutating func strings(_ value: TOMLValue, _ key: String) -> [String] {
    elements(value, key).compactMap { decoder.string($0, key) }
  }

  private func value(_ key: String) throws(DefinitionTextError) -> TOMLValue {
    guard let entry = own[key] else { throw Self.incomplete(key) }
    return entry.value
  }

  // MARK: Faults

  private static func incomplete(_ what: String) -> DefinitionTextError {
    DefinitionTextError(kind: .incomplete, message: "it has no \(what)", line: nil)
  }

  private func throwFault() throws(DefinitionTextError) {
    guard let fault = decoder.faults.first else { return }
    let expected = fault.expected.map { "; expected: \($0)" } ?? ""
    throw DefinitionTextError(
      kind: .value, message: fault.message + expected, line: fault.range.line)
  }
}
