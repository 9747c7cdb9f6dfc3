// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Runs that may start, in order: priority (9 first), scheduled instant, arrival.
///
/// A binary heap.
struct ReadyQueue: Sendable {
  private struct Item {
    let rank: Int
    let instant: Instant
    let run: RunID

    func precedes(_ other: Item) -> Bool {
      if rank != other.rank { return rank < other.rank }
      if instant != other.instant { return instant < other.instant }
      return run < other.run
    }
  }

  private var items: [Item] = []

  var isEmpty: Bool { items.isEmpty }

  mutating func push(_ run: RunID, priority: Int, instant: Instant) {
    items.append(Item(rank: 9 - priority, instant: instant, run: run))
    var child = items.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard items[child].precedes(items[parent]) else { return }
      items.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> RunID? {
    guard let first = items.first else { return nil }
    let last = items.removeLast()
    guard !items.isEmpty else { return first.run }
    items[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < items.count && items[child].precedes(items[least]) {
        least = child
      }
      guard least != parent else { return first.run }
      items.swapAt(parent, least)
      parent = least
    }
  }
}
