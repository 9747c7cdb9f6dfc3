// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// Turns crontabs into jobs that do what cron did.
struct CrontabImporter {
  private let path: String
  private let bytes: [UInt8]
  private let hasUserColumn: Bool
  private var file: ImportedFile
  private var comments: [String] = []
  private var commentsTakenThrough = 0
  private let lines: [String]
  private var directives: [(key: String, value: TOMLText)] = []
  private var nextName: String?
  private var mailRemarks: Set<String> = []

  /// Adds the jobs of a crontab to a file.
  static func add(_ source: ImportSource, hasUserColumn: Bool, to file: inout ImportedFile) {
    var importer = CrontabImporter(source, hasUserColumn: hasUserColumn, file: file)
    importer.read()
    file = importer.file
  }

  private init(_ source: ImportSource, hasUserColumn: Bool, file: ImportedFile) {
    path = source.path
    bytes = source.bytes
    self.hasUserColumn = hasUserColumn
    self.file = file
    lines = source.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private mutating func read() {
    let before = file.jobs.count
    var reader = CrontabReader(bytes, userColumn: hasUserColumn)
    while let line = reader.next() {
      switch line {
      case .entry(let entry): take(entry)
      case .directive(let variable): take(directive: variable)
      case .variable(let variable): takeComments(through: variable.line)
      case .error(let error): take(error)
      }
    }
    takeComments(through: lines.count)
    file.lastComments += comments
    warnOfUserColumn(file.jobs[before...])
  }

  // MARK: Entries

  private mutating func take(_ entry: CrontabEntry) {
    takeComments(through: entry.line)
    var name: [UInt8] = []
    CommandSlug.append(of: entry.command, to: &name)
    var job = ImportedJob(
      origin: "\(path):\(entry.line)", name: nextName ?? String(decoding: name, as: UTF8.self))
    nextName = nil
    job.comments = comments
    comments = []
    job.set("cron", .string(entry.scheduleText), weight: .essential)
    if let zone = entry.zone {
      job.set("timezone", .string(zone.value), weight: .essential)
    }
    job.set("command", .string(entry.command), weight: .essential)
    if let input = entry.input { job.set("stdin", .string(input)) }
    if let user = entry.user { job.set("user", .string(user), weight: .essential) }
    job.set("overlap", .string("allow"), remark: "cron starts a job whatever its last run does")
    job.set(
      "catch-up", .string("skip"),
      remark: "cron forgets what it missed; \"latest\" would make up for it")
    setVariables(entry, &job)
    for directive in directives { job.set(directive.key, directive.value) }
    if entry.mailsOnlyFailures {
      job.remark("-n: cron mails the output only of runs that fail")
    }
    if entry.isQuiet { job.remark("the line asks cron not to log its starts; Beat records all") }
    file.jobs.append(job)
  }

  private mutating func setVariables(_ entry: CrontabEntry, _ job: inout ImportedJob) {
    var environment: [(name: String, value: String)] = []
    var hasMail = false
    for variable in entry.environment {
      switch variable.name {
      case "SHELL": job.set("shell", .string(variable.value))
      case "CRON_TZ": continue
      case "RANDOM_DELAY": setDelay(variable, &job)
      default: environment.append((variable.name, variable.value))
      }
      if variable.name == "MAILTO" {
        hasMail = true
        setMail(variable, &job)
      }
    }
    if !environment.isEmpty { job.set("environment", .strings(environment)) }
    if !hasMail, mailRemarks.insert("").inserted {
      file.remark(
        "cron mails what jobs print to the crontab's owner; Beat keeps it: `beatctl logs JOB`",
        at: path)
    }
  }

  /// `RANDOM_DELAY`, cronie's: minutes.
  private func setDelay(_ variable: CrontabVariable, _ job: inout ImportedJob) {
    guard let minutes = Int64(variable.value), minutes >= 0 else {
      return job.lose("RANDOM_DELAY = \(variable.value): not a number of minutes")
    }
    if minutes > 0 { job.set("jitter", .string("\(minutes)m")) }
  }

  private mutating func setMail(_ variable: CrontabVariable, _ job: inout ImportedJob) {
    let addresses = variable.value.split { $0 == "," || $0 == " " }.map { "mail:\($0)" }
    guard !addresses.isEmpty else { return }
    job.set("on-failure", addresses.count == 1 ? .string(addresses[0]) : .strings(addresses))
    guard mailRemarks.insert(variable.value).inserted else { return }
    file.lose(
      "MAILTO: cron mails all that jobs print; Beat mails when a job fails, and keeps the output",
      at: "\(path):\(variable.line)")
  }

  // MARK: Other lines

  /// `BEAT_` variables: options of the lines below them.
  private mutating func take(directive variable: CrontabVariable) {
    takeComments(through: variable.line)
    if variable.name == "BEAT_NAME" {
      nextName = variable.value
      return
    }
    let key = variable.name.dropFirst("BEAT_".count).lowercased().map { $0 == "_" ? "-" : $0 }
    directives.removeAll { $0.key == String(key) }
    directives.append((String(key), Self.value(of: variable.value)))
  }

  /// A value as a job file has it, from one in a crontab.
  private static func value(of text: String) -> TOMLText {
    switch text {
    case "true": .boolean(true)
    case "false": .boolean(false)
    case _ where isStructure(text): .verbatim(text)
    default: Int64(text).map { .integer($0) } ?? .string(text)
    }
  }

  /// Whether the text is a table or a list of TOML, whole: an open bracket would take in what
  /// follows.
  private static func isStructure(_ text: String) -> Bool {
    guard text.hasPrefix("{") || text.hasPrefix("["), text.utf8.allSatisfy({ $0 >= 0x20 }) else {
      return false
    }
    let file = ScheduleFile(
      path: "", relativeName: "", kind: .jobFile, bytes: Array("v = \(text)\n".utf8))
    let context = LoadContext(defaultZone: .utc, zones: ZoneDirectory())
    // `v` is no key of a job file; that it is said means that the rest could be read.
    return ScheduleSet.load(files: [file], context: context).diagnostics
      .allSatisfy { $0.category == .key }
  }

  private mutating func take(_ error: CrontabError) {
    takeComments(through: error.line)
    nextName = nil
    let text = lines.indices.contains(error.line - 1) ? lines[error.line - 1] : ""
    file.lose(
      "`\(Diagnostic.shown(text))`: \(error.message)"
        + (error.expected.map { "; expected \($0)" } ?? ""),
      at: "\(path):\(error.line)")
  }

  /// Keeps the comments down to a line, for the next job.
  private mutating func takeComments(through line: Int) {
    for index in commentsTakenThrough..<max(commentsTakenThrough, min(line, lines.count)) {
      let text = lines[index].drop { $0 == " " || $0 == "\t" }
      guard text.hasPrefix("#") else { continue }
      let said = text.dropFirst().drop { $0 == " " }
      comments.append(String(said.last == "\r" ? said.dropLast() : said))
    }
    commentsTakenThrough = max(commentsTakenThrough, line)
  }

  private mutating func warnOfUserColumn(_ jobs: ArraySlice<ImportedJob>) {
    guard !hasUserColumn, !jobs.isEmpty else { return }
    let looksLikeUser = jobs.allSatisfy { job in
      guard case .string(let command)? = job.value("command") else { return false }
      return command.hasPrefix("root ") || command.hasPrefix("root\t")
    }
    if looksLikeUser {
      file.lose(
        "every command begins with `root`: if that is a column of users, say --system", at: path)
    }
  }
}
