// SPDX-License-Identifier: Apache-2.0

@testable import Scheduler

/// What a timer queue has to be, said plainly: an array in the order of insertion.
struct TimerQueueModel {
  struct Timer: Equatable {
    let deadline: Int64
    let payload: Int64
  }

  private(set) var timers: [Timer] = []

  var earliest: Int64? { timers.map(\.deadline).min() }

  mutating func insert(at deadline: Int64, payload: Int64) {
    timers.append(Timer(deadline: deadline, payload: payload))
  }

  mutating func cancel(payload: Int64) -> Bool {
    guard let index = timers.firstIndex(where: { $0.payload == payload }) else { return false }
    timers.remove(at: index)
    return true
  }

  mutating func popDue(through now: Int64) -> [Timer] {
    let due = timers.enumerated().filter { $0.element.deadline <= now }
      .sorted { ($0.element.deadline, $0.offset) < ($1.element.deadline, $1.offset) }
    timers.removeAll { $0.deadline <= now }
    return due.map(\.element)
  }
}

/// A queue and its model, moved together.
struct TimerQueuePair {
  var queue: TimerQueue
  var model = TimerQueueModel()
  /// Every handle ever given, by payload: payload n stands at n.
  private(set) var handles: [TimerQueue.Handle] = []
  private(set) var faults: [String] = []

  init(now: Int64, wheelBits: Int, firstSequence: UInt32 = 0) {
    queue = TimerQueue(now: now, wheelBits: wheelBits, firstSequence: firstSequence)
  }

  mutating func insert(at deadline: Int64) {
    let payload = Int64(handles.count)
    handles.append(queue.insert(at: deadline, payload: payload))
    model.insert(at: deadline, payload: payload)
    check("insert(\(deadline))")
  }

  mutating func cancel(_ payload: Int) {
    let wasThere = queue.cancel(handles[payload])
    if wasThere != model.cancel(payload: Int64(payload)) {
      faults.append("cancel said \(wasThere)")
    }
    check("cancel(\(payload))")
  }

  mutating func popDue(through now: Int64) {
    var due: [(deadline: Int64, payload: Int64)] = []
    queue.popDue(through: now, into: &due)
    let got = due.map { TimerQueueModel.Timer(deadline: $0.deadline, payload: $0.payload) }
    let wanted = model.popDue(through: now)
    if got != wanted { faults.append("popDue(\(now)) gave \(got), not \(wanted)") }
    check("popDue(\(now))")
  }

  mutating func rebase(to now: Int64) {
    queue.rebase(to: now)
    check("rebase(\(now))")
  }

  private mutating func check(_ step: String) {
    if let fault = queue.fault() { faults.append("after \(step): \(fault)") }
    if queue.count != model.timers.count { faults.append("after \(step): count \(queue.count)") }
    if queue.earliest != model.earliest {
      faults.append("after \(step): earliest \(queue.earliest as Any)")
    }
  }
}
