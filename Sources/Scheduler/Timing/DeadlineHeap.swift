// SPDX-License-Identifier: Apache-2.0

/// A min-heap ordered by deadline and then by insertion: the far part of a ``TimerQueue``.
///
/// It is not indexed: a timer that is cancelled leaves its entry behind, and the entry is passed
/// over when its turn comes. So nothing but the entries themselves is written when they move, which
/// is what a heap of a million spends its time on.
///
/// Invariants:
/// 1. An entry is live while its timer is far and knows the entry's number (``TimerArena/isFar``).
/// 2. The earliest entry is live.
/// 3. No more than half of the entries, and a few, are not.
struct DeadlineHeap: Sendable {
  /// One timer: its deadline, the order of insertion, and its slot in the arena, in one number, so
  /// that two are compared without a branch.
  struct Entry: Sendable {
    private let key: Int128

    fileprivate init(deadline: Int64, sequence: UInt32, timer: UInt32) {
      key = Int128(deadline) << 64 | Int128(sequence) << 32 | Int128(timer)
    }

    var deadline: Int64 { Int64(truncatingIfNeeded: key >> 64) }

    /// The timer's slot in the arena.
    var timer: UInt32 { UInt32(truncatingIfNeeded: key) }

    fileprivate var sequence: UInt32 { UInt32(truncatingIfNeeded: key >> 32) }

    @inline(__always)
    fileprivate func isBefore(_ other: Entry) -> Bool { key < other.key }
  }

  private(set) var entries: [Entry] = []
  private var nextSequence: UInt32
  /// How many entries have lost their timers.
  private(set) var deadCount = 0
  /// So many are never worth a sweep.
  private static let fewDead = 64

  /// An empty heap.
  ///
  /// Tests begin with a high `firstSequence` to see the numbers run out.
  init(firstSequence: UInt32 = 0) { nextSequence = firstSequence }

  /// The earliest entry.
  var first: Entry? { entries.first }

  /// Adds a timer.
  mutating func insert(_ timer: UInt32, deadline: Int64, in arena: inout TimerArena) {
    if nextSequence == .max { renumber(in: &arena) }
    let entry = Entry(deadline: deadline, sequence: nextSequence, timer: timer)
    arena.setFar(timer, sequence: nextSequence)
    nextSequence += 1
    entries.append(entry)
    rise(entry, from: entries.count - 1)
  }

  /// Takes the earliest entry out; the heap is not empty.
  mutating func removeFirst(in arena: inout TimerArena) {
    removeTop()
    dropDead(in: &arena)
  }

  /// Tells the heap that a timer was released whose entry was in it.
  mutating func noteCancelled(in arena: inout TimerArena) {
    deadCount += 1
    if deadCount > entries.count / 2 + Self.fewDead { sweep(in: &arena) }
    dropDead(in: &arena)
  }

  /// Takes entries off the top until the earliest is live.
  private mutating func dropDead(in arena: inout TimerArena) {
    while deadCount > 0, let first = entries.first, !isLive(first, in: arena) {
      removeTop()
      deadCount -= 1
    }
  }

  private func isLive(_ entry: Entry, in arena: TimerArena) -> Bool {
    arena.isFar(entry.timer, sequence: entry.sequence)
  }

  private mutating func removeTop() {
    let moved = entries.removeLast()
    guard !entries.isEmpty else { return }
    // The last entry nearly always belongs near the bottom: let the hole sink all the way without
    // looking at it, then let it rise from there.
    rise(moved, from: sinkHole(from: 0))
  }

  /// Moves a hole down to a leaf, each time in place of the lesser child; where it ended.
  private mutating func sinkHole(from position: Int) -> Int {
    unsafe entries.withUnsafeMutableBufferPointer { entries in
      let count = entries.count
      var hole = position
      while 2 * hole + 2 < count {
        let right = 2 * hole + 2
        let child = unsafe entries[right].isBefore(entries[right - 1]) ? right : right - 1
        unsafe entries[hole] = entries[child]
        hole = child
      }
      if 2 * hole + 1 < count {
        unsafe entries[hole] = entries[2 * hole + 1]
        hole = 2 * hole + 1
      }
      return hole
    }
  }

  /// Puts `entry` where it belongs between the hole at `position` and `top`.
  private mutating func rise(_ entry: Entry, from position: Int, to top: Int = 0) {
    unsafe entries.withUnsafeMutableBufferPointer { entries in
      var hole = position
      while hole > top {
        let parent = unsafe entries[(hole - 1) / 2]
        guard entry.isBefore(parent) else { break }
        unsafe entries[hole] = parent
        hole = (hole - 1) / 2
      }
      unsafe entries[hole] = entry
    }
  }

  /// Takes all entries out that are not live.
  ///
  /// O(n), but as many cancellations have gone before it.
  private mutating func sweep(in arena: inout TimerArena) {
    var live: [Entry] = []
    live.reserveCapacity(entries.count - deadCount)
    for entry in entries where isLive(entry, in: arena) { live.append(entry) }
    entries = live
    deadCount = 0
    for position in stride(from: entries.count / 2 - 1, through: 0, by: -1) {
      let entry = entries[position]
      rise(entry, from: sinkHole(from: position), to: position)
    }
  }

  /// Gives the entries new numbers in the old order, once in four thousand million insertions.
  private mutating func renumber(in arena: inout TimerArena) {
    sweep(in: &arena)
    let bySequence = entries.indices.sorted { entries[$0].sequence < entries[$1].sequence }
    for (sequence, index) in bySequence.enumerated() {
      let entry = entries[index]
      let number = UInt32(sequence)
      entries[index] = Entry(deadline: entry.deadline, sequence: number, timer: entry.timer)
      arena.setFar(entry.timer, sequence: number)
    }
    nextSequence = UInt32(entries.count)
  }
}

extension DeadlineHeap {
  /// What is wrong with the order or the numbers; nil in a sound heap.
  ///
  /// O(n), for tests.
  func fault(in arena: TimerArena) -> String? {
    for (index, entry) in entries.enumerated() {
      if index > 0, entry.isBefore(entries[(index - 1) / 2]) {
        return "entry \(index) of the heap is before its parent"
      }
    }
    let dead = entries.count { !isLive($0, in: arena) }
    if dead != deadCount { return "\(dead) entries of the heap are dead, not \(deadCount)" }
    if let first, !isLive(first, in: arena) { return "the earliest entry of the heap is dead" }
    return nil
  }
}
