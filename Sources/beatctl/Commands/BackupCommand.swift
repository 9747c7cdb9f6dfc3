// SPDX-License-Identifier: Apache-2.0

import BeatAPI

/// `beatctl backup`.
enum BackupCommand {
  static let command = Command(
    name: "backup", operands: "FILE", count: 1...1,
    summary: "copy the state file while beatd is at work",
    details: """
      beatd writes the copy, as its own user, readable by that user only: beside FILE at first, and
      under its name once it is whole and was checked. Jobs go on meanwhile. To put a copy back,
      stop beatd, put it in the place of the state file, remove that one's -wal, and start beatd.
      """,
    options: [Option("force", help: "replace a file that is there")],
    examples: ["beatctl backup /var/backups/beat.db"]
  ) { session in
    let daemon = try session.daemon()
    let path = session.around.absolute(session.invocation.operands[0])
    let request = BackupRequest(path: path, force: session.invocation.has("force"))
    var answer = try daemon.tell(.beginBackup, [], request)
    var reply = try APICoder.decode(BackupReply.self, from: answer)
    let showsProgress = session.terminal.isTerminal && !session.wantsJSON
    let wait = showsProgress ? "1" : "\(APIRoute.longestWaitSeconds)"
    while !reply.isOver {
      if showsProgress { try show(progress(reply) + "\r", session) }
      answer = try daemon.ask(.backup, query: [("wait", wait)])
      reply = try APICoder.decode(BackupReply.self, from: answer)
    }
    if showsProgress { try show("\u{1B}[K", session) }
    guard reply.state == "done" || session.wantsJSON else {
      throw Failure(.failed, "no backup: \(reply.error ?? "it was broken off")")
    }
    try session.show(answer, as: BackupReply.self) { render($0) }
    return reply.state == "done" ? .done : .failed
  }

  private static func show(_ text: String, _ session: Session) throws {
    try session.output.write(text)
    try session.output.flush()
  }

  /// `copied 12 of 90 pages (13%)`.
  static func progress(_ reply: BackupReply) -> String {
    guard reply.state == "copying" else { return "copied; looking through the copy\u{1B}[K" }
    guard reply.pages > 0 else { return "copying" }
    let share = Int(Double(reply.pagesDone) / Double(reply.pages) * 100)
    return "copied \(reply.pagesDone) of \(reply.pages) pages (\(share)%)\u{1B}[K"
  }

  /// The answer for people.
  static func render(_ reply: BackupReply) -> String {
    let size = reply.bytes.map { ", \($0) bytes" } ?? ""
    return DisplayText.escaped("copied to \(reply.path)\(size), checked") + "\n"
  }
}
