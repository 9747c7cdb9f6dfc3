// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Testing

@testable import beatctl

/// What an import gave: the job file, what was reported, and the jobs as the daemon loads them.
struct Imported {
  let file: ImportedFile
  let text: String
  let jobs: [Job]

  /// Finishes a file as the command does; whatever was imported, the result must load.
  init(_ file: ImportedFile, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
    var file = file
    file.tidy()
    let context = Self.context
    try file.settle(context)
    self.file = file
    text = JobFileWriter(file).text
    let result = ScheduleSet.load(files: [Self.file(text)], context: context)
    #expect(
      result.diagnostics.filter { $0.severity == .error }.map(\.rendered) == [],
      Comment(rawValue: text),
      sourceLocation: sourceLocation)
    #expect(result.jobs.count == file.jobCount, sourceLocation: sourceLocation)
    jobs = result.jobs
  }

  static let context = LoadContext(
    defaultZone: .utc, zones: ZoneDirectory(), shippedHandlers: Set(ShippedHandlers.all.keys))

  static func file(_ text: String) -> ScheduleFile {
    ScheduleFile(
      path: "jobs.toml", relativeName: "jobs.toml", kind: .jobFile, bytes: Array(text.utf8))
  }

  /// The job of a name.
  func job(_ name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws -> Job
  {
    try #require(jobs.first { $0.name.text == name }, sourceLocation: sourceLocation)
  }

  /// What was reported, without its place.
  var losses: [String] {
    file.report.filter { $0.note.kind == .lost }.map(\.note.message)
  }
  var changes: [String] {
    file.report.filter { $0.note.kind == .changed }.map(\.note.message)
  }

  /// Whether the file says something, be it in a comment.
  func says(_ line: String) -> Bool {
    text.split(separator: "\n").contains { $0 == line || $0 == "# \(line)" }
  }
}
