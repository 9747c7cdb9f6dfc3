// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Scheduler

/// What beatd goes by, put together from its command line, beatd.toml and custom; the first that
/// says something holds.
struct Setup {
  /// How long what runs may go on after a request to end, unless beatd.toml says otherwise.
  static let stopTimeout = TimeSpan.seconds(60)
  /// Processes at once for each core, unless beatd.toml says otherwise.
  private static let processesPerCore = 64

  let places: Places
  /// The settings file, where there is one.
  let config: String?
  let timezone: String?
  let settings: DaemonSettings

  /// - Throws: ``UsageError``; ``SettingsError`` with all that is wrong with the settings.
  init(_ options: Options, _ surroundings: ProcessSurroundings) throws {
    config = Self.config(options, surroundings)
    settings = try config.map { try Self.read($0, surroundings) } ?? DaemonSettings()
    places = try Places(
      options, settings: settings, surroundings, isDirectory: Folder.exists)
    timezone = options.timezone ?? settings.timezone
  }

  /// The file that was named; else the usual one, where it is there.
  private static func config(_ options: Options, _ surroundings: ProcessSurroundings) -> String? {
    if let config = options.config { return surroundings.absolute(config) }
    guard surroundings.hasHome else { return nil }
    let usual = surroundings.configuration + "/beatd.toml"
    // One that is there and cannot be read is to be told of.
    return unsafe access(usual, F_OK) == 0 || errno != ENOENT && errno != ENOTDIR ? usual : nil
  }

  private static func read(
    _ path: String, _ surroundings: ProcessSurroundings
  ) throws(SettingsError) -> DaemonSettings {
    let (settings, diagnostics) = DaemonSettings.read(
      path, trusting: .daemon(surroundings.uid), zones: ZoneDirectory())
    guard diagnostics.isEmpty else { throw SettingsError(diagnostics: diagnostics) }
    return settings
  }

  /// How much may run at once.
  var limits: SchedulerCore.Limits {
    let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    return SchedulerCore.Limits(
      processes: settings.processes ?? cores * Self.processesPerCore, queues: settings.queues)
  }

  /// How long what runs may go on after a request to end.
  var stopTimeout: TimeSpan { settings.stopTimeout ?? Self.stopTimeout }

  /// Reads the schedule files.
  ///
  /// - Throws: ``ZoneError`` where there is no such zone.
  func reader() throws(ZoneError) -> ScheduleReader {
    try ScheduleReader(
      paths: places.schedules, timezone: timezone, queues: settings.queueNames)
  }
}

/// The settings are wrong.
struct SettingsError: Error, CustomStringConvertible {
  let diagnostics: [Diagnostic]

  /// As a compiler would say it.
  var description: String {
    "the settings are wrong, and nothing was started\n"
      + diagnostics.map(\.rendered).joined(separator: "\n")
  }
}
