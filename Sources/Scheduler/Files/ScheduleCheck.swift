// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What is wrong with schedule files, without a daemon.
public struct ScheduleCheck: Sendable {
  /// Errors and warnings, in the order of files and of lines.
  public let diagnostics: [Diagnostic]
  /// How many files were read.
  public let fileCount: Int
  /// How many jobs are whole.
  public let jobCount: Int
  /// How many of the diagnostics are errors.
  public let errorCount: Int
  /// How many of the diagnostics are warnings.
  public let warningCount: Int
  /// Files that were passed over for their names, up to 1,000.
  public let ignored: [String]

  /// Reads files and folders and says what is wrong with them.
  ///
  /// - Parameters:
  ///   - paths: as for ``ScheduleDirectory/read(_:)``.
  ///   - context: what reading needs to know.
  ///   - now: the time by which a schedule is over.
  public init(paths: [String], context: LoadContext, now: Instant) {
    let reading = ScheduleDirectory.read(paths)
    var context = context
    context.warningsAt = now
    let result = ScheduleSet.load(reading, context: context)
    self.init(
      diagnostics: result.diagnostics, fileCount: reading.files.count,
      jobCount: result.jobs.count, ignored: reading.ignored)
  }

  private init(diagnostics: [Diagnostic], fileCount: Int, jobCount: Int, ignored: [String]) {
    self.diagnostics = diagnostics
    self.ignored = ignored
    self.fileCount = fileCount
    self.jobCount = jobCount
    errorCount = diagnostics.count { $0.severity == .error }
    warningCount = diagnostics.count { $0.severity == .warning }
  }

  /// The same, with what is wrong with the daemon's settings before it.
  public func adding(_ faults: [Diagnostic]) -> ScheduleCheck {
    ScheduleCheck(
      diagnostics: faults + diagnostics, fileCount: fileCount, jobCount: jobCount,
      ignored: ignored)
  }
}
