// SPDX-License-Identifier: Apache-2.0

/// What the command line asks of beatd.
struct Options: Equatable {
  enum Request: Equatable {
    case run
    case check
    case version
    case help
  }

  var request = Request.run
  var config: String?
  var schedules: [String] = []
  var state: String?
  var socket: String?
  var timezone: String?
  /// Whether the state file may lie on a network file system.
  var allowsNetworkState = false

  static let help = """
    Usage: beatd [OPTION]...

    Runs the jobs of crontabs and job files, and remembers what became of each.

      --config FILE      settings; what is said on the command line goes before them
                         (default: /etc/beat/beatd.toml; as a user ~/.config/beat/beatd.toml; where
                         there is one)
      --schedules PATH   a schedule file, or a folder of them; may be given more than once
                         (default: /etc/beat/schedules; as a user ~/.config/beat/schedules)
      --state FILE       where jobs and runs are remembered
                         (default: /var/lib/beat/beat.db; as a user ~/.local/state/beat/beat.db)
      --socket PATH      where beatctl reaches this daemon
                         (default: /run/beat/beatd.sock; as a user $XDG_RUNTIME_DIR/beat/beatd.sock)
      --timezone ZONE    the zone of jobs that name none (default: the system's)
      --state-on-network the state file may lie on NFS and the like, which is refused otherwise:
                         what is promised of it holds only as far as the server keeps its word
      --check            reads the settings and the schedule files, says what is wrong with them,
                         and ends
      --version          prints the version and ends
      --help             prints this and ends

    Signals: TERM and INT end it when what runs has ended (a second one stops what runs); HUP reads
    the schedule files again.

    Example: beatd --schedules ./schedules --state ./beat.db --socket ./beatd.sock

    """

  /// - Throws: ``UsageError`` for what is not understood.
  init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let (name, attached) = Self.split(argument)
      switch name {
      case "--check": request = .check
      case "--state-on-network": allowsNetworkState = true
      case "--version": request = .version
      case "--help", "-h": request = .help
      case "--config": config = try Self.value(name, attached, &rest)
      case "--schedules": schedules.append(try Self.value(name, attached, &rest))
      case "--state": state = try Self.value(name, attached, &rest)
      case "--socket": socket = try Self.value(name, attached, &rest)
      case "--timezone": timezone = try Self.value(name, attached, &rest)
      default: throw UsageError("unknown option \(argument)")
      }
    }
  }

  private static func split(_ argument: String) -> (name: String, value: String?) {
    guard argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") else {
      return (argument, nil)
    }
    return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
  }

  private static func value(
    _ name: String, _ attached: String?, _ rest: inout ArraySlice<String>
  ) throws(UsageError) -> String {
    guard let value = attached ?? rest.popFirst(), !value.isEmpty else {
      throw UsageError("option \(name) needs a value")
    }
    return value
  }
}

/// The command line was not understood.
struct UsageError: Error, Equatable {
  let message: String

  init(_ message: String) { self.message = message }
}
