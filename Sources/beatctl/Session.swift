// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// One command being carried out.
struct Session {
  /// The command line.
  let invocation: Invocation
  /// The process's surroundings.
  let around: Surroundings

  /// Whether a program reads the answer.
  var wantsJSON: Bool { invocation.has("json") }
  /// Standard output.
  var output: Output { around.output }
  /// Standard output's terminal.
  var terminal: Terminal { around.terminal }

  /// The system's zone, in which times are shown; UTC where there is none to be found.
  var zone: Zone { (try? around.zones.systemZone()) ?? .utc }

  /// A client for the socket that was asked for, or the standard one.
  func daemon() throws -> any Daemon {
    let standard = SocketPath.standard(
      uid: around.uid, environment: around.environment, isDirectory: around.isDirectory)
    guard let path = invocation.value("socket") ?? standard else {
      throw Failure.usage(
        "where is the daemon's socket? HOME is not set", hint: "say --socket PATH")
    }
    return try around.connect(path)
  }

  /// Prints an answer: as it came for a program, else as `render` shows it.
  func show<Message: Decodable>(
    _ answer: [UInt8], as type: Message.Type, _ render: (Message) throws -> String
  ) throws {
    if wantsJSON {
      try output.write(bytes: answer)
      try output.write("\n")
    } else {
      try output.write(render(APICoder.decode(type, from: answer)))
    }
  }

  /// Prints a message as JSON on a line.
  func show(json message: some Encodable) throws {
    try output.write(bytes: try APICoder.encode(message))
    try output.write("\n")
  }
}
