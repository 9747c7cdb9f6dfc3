// SPDX-License-Identifier: Apache-2.0

/// A kind of failure, as `on` of `retries` names it.
public enum FailureCause: Hashable, Sendable {
  /// The process ended by itself with this code.
  case exitCode(Int32)
  /// A signal that was not ours ended the process: this one, or, where nil, any.
  case signal(Int32?)
  /// It took longer than its timeout.
  case timeout
  /// It could not be started, the handler threw, or no HTTP answer came.
  case error
  /// An HTTP answer with a status between these two, inclusive.
  case httpStatus(from: Int, through: Int)

  /// The signals' names, without `SIG`; the number of each is its place, from 1 (x86 and ARM).
  static let signals = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
    "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
  ]

  /// The words that a cause can be written with, but for single signals and statuses.
  static let words = ["timeout", "signal", "error", "3xx", "4xx", "5xx"]

  /// Reads a word: one of ``words``, or a signal's name such as `SIGTERM`; nil where it is none.
  init?(word: String) {
    switch word {
    case "timeout": self = .timeout
    case "signal": self = .signal(nil)
    case "error": self = .error
    case "3xx": self = .httpStatus(from: 300, through: 399)
    case "4xx": self = .httpStatus(from: 400, through: 499)
    case "5xx": self = .httpStatus(from: 500, through: 599)
    default:
      guard word.hasPrefix("SIG"),
        let index = Self.signals.firstIndex(of: String(word.dropFirst(3)))
      else { return nil }
      self = .signal(Int32(index + 1))
    }
  }

  /// The cause as a schedule file has it.
  public var text: String {
    switch self {
    case .exitCode(let code): "\(code)"
    case .signal(nil): "\"signal\""
    case .signal(let number?):
      Self.signals.indices.contains(Int(number) - 1)
        ? "\"SIG\(Self.signals[Int(number) - 1])\"" : "\"signal\""
    case .timeout: "\"timeout\""
    case .error: "\"error\""
    case .httpStatus(let first, let last): first == last ? "\(first)" : "\"\(first / 100)xx\""
    }
  }

  /// Whether an attempt that ended so failed of this cause.
  func covers(_ outcome: AttemptOutcome) -> Bool {
    switch (self, outcome) {
    case (.exitCode(let code), .exited(let got)): code == got
    case (.signal(let number), .signalled(let got)): number == nil || number == got
    case (.timeout, .timedOut): true
    case (.error, .threw), (.error, .notStarted), (.error, .retryAfter): true
    case (.error, .unanswered): true
    case (.httpStatus(let first, let last), .answered(let status, _)):
      first <= status && status <= last
    default: false
    }
  }
}

extension RetryPolicy {
  /// Whether a failure is one that another attempt may follow.
  func covers(_ outcome: AttemptOutcome) -> Bool {
    if let causes { return causes.contains { $0.covers(outcome) } }
    guard case .answered(let status, _) = outcome else { return true }
    return Self.mayPass(status)
  }

  /// Whether a server that answers so may answer otherwise later: it had no time, was asked too
  /// early or too often, or is at fault itself.
  private static func mayPass(_ status: Int) -> Bool {
    [408, 425, 429].contains(status) || (500...599).contains(status)
  }
}
