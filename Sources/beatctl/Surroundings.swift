// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc

/// What a process finds round it, as values: tests make their own.
struct Surroundings {
  /// Environment variables.
  var environment: [String: String]
  /// The effective user.
  var uid: UInt32
  /// Whether a path is a folder.
  var isDirectory: (String) -> Bool
  /// The folder that relative paths start at.
  var workingDirectory = "/"
  /// The time.
  var now: () -> Instant
  /// Zones.
  var zones: ZoneDirectory
  /// Standard output.
  var output: Output
  /// Standard error.
  var errors: Output
  /// Standard output's terminal.
  var terminal: Terminal
  /// Standard input.
  var input: LineReader
  /// Makes a client for the socket at a path.
  var connect: (String) throws -> any Daemon

  /// Those of this process.
  static func ofProcess() -> Surroundings {
    let environment = processEnvironment()
    return Surroundings(
      environment: environment, uid: geteuid(), isDirectory: isDirectory,
      workingDirectory: currentDirectory(), now: wallClock,
      zones: ZoneDirectory(), output: Output(descriptor: STDOUT_FILENO),
      errors: Output(descriptor: STDERR_FILENO),
      terminal: Terminal(descriptor: STDOUT_FILENO, environment: environment),
      input: LineReader(descriptor: STDIN_FILENO), connect: { try CurlClient(socket: $0) })
  }

  /// The path from the root.
  func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : (workingDirectory == "/" ? "" : workingDirectory) + "/" + path
  }

  private static func currentDirectory() -> String {
    guard let path = unsafe getcwd(nil, 0) else { return "/" }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func wallClock() -> Instant {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }

  private static func processEnvironment() -> [String: String] {
    var result: [String: String] = [:]
    for name in ["BEAT_SOCKET", "XDG_RUNTIME_DIR", "HOME", "NO_COLOR", "TERM", "COLUMNS"] {
      if let value = unsafe getenv(name) { result[name] = unsafe String(cString: value) }
    }
    return result
  }
}

/// What standard output is to a reader.
struct Terminal: Equatable {
  /// A person looks at it.
  var isTerminal: Bool
  /// Columns; nil: as many as one likes.
  var width: Int?
  /// Whether colours are shown.
  var hasColor: Bool

  /// Not a terminal.
  static let none = Terminal(isTerminal: false, width: nil, hasColor: false)

  init(isTerminal: Bool, width: Int?, hasColor: Bool) {
    self.isTerminal = isTerminal
    self.width = width
    self.hasColor = hasColor
  }

  /// What a descriptor is; colours obey `NO_COLOR` (no-color.org) and `TERM=dumb`.
  init(descriptor: Int32, environment: [String: String]) {
    isTerminal = isatty(descriptor) == 1
    let wantsNone = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    hasColor = isTerminal && !wantsNone && environment["TERM"] != "dumb"
    guard isTerminal else { return }
    var size = winsize()
    let known = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    width = known ? Int(size.ws_col) : environment["COLUMNS"].flatMap { Int($0) } ?? 80
  }
}
