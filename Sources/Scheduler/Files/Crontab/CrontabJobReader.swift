// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Turns a crontab's lines into jobs.
///
/// A line in error leaves the others as they are: an option in error is as if it were not there
/// (the jobs below are provisional), and only a zone or a user in error leaves out the jobs below
/// it, since when they are due, or as whom they are to run, is not known.
struct CrontabJobReader {
  private let file: ScheduleFile
  private let context: LoadContext
  private var draft = JobDraft()
  private var draftVersion = 0
  private var isProvisional = false
  /// The `BEAT_USER` in force is in error: as whom the jobs below are to run is not known.
  private var isUserBroken = false
  private var zone: ZoneInForce
  private var nextName: NextName = .none
  private var optionsOfOneLine: [String] = []
  private var shared: (of: OptionState, options: SharedOptions)?
  private let origin: Shared<String>
  private var names: CrontabNames
  /// `FILE/`, and what was last written after it.
  private var nameBytes: [UInt8]
  private let stemLength: Int
  private(set) var result: FileJobs

  /// What lines have in common.
  private struct SharedOptions {
    let options: Shared<JobOptions>
    let lines: Shared<[SourceLocation.OptionLine]>?
  }

  /// What a line's options hang on: lines that agree in it share one copy.
  private struct OptionState: Equatable {
    let draft: Int
    let environment: Int
    let user: String?
    let isQuiet: Bool
    let mailsOnlyFailures: Bool
  }

  /// The zone of the lines below.
  private enum ZoneInForce {
    case daemons
    case named(Zone)
    case broken
  }

  /// What a `BEAT_NAME` line says of the next line.
  private enum NextName {
    case none
    case name(JobName, CrontabVariable)
    case broken
  }

  private init(_ file: ScheduleFile, context: LoadContext) {
    self.file = file
    self.context = context
    origin = Shared(file.path)
    zone = .daemons
    draft.options.overlap = .allow
    names = CrontabNames(origin)
    nameBytes = Array("\(file.stem)/".utf8)
    stemLength = nameBytes.count
    result = FileJobs(file)
  }

  /// Reads the file; equal options are taken from the pool.
  static func read(_ file: ScheduleFile, context: LoadContext, pool: inout OptionPool) -> FileJobs {
    var reader = CrontabJobReader(file, context: context)
    var crontab = CrontabReader(file.bytes, userColumn: file.hasUserColumn)
    while let line = crontab.next() {
      switch line {
      case .entry(let entry): reader.take(entry, pool: &pool)
      case .directive(let variable): reader.take(directive: variable)
      case .variable(let variable): reader.take(variable)
      case .error(let error): reader.take(error)
      }
    }
    reader.warnOfUnusedName()
    if context.warningsAt != nil { CrontabWarnings.ofFile(crontab, &reader.result.sink) }
    var result = reader.result
    reader.names.finish(into: &result, machineID: context.machineID)
    return result
  }

  // MARK: Entries

  private mutating func take(_ entry: CrontabEntry, pool: inout OptionPool) {
    if context.warningsAt != nil {
      let hasDirectory = draft.options.surroundings.directory != nil
      CrontabWarnings.of(entry, hasDirectory: hasDirectory, &result.sink)
    }
    let next = takeName()
    var zone = context.defaultZone
    var hasOwnZone = false
    switch self.zone {
    case .daemons: break
    case .named(let named): (zone, hasOwnZone) = (named, true)
    case .broken: return broken(entry, next)
    }
    guard canRun(entry) else { return broken(entry, next) }
    defer { forgetOptionsOfOneLine() }
    guard !next.isBroken, let name = next.name ?? base(of: entry.command) else {
      return broken(entry, next)
    }
    let shared = options(entry, pool: &pool)
    let times = FireTimes(
      schedule(entry), in: zone, starts: draft.starts, ends: draft.ends,
      daylight: draft.daylight)
    let job = Job(
      name: name, times: times, scheduleText: entry.scheduleText,
      work: .command(entry.command, input: entry.input ?? draft.input),
      options: shared.options,
      source: SourceLocation(file: origin, line: entry.line, optionLines: shared.lines))
    names.add(
      job,
      .init(
        place: .init(
          column: entry.commandColumn, length: entry.command.unicodeScalars.count,
          scheduleLine: entry.line, scheduleColumn: entry.scheduleColumn),
        isNamed: next.name != nil, hasOwnZone: hasOwnZone, isProvisional: isProvisional,
        isSpread: entry.isSpread))
  }

  /// Whether the line's user, or else the one in force, is one whom the daemon can run it as.
  private mutating func canRun(_ entry: CrontabEntry) -> Bool {
    guard let user = entry.user else { return !isUserBroken }
    guard let fault = UserFault(user, in: context) else { return true }
    result.sink.report(
      fault.isWarning ? .warning : .error, .user, line: entry.line, column: entry.userColumn,
      length: user.unicodeScalars.count, fault.message, expected: fault.expected,
      suggestion: fault.suggestion)
    return fault.isWarning
  }

  private mutating func broken(
    _ entry: CrontabEntry, _ next: (name: JobName?, isBroken: Bool)
  ) {
    names.add(
      .init(
        line: entry.line, name: next.name, base: next.isBroken ? nil : base(of: entry.command),
        scheduleText: entry.scheduleText, command: entry.command))
  }

  /// The name that the line before gives to this one.
  private mutating func takeName() -> (name: JobName?, isBroken: Bool) {
    defer { nextName = .none }
    switch nextName {
    case .none: return (nil, false)
    case .name(let name, _): return (name, false)
    case .broken: return (nil, true)
    }
  }

  /// `FILE/slug-of-command`.
  private mutating func base(of command: String) -> JobName? {
    nameBytes.removeSubrange(stemLength...)
    CommandSlug.append(of: command, to: &nameBytes)
    return JobName(String(decoding: nameBytes, as: UTF8.self))
  }

  private func schedule(_ entry: CrontabEntry) -> Schedule {
    guard case .every(let interval) = entry.schedule, draft.anchor != nil || draft.isFirstNow else {
      return entry.schedule
    }
    return .every(
      IntervalSchedule(
        period: interval.period, anchor: draft.anchor ?? interval.anchor,
        firstNow: draft.isFirstNow))
  }

  /// The options in force; the same copy as long as nothing above changed.
  private mutating func options(_ entry: CrontabEntry, pool: inout OptionPool)
    -> SharedOptions
  {
    let state = OptionState(
      draft: draftVersion, environment: entry.environmentVersion, user: entry.user,
      isQuiet: entry.isQuiet, mailsOnlyFailures: entry.mailsOnlyFailures)
    if let shared, shared.of == state { return shared.options }
    var draft = draft
    if let user = entry.user { draft.rare.user = user }
    draft.rare.isQuiet = entry.isQuiet
    draft.rare.mailsOnlyFailures = entry.mailsOnlyFailures
    var options = draft.finished
    let own = options.surroundings.environment
    options.surroundings.environment = []
    for variable in entry.environment {
      if variable.name == "SHELL", !draft.gives("shell") {
        options.surroundings.shell = variable.value
      }
      options.surroundings.environment.append(
        EnvironmentVariable(name: variable.name, value: variable.value))
    }
    options.surroundings.set(own)
    let copy = SharedOptions(
      options: pool.shared(options), lines: draft.lines.map(Shared.init))
    shared = (state, copy)
    return copy
  }

  private mutating func take(_ error: CrontabError) {
    result.sink.report(
      .error, error.category, line: error.line, column: error.column, length: error.length,
      error.message, expected: error.expected, suggestion: error.suggestion)
    if error.bytes.isEmpty { result.isBroken = true }
    guard !isVariable(error) else {
      isProvisional = true
      return
    }
    let next = takeName()
    let base = error.intent.flatMap { next.isBroken ? nil : self.base(of: $0.command) }
    names.add(
      .init(
        line: error.line, name: next.name, base: base,
        scheduleText: error.intent?.scheduleText ?? "", command: error.intent?.command ?? ""))
  }

  /// The line was meant to be a variable, so no job is broken by it.
  private func isVariable(_ error: CrontabError) -> Bool {
    error.category == .environment
  }

  // MARK: Variables

  private mutating func take(_ variable: CrontabVariable) {
    if variable.name == "CRON_TZ" { takeZone(variable) }
    if variable.name == "RANDOM_DELAY" { takeDelay(variable) }
    if context.warningsAt != nil { CrontabWarnings.of(variable, &result.sink) }
  }

  /// cronie's delay of the lines below, in minutes: their jitter.
  private mutating func takeDelay(_ variable: CrontabVariable) {
    guard let minutes = Int64(variable.value), (0...1_440).contains(minutes) else {
      isProvisional = true
      return result.sink.report(
        .error, .range, line: variable.line, column: variable.valueColumn,
        length: variable.value.unicodeScalars.count,
        "\"\(Diagnostic.shown(variable.value))\" is no number of minutes from 0 to 1440",
        expected: "whole minutes, such as RANDOM_DELAY=15")
    }
    draft.rare.jitter = .minutes(minutes)
    draft.forget("jitter")
    if minutes > 0 { draft.give("jitter", line: variable.line) }
    draftVersion += 1
  }

  private mutating func takeZone(_ variable: CrontabVariable) {
    var decoder = OptionDecoder(context, folder: file.folder)
    let value = CrontabValue.text(variable)
    if let found = decoder.zone(value, variable.name) {
      zone = .named(found)
      draft.give("timezone", line: variable.line)
      draftVersion += 1
    } else {
      zone = .broken
    }
    for fault in decoder.faults {
      var fault = fault
      fault.expected = "a zone; the jobs below it are not loaded until it is mended"
      result.sink.report(fault)
    }
  }

  private mutating func take(directive variable: CrontabVariable) {
    if variable.name == "BEAT_NAME" { return takeNameLine(variable) }
    guard let row = OptionTable.row(variable: variable.name) else { return unknown(variable) }
    if row.key == "timezone" { return takeZone(variable) }
    var decoder = OptionDecoder(context, folder: file.folder)
    switch CrontabValue.of(variable, takesText: row.takesText) {
    case .success(let value):
      decoder.read(row, value, key: CrontabValue.nameRange(of: variable), &draft)
    case .failure(let fault): decoder.fail(fault)
    }
    checkBounds(variable, &decoder)
    if row.key == "user" {
      isUserBroken = !decoder.faults.isEmpty
    } else if !decoder.faults.isEmpty {
      isProvisional = true
    }
    result.take(decoder, of: nil)
    if row.isOfOneLine { optionsOfOneLine.append(row.key) }
    draftVersion += 1
  }

  private mutating func forgetOptionsOfOneLine() {
    guard !optionsOfOneLine.isEmpty else { return }
    draft.rare.was = nil
    for key in optionsOfOneLine { draft.forget(key) }
    optionsOfOneLine = []
    draftVersion += 1
  }

  private mutating func checkBounds(_ variable: CrontabVariable, _ decoder: inout OptionDecoder) {
    guard let starts = draft.starts, let ends = draft.ends, starts >= ends else { return }
    decoder.fail(
      .never, "the jobs below end before they start", at: CrontabValue.text(variable).range,
      expected: "BEAT_ENDS after BEAT_STARTS")
    if variable.name == "BEAT_ENDS" { draft.ends = nil } else { draft.starts = nil }
  }

  private mutating func takeNameLine(_ variable: CrontabVariable) {
    warnOfUnusedName()
    guard let name = JobName(variable.value) else {
      nextName = .broken
      return result.sink.report(
        .error, variable.value.utf8.count > 200 ? .limit : .syntax, line: variable.line,
        column: variable.valueColumn, length: variable.value.unicodeScalars.count,
        "\"\(Diagnostic.shown(variable.value))\" cannot be the name of a job",
        expected: JobName.rule)
    }
    nextName = .name(name, variable)
  }

  private mutating func warnOfUnusedName() {
    guard context.warningsAt != nil, case .name(_, let variable) = nextName else { return }
    result.sink.report(
      .warning, .key, line: variable.line, column: variable.nameColumn, length: 9,
      "this BEAT_NAME names no line", expected: "a job on the next line")
  }

  private mutating func unknown(_ variable: CrontabVariable) {
    isProvisional = true
    let own = JobDefinition.ownKeys.map { "BEAT_" + $0.uppercased().replacing("-", with: "_") }
    guard !own.contains(variable.name) else {
      return result.sink.report(
        .error, .key, line: variable.line, column: variable.nameColumn,
        length: variable.name.unicodeScalars.count,
        "a crontab's line says itself when and what it runs",
        expected:
          "a job file, for `\(variable.name.dropFirst(5).lowercased().replacing("_", with: "-"))`")
    }
    result.sink.report(
      .error, .key, line: variable.line, column: variable.nameColumn,
      length: variable.name.unicodeScalars.count,
      "unknown option \"\(Diagnostic.shown(variable.name))\"",
      suggestion: nearestName(
        to: variable.name, among: OptionTable.rows.map(\.variable) + ["BEAT_NAME"]))
  }
}
