// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc
import Testing

@testable import beatctl

/// A daemon that answers from a table, and remembers what it was asked.
final class TableDaemon: Daemon {
  /// Request line to answers, in turn; the last one is given again and again.
  var answers: [String: [Result<[UInt8], any Error>]] = [:]
  private(set) var asked: [String] = []

  func on(_ request: String, _ message: some Encodable) throws {
    answers[request, default: []].append(.success(try APICoder.encode(message)))
  }

  func on(_ request: String, throws error: any Error) {
    answers[request, default: []].append(.failure(error))
  }

  func send(_ method: String, _ target: String, body: [UInt8]?) throws -> [UInt8] {
    let request = "\(method) \(target)"
    asked.append(request + (body.map { " " + String(decoding: $0, as: UTF8.self) } ?? ""))
    guard var left = answers[request], let first = left.first else {
      throw Problem(404, .request, "there is no such path")
    }
    if left.count > 1 { left.removeFirst() }
    answers[request] = left
    return try first.get()
  }
}

/// beatctl without a process round it.
struct Bench {
  let daemon = TableDaemon()
  var terminal = Terminal.none
  var isReachable = true

  /// Thu 2026-11-26 04:00:00 UTC.
  static let now = Instant(milliseconds: 1_795_665_600_000)

  struct Answer {
    let code: ExitCode
    let output: String
    let errors: String
  }

  /// What a command line gives.
  func run(_ arguments: String..., input: String = "") -> Answer {
    run(all: arguments, input: input)
  }

  /// What a command line gives.
  func run(all arguments: [String], input: String = "") -> Answer {
    let (output, errors) = (Output(descriptor: nil), Output(descriptor: nil))
    let daemon = daemon
    let isReachable = isReachable
    let surroundings = Surroundings(
      environment: [:], uid: 0, isDirectory: { _ in false }, now: { Bench.now },
      zones: ZoneDirectory(), output: output, errors: errors, terminal: terminal,
      input: LineReader(bytes: Array(input.utf8)),
      connect: { socket in
        guard isReachable else { throw Failure(.noDaemon, "no daemon answers at \(socket)") }
        return daemon
      })
    let code = Program(surroundings: surroundings).run(arguments)
    return Answer(
      code: code, output: String(decoding: output.collected, as: UTF8.self),
      errors: String(decoding: errors.collected, as: UTF8.self))
  }
}

/// A file that a test writes.
enum TextFile {
  /// Writes a file whole.
  static func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
  }
}
