// SPDX-License-Identifier: Apache-2.0

/// A ring of slots one millisecond wide: the near part of a ``TimerQueue``.
///
/// All timers of a slot have the same deadline, as the ring never spans more time than it has
/// slots, and stand in the order in which they came. A slot is a circular list through the arena,
/// known by its last timer. Two levels of bits find the next slot that is not empty.
struct TimerWheel: Sendable {
  /// How many milliseconds the ring spans, a power of two.
  let slotCount: Int
  private var last: [UInt32]
  private var occupied: [UInt64]
  private var occupiedWords: [UInt64]

  /// A ring of 2^`bits` slots; `bits` is 6 to 20.
  init(bits: Int) {
    precondition((6...20).contains(bits))
    slotCount = 1 << bits
    last = Array(repeating: TimerArena.none, count: slotCount)
    occupied = Array(repeating: 0, count: slotCount / 64)
    occupiedWords = Array(repeating: 0, count: (slotCount / 64 + 63) / 64)
  }

  /// Puts a timer at the end of its slot.
  mutating func append(_ timer: UInt32, deadline: Int64, in arena: inout TimerArena) {
    let index = index(of: deadline)
    let tail = last[index]
    if tail == TimerArena.none {
      arena.links[Int(timer)] = timer
      arena.nodes[Int(timer)].previous = timer
      occupied[index >> 6] |= 1 << UInt64(index & 63)
      occupiedWords[index >> 12] |= 1 << UInt64((index >> 6) & 63)
    } else {
      let head = arena.links[Int(tail)]
      arena.links[Int(tail)] = timer
      arena.links[Int(timer)] = head
      arena.nodes[Int(timer)].previous = tail
      arena.nodes[Int(head)].previous = timer
    }
    last[index] = timer
  }

  /// Takes a timer out of its slot.
  mutating func remove(_ timer: UInt32, deadline: Int64, in arena: inout TimerArena) {
    let index = index(of: deadline)
    let next = arena.links[Int(timer)]
    guard next != timer else { return clear(index) }
    let previous = arena.nodes[Int(timer)].previous
    arena.links[Int(previous)] = next
    arena.nodes[Int(next)].previous = previous
    if last[index] == timer { last[index] = previous }
  }

  /// The last timer of the first slot that is not empty, seen from the slot of `start` on.
  func firstSlot(from start: Int64) -> UInt32? {
    let index = index(of: start)
    let ahead = occupied[index >> 6] & (~0 << UInt64(index & 63))
    if ahead != 0 { return last[(index >> 6) << 6 + ahead.trailingZeroBitCount] }
    guard let word = word(from: index >> 6 + 1) ?? word(from: 0) else { return nil }
    return last[word << 6 + occupied[word].trailingZeroBitCount]
  }

  /// Empties the slot of `deadline`; its timers still hang together.
  mutating func clearSlot(of deadline: Int64) { clear(index(of: deadline)) }

  private mutating func clear(_ index: Int) {
    last[index] = TimerArena.none
    occupied[index >> 6] &= ~(1 << UInt64(index & 63))
    if occupied[index >> 6] == 0 {
      occupiedWords[index >> 12] &= ~(1 << UInt64((index >> 6) & 63))
    }
  }

  private func index(of deadline: Int64) -> Int {
    Int(truncatingIfNeeded: deadline) & (slotCount - 1)
  }

  /// The first word of `occupied` at or after `start` that is not 0.
  private func word(from start: Int) -> Int? {
    guard start < occupied.count else { return nil }
    let ahead = occupiedWords[start >> 6] & (~0 << UInt64(start & 63))
    if ahead != 0 { return (start >> 6) << 6 + ahead.trailingZeroBitCount }
    var group = start >> 6 + 1
    while group < occupiedWords.count {
      if occupiedWords[group] != 0 {
        return group << 6 + occupiedWords[group].trailingZeroBitCount
      }
      group += 1
    }
    return nil
  }
}
