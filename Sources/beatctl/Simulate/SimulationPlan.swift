// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Which stretch of time is simulated, and when the daemon is down in it.
struct SimulationPlan: Equatable {
  let from: Instant
  let to: Instant
  /// In order, apart from each other, within the stretch.
  let downs: [Range<Instant>]

  /// A plan; the times down may come in any order and overlap.
  init(from: Instant, to: Instant, downs: [Range<Instant>]) {
    self.from = from
    self.to = to
    var merged: [Range<Instant>] = []
    for down in downs.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      let down = down.clamped(to: from..<to)
      guard !down.isEmpty else { continue }
      if let last = merged.last, down.lowerBound <= last.upperBound {
        merged[merged.count - 1] =
          last.lowerBound..<max(last.upperBound, down.upperBound)
      } else {
        merged.append(down)
      }
    }
    self.downs = merged
  }
}
