// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl logs`.
enum LogsCommand {
  static let command = Command(
    name: "logs", operands: "RUN|JOB", count: 1...1,
    summary: "what a run, or a job's latest run, printed",
    details: """
      Of a run with several attempts, the latest is shown. Where output was cut, standard error says
      how much. To a terminal, control characters are shown escaped; to a file, bytes as they came.
      """,
    options: [Option("follow", "f", help: "go on until the run has ended, retries included")],
    examples: ["beatctl logs backup", "beatctl logs -f k3v9q2-1842"]
  ) { session in
    let daemon = try session.daemon()
    let run = try runID(session.invocation.operands.first ?? "", daemon)
    var reader = OutputFollower(run: run, daemon: daemon, session: session)
    try session.invocation.has("follow") ? reader.follow() : reader.printLatest()
    return .done
  }

  /// The run that is meant: what looks like a run's id is taken as one, if there is such a run.
  private static func runID(_ text: String, _ daemon: any Daemon) throws -> String {
    let number = text.split(separator: "-").last ?? ""
    let looksLikeRun = !number.isEmpty && number.utf8.allSatisfy { (0x30...0x39).contains($0) }
    if looksLikeRun {
      do {
        _ = try daemon.ask(.run, [text])
        return text
      } catch let problem as Problem where problem.isNoSuch {}
    }
    let answer: [UInt8]
    do {
      answer = try daemon.ask(.job, [text])
    } catch let problem as Problem where problem.isNoSuch && looksLikeRun {
      throw Failure(.noSuch, "no such run or job: \(text)", hint: "see `beatctl history`")
    }
    let job = try APICoder.decode(JobDetail.self, from: answer)
    guard let run = job.summary.last?.runID ?? job.runs.compactMap(\.runID).first else {
      throw Failure(.noSuch, "job \(text) has not run yet", hint: "see `beatctl show \(text)`")
    }
    return run
  }
}

/// Reads a run's output piece by piece.
private struct OutputFollower {
  let run: String
  let daemon: any Daemon
  let session: Session
  /// Bytes at the end of a piece that are the beginning of a character.
  private var unfinished: [UInt8] = []

  init(run: String, daemon: any Daemon, session: Session) {
    self.run = run
    self.daemon = daemon
    self.session = session
  }

  /// What the latest attempt has printed until now.
  mutating func printLatest() throws {
    var piece = try read(attempt: nil, from: 0, wait: false)
    while piece.end < piece.total, piece.end > piece.start {
      piece = try read(attempt: piece.attempt, from: piece.end, wait: false)
    }
    try finish()
  }

  /// What the latest attempt and those after it print, until the run has ended.
  mutating func follow() throws {
    var attempt: Int?
    var from = 0
    while true {
      let piece = try read(attempt: attempt, from: from, wait: true)
      try session.output.flush()
      (attempt, from) = (piece.attempt > 0 ? piece.attempt : nil, piece.end)
      if piece.running || piece.end < piece.total { continue }
      if piece.attempts > piece.attempt, piece.attempt > 0 {
        try finish()
        (attempt, from) = (piece.attempt + 1, 0)
      } else if isOver(piece.state) {
        return try finish()
      }
    }
  }

  private func isOver(_ state: String) -> Bool {
    !["pending", "queued", "running", "retrying"].contains(state)
  }

  private mutating func read(attempt: Int?, from: Int, wait: Bool) throws -> OutputReply {
    var query = [("from", "\(from)")]
    if let attempt { query.append(("attempt", "\(attempt)")) }
    if wait { query.append(("wait", "1")) }
    let answer = try daemon.ask(.output, [run], query: query)
    let piece = try APICoder.decode(OutputReply.self, from: answer)
    if session.wantsJSON {
      try session.output.write(bytes: answer)
      try session.output.write("\n")
    } else {
      try show(piece)
    }
    return piece
  }

  private mutating func show(_ piece: OutputReply) throws {
    if piece.omitted > 0 {
      try finish()
      try session.output.flush()
      try session.around.errors.line("beatctl: \(piece.omitted) bytes were not kept")
      try session.around.errors.flush()
    }
    guard session.terminal.isTerminal else {
      return try session.output.write(bytes: piece.bytes)
    }
    let bytes = unfinished + piece.bytes
    let whole = bytes.count - Self.unfinishedCount(bytes)
    unfinished = Array(bytes[whole...])
    let text = String(decoding: bytes[..<whole], as: UTF8.self)
    try session.output.write(DisplayText.escapedOutput(text))
  }

  private mutating func finish() throws {
    guard !unfinished.isEmpty else { return }
    try session.output.write(String(decoding: unfinished, as: UTF8.self))
    unfinished = []
  }

  /// How many bytes at the end begin a character of UTF-8 without finishing it: 0 to 3.
  private static func unfinishedCount(_ bytes: [UInt8]) -> Int {
    for (count, byte) in bytes.reversed().prefix(3).enumerated() {
      switch byte {
      case 0x80...0xBF: continue
      case 0xC2...0xDF: return count < 1 ? count + 1 : 0
      case 0xE0...0xEF: return count < 2 ? count + 1 : 0
      case 0xF0...0xF4: return count < 3 ? count + 1 : 0
      default: return 0
      }
    }
    return 0
  }
}
