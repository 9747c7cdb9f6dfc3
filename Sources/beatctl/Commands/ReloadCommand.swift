// SPDX-License-Identifier: Apache-2.0

import BeatAPI

/// `beatctl reload`.
enum ReloadCommand {
  static let command = Command(
    name: "reload", operands: "", count: 0...0, summary: "read the schedule files again",
    details: "Exits 1 where a file is in error; what it defined before stays in force.",
    examples: ["beatctl reload"]
  ) { session in
    let answer = try session.daemon().send(
      APIRoute.reload.method, APIRoute.reload.target(), body: nil)
    let reply = try APICoder.decode(ReloadReply.self, from: answer)
    try session.show(answer, as: ReloadReply.self) { render($0, terminal: session.terminal) }
    return reply.broken.isEmpty ? .done : .failed
  }

  /// The answer for people.
  static func render(_ reply: ReloadReply, terminal: Terminal) -> String {
    var text =
      "\(reply.added) added, \(reply.changed) changed, \(reply.removed) removed, "
      + "\(reply.unchanged) unchanged\n"
    for file in reply.broken {
      text += Style.bad.apply("broken: \(DisplayText.escaped(file.file))", on: terminal) + "\n"
      text += DisplayText.escapedOutput(file.diagnostics) + "\n"
    }
    return text
  }
}
