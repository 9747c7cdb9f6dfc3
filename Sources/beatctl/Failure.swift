// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// Why a command was not carried out: the one place where errors become text and an exit code.
struct Failure: Error, Equatable {
  /// The exit code.
  let code: ExitCode
  /// What was wrong, and below it whatever helps to see it.
  let message: String
  /// What to do.
  let hint: String?

  init(_ code: ExitCode, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }

  /// The command line is wrong.
  static func usage(_ message: String, hint: String? = nil) -> Failure {
    Failure(.usage, message, hint: hint)
  }

  /// What the daemon objects to.
  init(_ problem: Problem) {
    let code: ExitCode =
      switch problem.status {
      case 404 where problem.isNoSuch: .noSuch
      case 400: .usage
      case 503: .noDaemon
      default: .failed
      }
    self.init(code, problem.detail, hint: problem.hint)
  }

  /// An expression that is wrong, with a caret under the place.
  init(_ error: CronSyntaxError, in text: String) {
    var lines = [error.message]
    if !text.isEmpty {
      let bytes = Array(text.utf8)
      let before = String(decoding: bytes.prefix(error.offset), as: UTF8.self)
      let meant = String(
        decoding: bytes.dropFirst(error.offset).prefix(error.length), as: UTF8.self)
      let indent = String(repeating: " ", count: DisplayText.width(DisplayText.escaped(before)))
      let tail = String(
        repeating: "~", count: max(0, DisplayText.width(DisplayText.escaped(meant)) - 1))
      lines += ["  \(DisplayText.escaped(text))", "  \(indent)^\(tail)"]
    }
    if let expected = error.expected { lines.append("  expected \(expected)") }
    self.init(
      .usage, lines.joined(separator: "\n"),
      hint: error.suggestion.map { "did you mean \"\($0)\"?" })
  }

  init(_ error: ZoneError) {
    self.init(.usage, error.message, hint: error.suggestion.map { "did you mean \"\($0)\"?" })
  }

  /// Any error.
  init(any error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let problem as Problem: self.init(problem)
    case let error as ZoneError: self.init(error)
    case let error as APIMessageError:
      self.init(
        .failed, "the daemon's answer can't be read: \(error.message)",
        hint: "beatctl and beatd may be of different versions: see `beatctl version`")
    default: self.init(.failed, "\(error)")
    }
  }

  /// The text for standard error, without a last newline; what comes from outside is escaped.
  var text: String {
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    let safe = lines.map { DisplayText.escaped(String($0)) }.joined(separator: "\n")
    let advice = hint.map { "\n  \(DisplayText.escaped($0))" } ?? ""
    return "beatctl: \(safe)\(advice)"
  }
}
