// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A named limit on concurrency, and the runs that wait under it.
struct RunQueue: Sendable {
  let name: String
  /// At most so many attempts at once; nil: no limit.
  var limit: Int?
  var running = 0
  var pause: Pause?
  var pauseTimer: TimerQueue.Handle?
  /// Runs whose work takes a process.
  var processes = ReadyQueue()
  /// Runs whose work does not.
  var others = ReadyQueue()

  init(name: String, limit: Int?) {
    self.name = name
    self.limit = limit
  }

  /// Where the run stands that is to be started next; `withProcesses` where there is a place for
  /// one.
  func first(withProcesses: Bool) -> ReadyQueue.Place? {
    if let limit, running >= limit { return nil }
    guard withProcesses, let process = processes.first else { return others.first }
    guard let other = others.first else { return process }
    return min(process, other)
  }

  /// Takes the run that stands there; whether it waited for a process.
  mutating func take(_ place: ReadyQueue.Place) -> (run: RunID, isProcess: Bool)? {
    if others.first == place { return others.pop().map { ($0, false) } }
    return processes.pop().map { ($0, true) }
  }
}
