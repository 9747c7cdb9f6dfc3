// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Reads a job file: `timezone`, `[defaults]` and `[jobs.NAME]`.
///
/// Every fault of meaning is reported in one go; a job with a fault is left out, and the others
/// stand. A fault in what all jobs inherit (`timezone`, `[defaults]`) leaves out all of them: what
/// they would do is not known.
struct JobFileReader {
  private let file: ScheduleFile
  private let context: LoadContext
  private let origin: Shared<String>
  private var defaults = JobDraft()
  private var inheritsFault = false
  private(set) var result: FileJobs

  init(_ file: ScheduleFile, context: LoadContext) {
    self.file = file
    self.context = context
    origin = Shared(file.path)
    result = FileJobs(file)
  }

  /// Reads the file; equal options are taken from the pool.
  static func read(_ file: ScheduleFile, context: LoadContext, pool: inout OptionPool) -> FileJobs {
    var reader = JobFileReader(file, context: context)
    do {
      reader.read(try TOMLDocument(file.bytes).entries, pool: &pool)
    } catch {
      reader.reject(error)
    }
    return reader.result
  }

  private mutating func reject(_ error: TOMLError) {
    result.isBroken = true
    result.sink.report(error)
  }

  // MARK: The file

  private mutating func read(_ entries: [TOMLEntry], pool: inout OptionPool) {
    let known = ["timezone", "defaults", "jobs"]
    for entry in entries where !known.contains(entry.key) { unknown(entry, known: known) }
    for entry in entries where entry.key == "timezone" { readZone(entry.value) }
    for entry in entries where entry.key == "defaults" { readDefaults(entry.value) }
    for entry in entries where entry.key == "jobs" {
      guard let jobs = table(entry.value, "jobs", takes: "tables such as [jobs.backup]") else {
        result.isBroken = true
        continue
      }
      for job in jobs { read(job, pool: &pool) }
    }
  }

  private mutating func unknown(_ entry: TOMLEntry, known: [String]) {
    let suggestion = nearestName(to: entry.key, among: known)
    if suggestion != nil { inheritsFault = true }
    report(
      .key, "unknown key \"\(Diagnostic.shown(entry.key))\"", at: entry.keyRange,
      expected: "timezone, [defaults] or [jobs.NAME]", suggestion: suggestion)
  }

  private mutating func readZone(_ value: TOMLValue) {
    var decoder = OptionDecoder(context, folder: file.folder)
    defaults.zone = decoder.zone(value, "timezone")
    if defaults.zone == nil { inheritsFault = true }
    result.take(decoder, of: nil)
  }

  private mutating func readDefaults(_ value: TOMLValue) {
    guard let entries = table(value, "defaults", takes: "a table of options") else {
      inheritsFault = true
      return
    }
    var decoder = OptionDecoder(context, folder: file.folder)
    for entry in entries {
      if let row = OptionTable.row(entry.key), !row.isOfOneLine {
        decoder.read(row, entry.value, key: entry.keyRange, &defaults)
      } else if JobDefinition.ownKeys.contains(entry.key) || OptionTable.row(entry.key) != nil {
        decoder.fail(
          .key, "`\(entry.key)` belongs to one job, not to the defaults", at: entry.keyRange,
          expected: "it in the table of its job, as in [jobs.backup]")
      } else {
        decoder.unknownOption(entry, among: OptionTable.rows.map(\.key))
      }
    }
    if !decoder.faults.isEmpty { inheritsFault = true }
    result.take(decoder, of: nil)
  }

  private mutating func table(_ value: TOMLValue, _ key: String, takes: String) -> [TOMLEntry]? {
    if case .table(let entries) = value.content { return entries }
    report(.key, "`\(key)` cannot be \(value.description)", at: value.range, expected: takes)
    return nil
  }

  // MARK: A job

  private mutating func read(_ entry: TOMLEntry, pool: inout OptionPool) {
    let source = SourceLocation(file: origin, line: entry.keyRange.line)
    guard let name = JobName(entry.key) else {
      report(
        entry.key.utf8.count > 200 ? .limit : .syntax,
        "\"\(Diagnostic.shown(entry.key))\" cannot be the name of a job", at: entry.keyRange,
        expected: JobName.rule)
      result.broken.append(BrokenDefinition(.unknown, source: source))
      return
    }
    guard
      let entries = table(entry.value, entry.key, takes: "a table of options, as in [jobs.backup]")
    else {
      result.broken.append(BrokenDefinition(.job(name), source: source))
      return
    }
    var definition = JobDefinition(name, draft: defaults, context: context, folder: file.folder)
    definition.read(entries, nameRange: entry.keyRange)
    result.take(definition.decoder, of: name)
    guard !inheritsFault, let parts = definition.parts() else {
      result.broken.append(BrokenDefinition(.job(name), source: source))
      return
    }
    let job = Job(
      name: name, times: parts.times, scheduleText: parts.scheduleText, work: parts.work,
      options: pool.shared(parts.options),
      source: SourceLocation(
        file: origin, line: source.line, optionLines: parts.lines.map(Shared.init)))
    let schedule = definition.scheduleRange ?? entry.keyRange
    result.add(
      job,
      at: .init(
        column: entry.keyRange.column, length: entry.keyRange.length, scheduleLine: schedule.line,
        scheduleColumn: schedule.column))
  }

  // MARK: Faults

  private mutating func report(
    _ category: CronSyntaxError.Category, _ message: String, at range: TOMLRange,
    expected: String? = nil, suggestion: String? = nil
  ) {
    result.sink.report(
      OptionFault(
        category: category, message: message, expected: expected, suggestion: suggestion,
        range: range))
  }
}
