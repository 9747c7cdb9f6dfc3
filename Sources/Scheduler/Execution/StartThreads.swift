// SPDX-License-Identifier: Apache-2.0

internal import Dispatch

/// The threads that start processes, one start on each at a time.
///
/// A start may be held for long: by a user database that does not answer, or a working directory on
/// a file system that hangs. When all threads are held, there is another one for the other starts,
/// up to a limit.
struct StartThreads {
  /// Two keep two processors busy; the third has its start ready when one of them is done.
  static let usual = 3
  /// The most threads at once.
  static let limit = 64

  private var idle: [DispatchQueue] = []
  private var count = 0
  private var made = 0

  init() { for _ in 0..<Self.usual { add() } }

  /// No thread is free.
  var areAllBusy: Bool { idle.isEmpty }

  /// Takes a free thread; nil where there is none.
  mutating func take() -> DispatchQueue? { idle.popLast() }

  /// Gives a thread back; one that others stood in for is let go.
  mutating func giveBack(_ thread: DispatchQueue) {
    if count > Self.usual { count -= 1 } else { idle.append(thread) }
  }

  /// Adds a thread, where all are held; false where there are too many.
  @discardableResult
  mutating func add() -> Bool {
    guard count < Self.limit else { return false }
    count += 1
    made &+= 1
    idle.append(DispatchQueue(label: "beat.start.\(made)"))
    return true
  }
}
