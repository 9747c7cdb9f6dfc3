// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What `beatd.toml` says; what it leaves open is nil.
public struct DaemonSettings: Hashable, Sendable {
  /// Schedule files and folders; absolute.
  public var schedules: [String]?
  /// The state file; absolute.
  public var state: String?
  /// The control socket; absolute.
  public var socket: String?
  /// The zone of jobs that name none; there is one of this name.
  public var timezone: String?
  /// How many processes run at once.
  public var processes: Int?
  /// The queues and how many attempts of each run at once; nil: as many as like.
  public var queues: [String: Int?] = [:]
  /// What is remembered is kept below so many bytes.
  public var stateLimit: Int64?
  /// How long a stop waits for what runs.
  public var stopTimeout: TimeSpan?

  /// Nothing said.
  public init() {}

  /// The names that a job's `queue` may have, `default` among them.
  public var queueNames: Set<String> { Set(queues.keys).union(["default"]) }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - trust: whose files are obeyed.
  ///   - zones: where zones are found.
  /// - Returns: what it says, and all that is wrong with it; where anything is, what it says is not
  ///   to be relied on.
  public static func read(
    _ path: String, trusting trust: ScheduleDirectory.Trust = .anyone, zones: ZoneDirectory
  ) -> (settings: DaemonSettings, diagnostics: [Diagnostic]) {
    let reading = ScheduleDirectory.read([path], trusting: trust)
    guard reading.diagnostics.isEmpty else { return (DaemonSettings(), reading.diagnostics) }
    guard let file = reading.files.first, reading.files.count == 1, file.path == path else {
      let fault = Diagnostic(
        wholeFile: path, .owner, "this is no file", expected: "a file such as beatd.toml")
      return (DaemonSettings(), [fault])
    }
    return read(file, zones: zones)
  }

  /// Reads the bytes of a file; relative paths start at its folder.
  public static func read(
    _ file: ScheduleFile, zones: ZoneDirectory
  ) -> (settings: DaemonSettings, diagnostics: [Diagnostic]) {
    SettingsReader.read(file, zones: zones)
  }
}
