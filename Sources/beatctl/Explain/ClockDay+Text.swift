// SPDX-License-Identifier: Apache-2.0

import CronParser

extension ClockDay {
  /// As many fires as are shown each; more in a row of one kind become one line.
  private static let longestRun = 6

  /// `2027-03-28`.
  var date: String { String(TimeText.local(day, in: .utc).prefix(10)) }
  /// What the clock would show at the change, had it not changed.
  var clockBefore: String { Self.clock(change.at + .seconds(Int64(change.before))) }
  /// What the clock shows at the change.
  var clockAfter: String { Self.clock(change.at + .seconds(Int64(change.after))) }

  /// `02:30`, with seconds where they are not zero, of local seconds.
  static func clock(_ local: Instant) -> String {
    let text = TimeText.local(local, in: .utc).dropFirst(11)
    return String(text.hasSuffix(":00") ? text.dropLast(3) : text)
  }

  /// For people: the change, and below it each fire and what becomes of it.
  func render(_ zone: Zone) -> String {
    let shift = TimeText.length(.seconds(Int64(abs(change.shift))))
    let what = change.shift > 0 ? "go forward" : "go back"
    var text = "\(date), \(zone.name): clocks \(what) \(shift), from \(clockBefore) to "
    text += "\(clockAfter) (\(TimeText.offset(change.before)) to "
    text += "\(TimeText.offset(change.after)))\n"
    guard !fires.isEmpty else { return text + "  not touched: nothing is due on that day\n" }
    for group in groups { text += Self.line(group, zone) }
    if !isTouched {
      text +=
        isMarked
        ? "  not touched: it follows real time, and keeps its pace\n" : "  not touched\n"
    }
    if isHole, isTouched {
      text +=
        "  a gap of three hours or more is a hole in the calendar: times in it name no instant\n"
    }
    return text
  }

  /// Fires in a row that have one mark; short rows are taken apart.
  private var groups: [ArraySlice<Fire>] {
    var groups: [ArraySlice<Fire>] = []
    var start = fires.startIndex
    while start < fires.endIndex {
      let end = fires[start...].firstIndex { $0.mark != fires[start].mark } ?? fires.endIndex
      if end - start > Self.longestRun {
        groups.append(fires[start..<end])
      } else {
        groups += (start..<end).map { fires[$0...$0] }
      }
      start = end
    }
    return groups
  }

  private static func line(_ group: ArraySlice<Fire>, _ zone: Zone) -> String {
    guard let first = group.first, let last = group.last else { return "" }
    let time =
      group.count == 1
      ? clock(first.local) : "\(clock(first.local)) to \(clock(last.local)), \(group.count) times"
    let at = group.count == 1 ? first.instants.map { stamp($0, zone) } : []
    switch first.mark {
    case .once: return "  \(time): once\n"
    case .twice:
      let when = at.isEmpty ? "" : ", at " + at.joined(separator: " and ")
      return "  \(time): twice\(when)\n"
    case .firstTime:
      return
        "  \(time): comes twice, runs once, the first time\(at.map { ", at \($0)" }.joined())\n"
    case .secondTime:
      return
        "  \(time): comes twice, runs once, the second time\(at.map { ", at \($0)" }.joined())\n"
    case .moved:
      let end = first.instants.first.map { stamp($0, zone) } ?? ""
      return "  \(time): skipped by the clock, moved to \(end), when the gap ends\n"
    case .skipped: return "  \(time): skipped, does not run\n"
    }
  }

  /// `03:00 +02:00`.
  private static func stamp(_ instant: Instant, _ zone: Zone) -> String {
    let offset = zone.offset(at: instant)
    return "\(clock(instant + .seconds(Int64(offset)))) \(TimeText.offset(offset))"
  }
}
