// SPDX-License-Identifier: Apache-2.0

/// Timers by deadline: a ring of slots for what is near, a min-heap for what is far, one structure.
///
/// Invariants:
/// 1. A timer whose deadline is within `base ..< base + slotCount` is in the wheel, every other one
///    in the heap, so two timers with one deadline are never in both.
/// 2. Timers with one deadline come out in the order in which they were put in.
/// 3. When `base` moves no timer stands before it. Only a later insertion may put one there, and
///    that is due at once.
///
/// Deadlines are milliseconds on any one clock; any value is allowed, and one that has passed is
/// due at once. A timer costs 28 bytes, and 16 more while it is far.
public struct TimerQueue: Sendable {
  /// Names one timer.
  ///
  /// After the timer came out or was cancelled the handle names nothing, for ever.
  public struct Handle: Hashable, Sendable {
    fileprivate let slot: UInt32
    fileprivate let generation: UInt32
  }

  private var base: Int64
  private var arena = TimerArena()
  private var wheel: TimerWheel
  private var heap: DeadlineHeap

  /// An empty queue; `now` is where near begins.
  public init(now: Int64) { self.init(now: now, wheelBits: 14) }

  /// An empty queue with a ring of 2^`wheelBits` milliseconds.
  init(now: Int64, wheelBits: Int, firstSequence: UInt32 = 0) {
    base = now
    wheel = TimerWheel(bits: wheelBits)
    heap = DeadlineHeap(firstSequence: firstSequence)
  }

  /// How many timers there are.
  public var count: Int { arena.count }

  /// Adds a timer.
  ///
  /// O(1) when it is due within 16 s, else O(log n).
  public mutating func insert(at deadline: Int64, payload: Int64) -> Handle {
    let timer = arena.take(deadline: deadline, payload: payload)
    place(timer, deadline: deadline)
    return Handle(slot: timer, generation: arena.nodes[Int(timer)].generation)
  }

  /// Takes a timer out; false when it is no longer there.
  ///
  /// O(1) near, and far over many of them.
  @discardableResult
  public mutating func cancel(_ handle: Handle) -> Bool {
    guard arena.holds(handle.slot, generation: handle.generation) else { return false }
    let deadline = arena.nodes[Int(handle.slot)].deadline
    if isNear(deadline) {
      wheel.remove(handle.slot, deadline: deadline, in: &arena)
      arena.release(handle.slot)
    } else {
      arena.release(handle.slot)
      heap.noteCancelled(in: &arena)
    }
    return true
  }

  /// The earliest deadline.
  ///
  /// O(1).
  public var earliest: Int64? {
    let near = wheel.firstSlot(from: base).map { arena.nodes[Int($0)].deadline }
    guard let far = heap.first?.deadline else { return near }
    return min(near ?? far, far)
  }

  /// Takes out all timers whose deadline is at or before `now` and appends them to `due`, ordered
  /// by deadline, then by insertion.
  ///
  /// - Complexity: O(1) a timer that was near, O(log n) one that was far.
  public mutating func popDue(
    through now: Int64, into due: inout [(deadline: Int64, payload: Int64)]
  ) {
    if base > .min { popFar(through: min(now, base - 1), into: &due) }
    guard now >= base else { return }
    popNear(through: now, into: &due)
    popFar(through: now, into: &due)
    base = now
    fillWheel()
  }

  /// Tells the queue that the clock was set: near is from `now` on.
  ///
  /// Timers keep their deadlines.
  ///
  /// Results are right without it; only, with a clock set back, what is near counts as far until
  /// the clock has caught up.
  ///
  /// - Complexity: O(m log n) with m timers near.
  public mutating func rebase(to now: Int64) {
    while let last = wheel.firstSlot(from: base) {
      let deadline = arena.nodes[Int(last)].deadline
      wheel.clearSlot(of: deadline)
      var timer = arena.links[Int(last)]
      while true {
        let next = arena.links[Int(timer)]
        heap.insert(timer, deadline: deadline, in: &arena)
        if timer == last { break }
        timer = next
      }
    }
    // No later than the earliest timer, so that none stands before the wheel (see `fillWheel`).
    base = min(now, heap.first?.deadline ?? now)
    fillWheel()
  }
}

extension TimerQueue {
  private func isNear(_ deadline: Int64) -> Bool {
    deadline >= base && UInt64(bitPattern: deadline &- base) < UInt64(wheel.slotCount)
  }

  private mutating func place(_ timer: UInt32, deadline: Int64) {
    if isNear(deadline) {
      wheel.append(timer, deadline: deadline, in: &arena)
    } else {
      heap.insert(timer, deadline: deadline, in: &arena)
    }
  }

  /// Moves what has become near from the heap to the wheel.
  ///
  /// Nothing in the heap is before `base`.
  private mutating func fillWheel() {
    while let first = heap.first, isNear(first.deadline) {
      heap.removeFirst(in: &arena)
      wheel.append(first.timer, deadline: first.deadline, in: &arena)
    }
  }

  private mutating func popFar(
    through limit: Int64, into due: inout [(deadline: Int64, payload: Int64)]
  ) {
    let start = due.count
    while let first = heap.first, first.deadline <= limit {
      due.append((first.deadline, Int64(first.timer)))
      heap.removeFirst(in: &arena)
    }
    // In a loop of its own: the timers lie anywhere in memory, and here the processor fetches many
    // at once where the heap would make it wait for each.
    for index in start..<due.count {
      let timer = UInt32(truncatingIfNeeded: due[index].payload)
      due[index].payload = arena.nodes[Int(timer)].payload
      arena.release(timer)
    }
  }

  private mutating func popNear(
    through now: Int64, into due: inout [(deadline: Int64, payload: Int64)]
  ) {
    while let last = wheel.firstSlot(from: base) {
      let deadline = arena.nodes[Int(last)].deadline
      guard deadline <= now else { return }
      wheel.clearSlot(of: deadline)
      var timer = arena.links[Int(last)]
      while true {
        let next = arena.links[Int(timer)]
        due.append((deadline, arena.nodes[Int(timer)].payload))
        arena.release(timer)
        if timer == last { break }
        timer = next
      }
    }
  }

  /// How many timers the memory is for.
  ///
  /// For tests.
  var slotsTaken: Int { arena.nodes.count }

  /// How many entries the heap holds, with those whose timers were cancelled.
  ///
  /// For tests.
  var farEntries: Int { heap.entries.count }

  /// What breaks an invariant; nil in a sound queue.
  ///
  /// O(n), for tests.
  func fault() -> String? {
    if let fault = heap.fault(in: arena) { return fault }
    if let entry = heap.entries.first(where: { isNear($0.deadline) }) {
      return "a timer at \(entry.deadline) is near \(base) but in the heap"
    }
    var copy = self
    var near: [(deadline: Int64, payload: Int64)] = []
    copy.popNear(through: .max, into: &near)
    if let timer = near.first(where: { !isNear($0.deadline) }) {
      return "a timer at \(timer.deadline) is not near \(base) but in the wheel"
    }
    let far = heap.entries.count - heap.deadCount
    guard near.count + far == count else {
      return "\(count) timers, but \(near.count) in the wheel and \(far) in the heap"
    }
    return nil
  }
}
