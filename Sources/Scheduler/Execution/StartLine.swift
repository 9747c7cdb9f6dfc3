// SPDX-License-Identifier: Apache-2.0

/// Attempts in the order in which they are to be started.
struct StartLine {
  private var attempts: [ProcessAttempt] = []
  private var first = 0

  /// Puts an attempt at the end.
  mutating func append(_ attempt: ProcessAttempt) { attempts.append(attempt) }

  /// Nobody is in line.
  var isEmpty: Bool { attempts.isEmpty }

  /// Takes the first; one that was stopped in line is over already and passed by.
  mutating func next() -> ProcessAttempt? {
    defer { compact() }
    while first < attempts.count {
      let attempt = attempts[first]
      first += 1
      if case .waiting = attempt.phase { return attempt }
    }
    return nil
  }

  /// Drops what was taken, seldom enough to cost nothing.
  private mutating func compact() {
    guard first == attempts.count || first > 1_024 && first > attempts.count / 2 else { return }
    attempts.removeSubrange(..<first)
    first = 0
  }
}
