// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What the clocks of a zone show from 1430 to 2620, as far as four centuries reach: a
/// plain list of stretches, searched from its beginning.
struct OracleClock: Sendable {
  /// A stretch of time in which a clock runs straight.
  struct Stretch: Sendable {
    /// The first second, and the first one after it.
    var start, end: Int64
    /// Seconds east of UTC.
    let offset: Int64
  }

  let zone: Zone
  private let stretches: [Stretch]

  private static let begins: Int64 = -17_040_000_000
  private static let ends: Int64 = 20_512_000_000

  init(_ zone: Zone) {
    self.zone = zone
    var all: [Stretch] = []
    var start = Self.begins
    while start < Self.ends {
      let instant = Instant(milliseconds: start * 1_000)
      let change = zone.nextTransition(after: instant).map { $0.milliseconds / 1_000 }
      let end = min(change ?? Self.ends, Self.ends)
      let offset = Int64(zone.offset(at: instant))
      if let last = all.last, last.offset == offset {
        all[all.count - 1].end = end
      } else {
        all.append(Stretch(start: start, end: end, offset: offset))
      }
      start = end
    }
    stretches = all
    changes = all.dropFirst().map(\.start).filter(Self.years.contains)
  }

  /// The seconds from 1900 to 2200.
  static let years: ClosedRange<Int64> = -2_208_988_800...7_258_118_400

  /// The seconds at which the offset changes, from 1900 to 2200.
  let changes: [Int64]

  /// The stretches that have a part in the range, cut to it.
  func stretches(in range: ClosedRange<Int64>) -> [Stretch] {
    var found: [Stretch] = []
    for stretch in stretches where stretch.end > range.lowerBound {
      if stretch.start > range.upperBound { break }
      var part = stretch
      part.start = max(part.start, range.lowerBound)
      part.end = min(part.end, range.upperBound + 1)
      found.append(part)
    }
    return found
  }
}
