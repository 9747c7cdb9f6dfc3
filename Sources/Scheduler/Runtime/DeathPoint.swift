// SPDX-License-Identifier: Apache-2.0

#if DEBUG
  internal import Glibc
  internal import Synchronization
#endif

/// Points in the life of an attempt at which a test lets the whole process die, as by `kill -9`.
///
/// `BEAT_DIE_AT=claimed:3` dies when that point is passed for the third time. Builds for release
/// hold nothing of it.
enum DeathPoint: String {
  /// Decided, and nothing of it durable.
  case beforeCommit = "before-commit"
  /// Durable, and not started.
  case claimed
  /// The process runs, and its number is not recorded.
  case spawned
  /// Its number is durable.
  case startedRecorded = "started-recorded"
  /// It has ended, and that is not recorded.
  case exited
  /// Its end is durable.
  case endedRecorded = "ended-recorded"

  /// Dies here where the process was told to.
  @inline(__always)
  static func pass(_ point: DeathPoint, if condition: @autoclosure () -> Bool = true) {
    #if DEBUG
      guard let fate, fate.point == point, condition() else { return }
      if passed.add(1, ordering: .relaxed).newValue == fate.count { kill(getpid(), SIGKILL) }
    #endif
  }

  #if DEBUG
    private static let passed = Atomic<Int>(0)
    private static let fate: (point: DeathPoint, count: Int)? = {
      guard let value = unsafe getenv("BEAT_DIE_AT") else { return nil }
      let words = unsafe String(cString: value).split(separator: ":")
      guard words.count == 2, let point = DeathPoint(rawValue: String(words[0])),
        let count = Int(words[1])
      else { return nil }
      return (point, count)
    }()
  #endif
}

extension Change {
  /// True where it makes the process of an attempt durable.
  var recordsStart: Bool {
    if case .runChanged(let run) = self { run.process != nil } else { false }
  }

  /// True where it makes the end of an attempt durable.
  var recordsEnd: Bool {
    if case .runChanged(let run) = self { run.attempt > 0 && run.finishedAt != nil } else { false }
  }
}
