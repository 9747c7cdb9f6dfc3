// SPDX-License-Identifier: Apache-2.0

import CronParser

/// One job of a job file while it is being read: its schedule, its work, its options.
struct JobDefinition {
  /// Keys that only a job has.
  static let ownKeys = schedules + works + ["with"]
  private static let schedules = ["cron", "every", "every-after", "at", "after"]
  private static let works = ["command", "exec", "task", "http"]
  private static let processOptions = [
    "user", "directory", "environment", "environment-file", "inherit-environment", "umask", "nice",
    "limits", "shell", "grace", "success", "on-stop",
  ]

  private(set) var decoder: OptionDecoder
  private var draft: JobDraft
  private let context: LoadContext
  private let name: JobName
  private var schedule = Schedule.manual
  private var scheduleText = "manual"
  private var work: Work?
  private var entries: [String: TOMLEntry] = [:]
  /// Where the schedule is written; nil where there is none.
  private(set) var scheduleRange: TOMLRange?

  init(_ name: JobName, draft: JobDraft, context: LoadContext, folder: String) {
    self.name = name
    self.draft = draft
    self.context = context
    decoder = OptionDecoder(context, folder: folder)
  }

  /// What a job is made of.
  struct Parts {
    let times: FireTimes
    let scheduleText: String
    let work: Work
    let options: JobOptions
    let lines: [SourceLocation.OptionLine]?
  }

  /// Reads a job's table; what is wrong is in the decoder.
  mutating func read(_ table: [TOMLEntry], nameRange: TOMLRange) {
    for entry in table {
      entries[entry.key] = entry
      if let row = OptionTable.row(entry.key) {
        decoder.read(row, entry.value, key: entry.keyRange, &draft)
      } else if !Self.ownKeys.contains(entry.key) {
        decoder.unknownOption(entry, among: OptionTable.rows.map(\.key) + Self.ownKeys)
      }
    }
    readSchedule(one(of: Self.schedules, "schedule", in: table))
    readWork(one(of: Self.works, "work", in: table), nameRange: nameRange)
    checkBounds()
  }

  /// The job, if nothing is wrong with it.
  func parts() -> Parts? {
    guard decoder.faults.isEmpty, let work else { return nil }
    var draft = draft
    if case .task(let name, _) = work, context.shippedHandlers.contains(name) {
      draft.applyShippedDefaults()
    }
    if case .http = work { draft.applyRequestDefaults() }
    let times = FireTimes(
      schedule, in: draft.zone ?? context.defaultZone, starts: draft.starts, ends: draft.ends,
      daylight: draft.daylight)
    return Parts(
      times: times, scheduleText: scheduleText, work: work, options: draft.finished,
      lines: draft.lines)
  }

  /// The first of some keys that may not stand together; each further one is a fault.
  private mutating func one(of keys: [String], _ what: String, in table: [TOMLEntry])
    -> TOMLEntry?
  {
    let found = table.filter { keys.contains($0.key) }
    for extra in found.dropFirst() {
      decoder.fail(
        .key, "`\(extra.key)` beside `\(found[0].key)`: a job has one kind of \(what)",
        at: extra.keyRange, expected: "one of \(keys.joined(separator: ", "))")
    }
    return found.first
  }

  // MARK: Schedule

  private mutating func readSchedule(_ entry: TOMLEntry?) {
    scheduleRange = entry?.value.range
    // The text of a string begins behind its quote.
    if entry?.key == "cron" { scheduleRange?.column += 1 }
    if let entry {
      switch entry.key {
      case "cron": readCron(entry.value)
      case "every": readEvery(entry.value)
      case "every-after": readEveryAfter(entry.value)
      case "after": readParent(entry.value)
      default: readInstants(entry.value)
      }
    }
    refuse("dst", unlessScheduledBy: ["cron"], entry)
    refuse("anchor", unlessScheduledBy: ["every"], entry)
    refuse("first", unlessScheduledBy: ["every", "every-after"], entry)
  }

  private mutating func readCron(_ value: TOMLValue) {
    guard let text = decoder.string(value, "cron", takes: "a string such as \"30 3 * * *\"") else {
      return
    }
    guard text.utf8.count <= CrontabReader.scheduleLimit else {
      return decoder.fail(
        .limit, "the expression is longer than \(CrontabReader.scheduleLimit) bytes",
        at: value.range)
    }
    do {
      let seed = SpreadSeed(jobName: name.text, machineID: context.machineID)
      schedule = try Schedule(crontab: text, spread: seed)
      scheduleText = text
      if context.warningsAt != nil {
        decoder.advise(ScheduleAdvice.on(text, .jobFile), on: text, at: value.range)
      }
    } catch {
      decoder.fail(
        error.category, error.message, at: value.range, expected: error.expected,
        suggestion: error.suggestion,
        inner: .init(text: text, offset: error.offset, length: error.length))
    }
  }

  private mutating func readEvery(_ value: TOMLValue) {
    guard let period = decoder.period(value, "every") else { return }
    schedule = .every(
      IntervalSchedule(
        period: period, anchor: draft.anchor ?? .epoch, firstNow: draft.isFirstNow))
    scheduleText = "every \(period.text)"
  }

  private mutating func readEveryAfter(_ value: TOMLValue) {
    guard let delay = decoder.period(value, "every-after") else { return }
    schedule = .everyAfter(delay, firstNow: draft.isFirstNow)
    scheduleText = "every-after \(delay.text)"
  }

  private mutating func readInstants(_ value: TOMLValue) {
    guard let instants = decoder.instants(value) else { return }
    schedule = .at(instants)
    scheduleText = instants.shownText
  }

  private mutating func readParent(_ value: TOMLValue) {
    guard let parent = decoder.jobName(value, "after") else { return }
    draft.rare.after = parent
    scheduleText = "after \(parent)"
    decoder.note(link: JobLink(to: parent, key: "after", range: value.range))
  }

  private mutating func refuse(
    _ key: String, unlessScheduledBy kinds: [String], _ schedule: TOMLEntry?
  ) {
    guard let entry = entries[key], !kinds.contains(schedule?.key ?? "") else { return }
    let with = kinds.map { "`\($0)`" }.joined(separator: " or ")
    decoder.fail(.key, "`\(key)` goes with \(with) only", at: entry.keyRange)
  }

  private mutating func checkBounds() {
    guard let starts = draft.starts, let ends = draft.ends, starts >= ends,
      let entry = entries["ends"] ?? entries["starts"]
    else { return }
    decoder.fail(
      .never, "the job ends before it starts", at: entry.value.range,
      expected: "`ends` after `starts`")
  }

  // MARK: Work

  private mutating func readWork(_ entry: TOMLEntry?, nameRange: TOMLRange) {
    guard let entry else {
      // A misspelt key has been reported; it was probably meant to be the work.
      if decoder.faults.contains(where: { Self.works.contains($0.suggestion ?? "") }) { return }
      decoder.fail(
        .key, "the job has nothing to do", at: nameRange, expected: "command, exec, task or http")
      return
    }
    switch entry.key {
    case "command":
      if let text = filled(entry) { work = .command(text, input: draft.input) }
    case "exec":
      if let words = decoder.arguments(entry.value) { work = .exec(words, input: draft.input) }
    case "http": work = decoder.request(entry.value).map { .http(Shared($0)) }
    default: readTask(entry)
    }
    if context.warningsAt != nil {
      warnOfRelativeProgram(entry)
      if entry.key == "http" { warnOfProcessOptions() }
    }
    if entry.key != "task", let payload = entries["with"] {
      decoder.fail(.key, "`with` goes with `task` only", at: payload.keyRange)
    }
    if entry.key == "task" || entry.key == "http", let input = entries["stdin"] {
      decoder.fail(.key, "`stdin` goes with `command` or `exec` only", at: input.keyRange)
    }
  }

  /// A program that is sought from the home directory, though no option says where the job runs.
  private mutating func warnOfRelativeProgram(_ entry: TOMLEntry) {
    guard draft.options.surroundings.directory == nil else { return }
    let program: Substring? =
      switch work {
      case .command(let text, _): ProgramAdvice.relativeProgram(of: text)
      case .exec(let words, _):
        words.first.flatMap { ProgramAdvice.isRelative($0) ? $0[...] : nil }
      case .task, .http, nil: nil
      }
    guard let program else { return }
    decoder.warn(
      .syntax,
      "`\(Diagnostic.shown(String(program)))` is a relative path: it is sought in the home "
        + "directory, where the job runs",
      at: entry.value.range, expected: "a path from `/`, or a `directory`")
  }

  /// What a request makes nothing of.
  private mutating func warnOfProcessOptions() {
    for key in Self.processOptions {
      guard let entry = entries[key] else { continue }
      decoder.warn(
        .key, "`\(key)` is about processes, and means nothing to a request", at: entry.keyRange,
        expected: key == "success" ? "`expected`, in `http`" : nil)
    }
  }

  private mutating func filled(_ entry: TOMLEntry) -> String? {
    guard let text = decoder.string(entry.value, entry.key) else { return nil }
    if text.utf8.contains(where: { $0 > 0x20 }) { return text }
    decoder.fail(.syntax, "`\(entry.key)` is empty", at: entry.value.range)
    return nil
  }

  private mutating func readTask(_ entry: TOMLEntry) {
    let payload = payload()
    guard let name = filled(entry) else { return }
    if let handlers = context.handlers, !handlers.contains(name) {
      decoder.fail(
        .key, "no handler is called \"\(Diagnostic.shown(name))\"", at: entry.value.range,
        expected: "one of \(handlers.sorted().joined(separator: ", "))",
        suggestion: nearestName(to: name, among: handlers.sorted()))
    }
    if let payload { work = .task(name: name, payload: payload) }
  }

  private mutating func payload() -> String? {
    guard let value = entries["with"]?.value else { return "{}" }
    guard case .table = value.content else {
      decoder.wrongType(value, "with", takes: "a table, such as { database = \"app.db\" }")
      return nil
    }
    switch JSONText.of(value) {
    case .success(let text): return text
    case .failure(let unsayable):
      decoder.fail(
        .range, "\(unsayable.value.description) cannot be handed to a handler",
        at: unsayable.value.range, expected: "a finite number")
      return nil
    }
  }
}

extension OptionDecoder {
  /// Reports a key that is no option.
  mutating func unknownOption(_ entry: TOMLEntry, among known: [String]) {
    let other = Self.otherNames[entry.key.lowercased()].flatMap { known.contains($0) ? $0 : nil }
    let suggestion = other ?? nearestName(to: entry.key, among: known)
    fail(
      .key, "unknown option \"\(Diagnostic.shown(entry.key))\"", at: entry.keyRange,
      expected: suggestion == nil
        ? "an option that docs/schedules.md lists, such as timeout or environment" : nil,
      suggestion: suggestion)
  }

  /// What other schedulers call an option.
  private static let otherNames = [
    "schedule": "cron", "crontab": "cron", "when": "cron", "interval": "every", "cmd": "command",
    "run": "command", "script": "command", "shell-command": "command", "args": "exec",
    "arguments": "exec", "url": "http", "handler": "task", "payload": "with", "tz": "timezone",
    "time-zone": "timezone", "zone": "timezone", "env": "environment", "cwd": "directory",
    "workdir": "directory", "working-directory": "directory", "retry": "retries",
    "max-retries": "retries", "concurrency": "overlap", "misfire": "catch-up",
    "missed": "catch-up", "disabled": "enabled", "input": "stdin",
  ]
}
