// SPDX-License-Identifier: Apache-2.0

import CronParser
import Dispatch
import Glibc
import Scheduler
import Synchronization

/// One line an event, on standard error.
///
/// Never blocks its caller: lines wait in a queue of their own, and where they can't be written
/// fast enough the rest are dropped and counted.
final class Log: Sendable {
  enum Level: String {
    case debug
    case info
    case warning
    case error

    /// The priority that journald reads from the head of a line (sd-daemon(3)).
    var priority: String {
      switch self {
      case .debug: "<7>"
      case .info: "<6>"
      case .warning: "<4>"
      case .error: "<3>"
      }
    }
  }

  private struct Waiting {
    var lines = 0
    var dropped = 0
  }

  private static let most = 10_000

  private let queue = DispatchQueue(label: "beat.log")
  private let waiting = Mutex(Waiting())
  private let quiet = Mutex<Set<JobName>>([])
  /// journald stamps lines itself and reads their priority.
  private let isJournal: Bool

  init(environment: [String: String]) {
    isJournal = environment["JOURNAL_STREAM"] != nil
  }

  func info(_ event: String, _ fields: LogField?...) { write(.info, event, fields) }
  func warning(_ event: String, _ fields: LogField?...) { write(.warning, event, fields) }
  func error(_ event: String, _ fields: LogField?...) { write(.error, event, fields) }

  func write(_ level: Level, _ event: String, _ fields: [LogField?]) {
    let line = Self.line(level, event, fields.compactMap(\.self), at: now(), isJournal: isJournal)
    let dropped: Int? = waiting.withLock { waiting in
      guard waiting.lines < Self.most else {
        waiting.dropped += 1
        return nil
      }
      waiting.lines += 1
      defer { waiting.dropped = 0 }
      return waiting.dropped
    }
    guard let dropped else { return }
    queue.async {
      if dropped > 0 { Self.put("\(dropped) log lines were dropped: standard error is too slow\n") }
      Self.put(line)
      self.waiting.withLock { $0.lines -= 1 }
    }
  }

  /// From here on says nothing of what goes well in these jobs, and in no others.
  func keepQuiet(of jobs: Set<JobName>) { quiet.withLock { $0 = jobs } }

  /// Whether nothing is said of what goes well in a job.
  func isQuiet(_ job: JobName) -> Bool { quiet.withLock { $0.contains(job) } }

  /// Returns when everything said so far is written.
  func flush() { queue.sync {} }

  static func line(
    _ level: Level, _ event: String, _ fields: [LogField], at instant: Instant, isJournal: Bool
  ) -> String {
    let head = isJournal ? level.priority : "\(instant.rfc3339) \(level.rawValue) "
    return head + event + fields.map { " \($0.text)" }.joined() + "\n"
  }

  private func now() -> Instant { SystemClock.read().wall }

  private static func put(_ line: String) {
    let bytes = Array(line.utf8)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes[written...].withUnsafeBytes {
        unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      written += count
    }
  }
}

/// `key=value` in a log line.
///
/// A value with blanks, quotes or anything unprintable is quoted, so that no text from outside can
/// make a line of its own.
struct LogField {
  let text: String

  init(_ key: String, _ value: some CustomStringConvertible) {
    text = "\(key)=\(Self.quoted(value.description))"
  }

  private static func quoted(_ value: String) -> String {
    let isPlain =
      !value.isEmpty
      && value.unicodeScalars.allSatisfy { scalar in
        scalar.value > 32 && scalar.value < 127 && scalar != "\"" && scalar != "=" && scalar != "\\"
      }
    guard !isPlain else { return value }
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      default:
        let isHidden =
          scalar.properties.generalCategory == .control
          || scalar.properties.generalCategory == .format
          || scalar.properties.generalCategory == .lineSeparator
          || scalar.properties.generalCategory == .paragraphSeparator
        if isHidden {
          text += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text + "\""
  }
}
