// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A change of a zone's offset: clocks skip something, or show it twice.
struct ClockChange: Equatable {
  /// The first instant with the new offset.
  let at: Instant
  /// Seconds east of UTC before it.
  let before: Int
  /// Seconds east of UTC from it on.
  let after: Int

  /// Seconds by which clocks go forward; negative: back.
  var shift: Int { after - before }

  /// The first change of offset after an instant, or nil.
  ///
  /// Changes of the abbreviation alone are passed over.
  static func next(after instant: Instant, in zone: Zone) -> ClockChange? {
    var from = instant
    // A zone's abbreviations change a few times in a row at most.
    for _ in 0..<100 {
      guard let at = zone.nextTransition(after: from) else { return nil }
      let before = zone.offset(at: at - TimeSpan(milliseconds: 1))
      let after = zone.offset(at: at)
      if before != after { return ClockChange(at: at, before: before, after: after) }
      from = at
    }
    return nil
  }
}
