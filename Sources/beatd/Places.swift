// SPDX-License-Identifier: Apache-2.0

import BeatAPI

/// Where beatd finds and keeps things: by its options, else by what systemd says, else by custom.
struct Places: Equatable {
  var schedules: [String]
  var state: String
  var socket: String
  var allowsNetworkState: Bool

  /// - Parameters:
  ///   - options: the command line.
  ///   - environment: the process's environment.
  ///   - uid: the effective user.
  ///   - workingDirectory: what relative paths are relative to.
  ///   - isDirectory: whether a path is a folder.
  /// - Throws: ``UsageError`` where a user has no home.
  init(
    _ options: Options, environment: [String: String], uid: UInt32, workingDirectory: String,
    isDirectory: (String) -> Bool
  ) throws(UsageError) {
    let absolute = { (path: String) in
      path.hasPrefix("/") ? path : workingDirectory + "/" + path
    }
    let isRoot = uid == 0
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    guard isRoot || home != nil || (options.state != nil && !options.schedules.isEmpty) else {
      throw UsageError("HOME is not set: say --schedules and --state")
    }
    let user = home ?? "/"
    let configuration =
      environment["CONFIGURATION_DIRECTORY"]
      ?? (isRoot ? "/etc/beat" : (environment["XDG_CONFIG_HOME"] ?? user + "/.config") + "/beat")
    let remembered =
      environment["STATE_DIRECTORY"]
      ?? (isRoot
        ? "/var/lib/beat" : (environment["XDG_STATE_HOME"] ?? user + "/.local/state") + "/beat")
    schedules =
      options.schedules.isEmpty
      ? [configuration + "/schedules"] : options.schedules.map(absolute)
    state = options.state.map(absolute) ?? remembered + "/beat.db"
    let socket =
      options.socket.map(absolute)
      ?? environment["RUNTIME_DIRECTORY"].map { $0 + "/beatd.sock" }
      ?? SocketPath.standard(uid: uid, environment: environment, isDirectory: isDirectory)
    guard let socket else { throw UsageError("HOME is not set: say --socket") }
    self.socket = socket
    allowsNetworkState = options.allowsNetworkState
  }
}
