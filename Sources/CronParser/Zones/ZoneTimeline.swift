// SPDX-License-Identifier: Apache-2.0

/// A zone's kinds of local time in order, while its table is being built.
struct ZoneTimeline {
  /// Each kind with the second from which it holds; the first holds from `.min`.
  private(set) var spans: [(at: Int64, kind: LocalTimeKind)]
  private let rule: PosixRule?
  private let lastTransition: Int64?

  /// No instant lies before; transitions of the distant past ("Big Bang") are moved here.
  private static let earliest: Int64 = -64_000_000_000
  private static let latest: Int64 = 255_000_000_000

  /// The transitions that a file lists.
  init(_ history: ZoneHistory) {
    spans = [(.min, history.first)]
    rule = history.rule
    let transitions = history.transitions.filter { $0.at < Self.latest }
    lastTransition = transitions.last.map { max($0.at, Self.earliest) }
    for transition in transitions { add(transition.kind, from: transition.at) }
  }

  /// Adds the rule's changes for its history's rest and 400 years more, and gives the second from
  /// which all repeats; nil where nothing changes any more.
  mutating func extendByCycle() -> Int64? {
    guard let rule else { return nil }
    let from = lastTransition ?? Self.earliest
    let year = CivilDate(dayNumber: Int(from.flooringDivision(by: 86_400))).year
    let stretches = rule.daylightStretches(in: year - 2...year + 406)
    let startsInDaylight = stretches.contains { $0.contains(from) }
    if let daylight = rule.daylight?.kind, startsInDaylight {
      add(daylight, from: from)
    } else {
      add(rule.standard, from: from)
    }
    return addCycle(of: stretches, after: from, rule: rule)
  }

  private mutating func addCycle(
    of stretches: [Range<Int64>], after from: Int64, rule: PosixRule
  ) -> Int64? {
    guard let daylight = rule.daylight?.kind, stretches.count > 100 else { return nil }
    var changes: [(at: Int64, kind: LocalTimeKind)] = []
    for stretch in stretches {
      changes.append((stretch.lowerBound, daylight))
      changes.append((stretch.upperBound, rule.standard))
    }
    changes.removeAll { $0.at <= from }
    guard changes.count > 2 else { return nil }
    // The first changes may follow on what was before the rule; the third is as in all cycles.
    let cycleStart = changes[2].at
    for change in changes where change.at < cycleStart + ZoneTable.cycle {
      add(change.kind, from: change.at)
    }
    return cycleStart
  }

  private mutating func add(_ kind: LocalTimeKind, from second: Int64) {
    let second = max(second, Self.earliest)
    if let last = spans.last, last.at == second { spans.removeLast() }
    guard spans.last?.kind != kind else { return }
    spans.append((second, kind))
  }
}
