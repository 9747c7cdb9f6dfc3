// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import Scheduler

/// Where beatd finds and keeps things: by its options, else by its settings, else by what systemd
/// says, else by custom.
struct Places: Equatable {
  var schedules: [String]
  var state: String
  var socket: String
  var allowsNetworkState: Bool

  /// - Parameters:
  ///   - options: the command line.
  ///   - settings: what beatd.toml says.
  ///   - surroundings: what the process finds round it.
  ///   - isDirectory: whether a path is a folder.
  /// - Throws: ``UsageError`` where a user has no home.
  init(
    _ options: Options, settings: DaemonSettings = DaemonSettings(),
    _ surroundings: ProcessSurroundings, isDirectory: (String) -> Bool
  ) throws(UsageError) {
    let given = options.schedules.map(surroundings.absolute)
    let named = given.isEmpty ? settings.schedules : given
    let isSaid = (options.state ?? settings.state) != nil && named != nil
    guard surroundings.hasHome || isSaid else {
      throw UsageError("HOME is not set: say --schedules and --state")
    }
    schedules = named ?? [surroundings.configuration + "/schedules"]
    state =
      options.state.map(surroundings.absolute) ?? settings.state
      ?? surroundings.remembered + "/beat.db"
    let environment = surroundings.environment
    let socket =
      options.socket.map(surroundings.absolute) ?? settings.socket
      ?? environment["RUNTIME_DIRECTORY"].map { $0 + "/beatd.sock" }
      ?? SocketPath.standard(
        uid: surroundings.uid, environment: environment, isDirectory: isDirectory)
    guard let socket else { throw UsageError("HOME is not set: say --socket") }
    self.socket = socket
    allowsNetworkState = options.allowsNetworkState
  }
}

/// What a process finds round it, as values.
struct ProcessSurroundings {
  /// Environment variables.
  let environment: [String: String]
  /// The effective user.
  let uid: UInt32
  /// What relative paths are relative to.
  let workingDirectory: String

  private var isRoot: Bool { uid == 0 }
  private var home: String? { environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } }

  /// Whether there is a place for what the user does not name.
  var hasHome: Bool { isRoot || home != nil }

  /// The folder of settings and schedules.
  var configuration: String {
    environment["CONFIGURATION_DIRECTORY"]
      ?? (isRoot
        ? "/etc/beat" : (environment["XDG_CONFIG_HOME"] ?? (home ?? "/") + "/.config") + "/beat")
  }

  /// The folder of the state file.
  var remembered: String {
    environment["STATE_DIRECTORY"]
      ?? (isRoot
        ? "/var/lib/beat"
        : (environment["XDG_STATE_HOME"] ?? (home ?? "/") + "/.local/state") + "/beat")
  }

  /// The path from the root.
  func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : workingDirectory + "/" + path
  }
}
