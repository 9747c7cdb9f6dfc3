// SPDX-License-Identifier: Apache-2.0

/// The memory of all timers of a queue, in flat arrays: no allocation a timer, 28 bytes each.
///
/// A slot is free or holds a timer. Its generation is odd while it holds one and goes up with every
/// change, so a handle fits one timer only. A slot whose generation is used up is never taken
/// again.
struct TimerArena: Sendable {
  /// One timer.
  struct Node: Sendable {
    var deadline: Int64
    var payload: Int64
    /// In the wheel: the timer before this one in its slot.
    ///
    /// In the heap: ``TimerArena/none``.
    var previous: UInt32
    var generation: UInt32
  }

  /// No slot.
  static let none = UInt32.max

  var nodes: [Node] = []
  /// In the wheel: the timer after this one.
  ///
  /// In the heap: the number of its entry there. Free: the next free slot.
  var links: [UInt32] = []
  private(set) var count = 0
  private var firstFree = none

  /// Puts a timer into a free slot.
  mutating func take(deadline: Int64, payload: Int64) -> UInt32 {
    count += 1
    guard firstFree != Self.none else {
      precondition(nodes.count < Int(Self.none), "a timer queue holds fewer than 2^32 - 1 timers")
      nodes.append(Node(deadline: deadline, payload: payload, previous: Self.none, generation: 1))
      links.append(Self.none)
      return UInt32(nodes.count - 1)
    }
    let slot = firstFree
    firstFree = links[Int(slot)]
    nodes[Int(slot)].deadline = deadline
    nodes[Int(slot)].payload = payload
    nodes[Int(slot)].generation += 1
    // The number of no entry, so that one which the slot's last timer left behind stays dead.
    links[Int(slot)] = Self.none
    return slot
  }

  /// Frees a slot that holds a timer.
  mutating func release(_ slot: UInt32) {
    count -= 1
    guard nodes[Int(slot)].generation < UInt32.max else {
      nodes[Int(slot)].generation = 0
      return
    }
    nodes[Int(slot)].generation += 1
    links[Int(slot)] = firstFree
    firstFree = slot
  }

  /// The timer is in the heap, where its entry has this number.
  mutating func setFar(_ slot: UInt32, sequence: UInt32) {
    nodes[Int(slot)].previous = Self.none
    links[Int(slot)] = sequence
  }

  /// Whether the slot holds a timer that is in the heap, by the entry of this number.
  func isFar(_ slot: UInt32, sequence: UInt32) -> Bool {
    !nodes[Int(slot)].generation.isMultiple(of: 2) && nodes[Int(slot)].previous == Self.none
      && links[Int(slot)] == sequence
  }

  /// Whether the slot still holds the timer that was given this generation.
  func holds(_ slot: UInt32, generation: UInt32) -> Bool {
    Int(slot) < nodes.count && !generation.isMultiple(of: 2)
      && nodes[Int(slot)].generation == generation
  }
}
