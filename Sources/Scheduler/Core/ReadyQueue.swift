// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Runs that may start, in order: priority (9 first), scheduled instant, arrival.
///
/// A binary heap.
struct ReadyQueue: Sendable {
  /// Where a run stands in the order.
  struct Place: Comparable {
    let rank: Int
    let instant: Instant
    let run: RunID

    static func < (left: Place, right: Place) -> Bool {
      if left.rank != right.rank { return left.rank < right.rank }
      if left.instant != right.instant { return left.instant < right.instant }
      return left.run < right.run
    }
  }

  private var places: [Place] = []

  /// The run that is first, without taking it.
  var first: Place? { places.first }

  mutating func push(_ run: RunID, priority: Int, instant: Instant) {
    places.append(Place(rank: 9 - priority, instant: instant, run: run))
    var child = places.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard places[child] < places[parent] else { return }
      places.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> RunID? {
    guard let first = places.first else { return nil }
    let last = places.removeLast()
    guard !places.isEmpty else { return first.run }
    places[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < places.count && places[child] < places[least] {
        least = child
      }
      guard least != parent else { return first.run }
      places.swapAt(parent, least)
      parent = least
    }
  }
}
