// SPDX-License-Identifier: Apache-2.0

/// A min-heap ordered by deadline and then by insertion: the far part of a ``TimerQueue``.
///
/// It is indexed: wherever an entry moves, `positions` learns its place, so that any entry can be
/// removed in O(log n).
struct DeadlineHeap: Sendable {
  /// One timer.
  struct Entry: Sendable {
    let deadline: Int64
    /// The order of insertion in the upper half, the timer's slot in the arena in the lower.
    fileprivate let rank: UInt64

    fileprivate init(deadline: Int64, sequence: UInt32, timer: UInt32) {
      self.deadline = deadline
      rank = UInt64(sequence) << 32 | UInt64(timer)
    }

    /// The timer's slot in the arena.
    var timer: UInt32 { UInt32(truncatingIfNeeded: rank) }

    @inline(__always)
    fileprivate func isBefore(_ other: Entry) -> Bool {
      if deadline != other.deadline { return deadline < other.deadline }
      return rank < other.rank
    }
  }

  private(set) var entries: [Entry] = []
  private var nextSequence: UInt32

  /// An empty heap.
  ///
  /// Tests begin with a high `firstSequence` to see the numbers run out.
  init(firstSequence: UInt32 = 0) { nextSequence = firstSequence }

  /// The earliest entry.
  var first: Entry? { entries.first }

  /// Adds a timer.
  mutating func insert(_ timer: UInt32, deadline: Int64, positions: inout [UInt32]) {
    if nextSequence == .max { renumber() }
    let entry = Entry(deadline: deadline, sequence: nextSequence, timer: timer)
    nextSequence += 1
    entries.append(entry)
    rise(entry, from: entries.count - 1, positions: &positions)
  }

  /// Takes the earliest entry out; the heap is not empty.
  mutating func removeFirst(positions: inout [UInt32]) {
    remove(at: 0, positions: &positions)
  }

  /// Takes out the entry at this position.
  mutating func remove(at position: Int, positions: inout [UInt32]) {
    let moved = entries.removeLast()
    guard position < entries.count else { return }
    // The last entry nearly always belongs near the bottom: let the hole sink all the way without
    // looking at it, then let it rise from there.
    let hole = sinkHole(from: position, positions: &positions)
    rise(moved, from: hole, positions: &positions)
  }

  /// Moves a hole down to a leaf, each time in place of the lesser child; where it ended.
  private mutating func sinkHole(from position: Int, positions: inout [UInt32]) -> Int {
    unsafe entries.withUnsafeMutableBufferPointer { entries in
      unsafe positions.withUnsafeMutableBufferPointer { positions in
        let count = entries.count
        var hole = position
        var child = 2 * hole + 1
        while child < count {
          var lesser = child
          if child + 1 < count {
            if unsafe entries[child + 1].isBefore(entries[child]) { lesser = child + 1 }
          }
          let moved = unsafe entries[lesser]
          unsafe entries[hole] = moved
          unsafe positions[Int(moved.timer)] = UInt32(truncatingIfNeeded: hole)
          hole = lesser
          child = 2 * hole + 1
        }
        return hole
      }
    }
  }

  /// Puts `entry` where it belongs between the hole at `position` and the top.
  private mutating func rise(_ entry: Entry, from position: Int, positions: inout [UInt32]) {
    unsafe entries.withUnsafeMutableBufferPointer { entries in
      unsafe positions.withUnsafeMutableBufferPointer { positions in
        var hole = position
        while hole > 0 {
          let parent = unsafe entries[(hole - 1) / 2]
          guard entry.isBefore(parent) else { break }
          unsafe entries[hole] = parent
          unsafe positions[Int(parent.timer)] = UInt32(truncatingIfNeeded: hole)
          hole = (hole - 1) / 2
        }
        unsafe entries[hole] = entry
        unsafe positions[Int(entry.timer)] = UInt32(truncatingIfNeeded: hole)
      }
    }
  }

  /// Gives the entries new numbers in the old order, once in four thousand million insertions.
  private mutating func renumber() {
    let bySequence = entries.indices.sorted { entries[$0].rank < entries[$1].rank }
    for (sequence, index) in bySequence.enumerated() {
      let entry = entries[index]
      entries[index] = Entry(
        deadline: entry.deadline, sequence: UInt32(sequence), timer: entry.timer)
    }
    nextSequence = UInt32(entries.count)
  }
}

extension DeadlineHeap {
  /// What is wrong with the order or the positions; nil in a sound heap.
  ///
  /// O(n), for tests.
  func fault(positions: [UInt32]) -> String? {
    for (index, entry) in entries.enumerated() {
      if index > 0, entry.isBefore(entries[(index - 1) / 2]) {
        return "entry \(index) of the heap is before its parent"
      }
      if positions[Int(entry.timer)] != UInt32(index) {
        return "timer \(entry.timer) does not know its position \(index) in the heap"
      }
    }
    return nil
  }
}
