// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Holds what a job's schedule named against what the ledger says became of it.
///
/// Every instant has a run, or lies in a row that stands for several. A row stands for no more
/// instants than it counts, but that a count of 100,000 is a lower bound.
public struct LedgerAuditor {
  /// A row with this count may stand for more instants.
  private static let countedExactly = 100_000

  private let spans: [AuditSpan]
  private let ledger: JobLedger
  private let clouds: [ClosedRange<Instant>]
  private let from: Instant
  private let through: Instant
  private var result = JobAudit()
  /// How many instants each row has been needed for.
  private var used: [Int]
  /// Rows that begin at or before the instant that is looked at, and may reach it.
  private var reaching: [Int] = []
  private var nextRow = 0
  private var nextClaim = 0

  /// Audits a job.
  ///
  /// - Parameters:
  ///   - spans: its definitions, oldest first.
  ///   - ledger: what is remembered of it from `from` on.
  ///   - steps: steps of the clock. Where it was set back over an edit, two definitions stood at
  ///     one time: there an instant may be missing that only one of them named.
  ///   - from: only instants after this one.
  ///   - through: only instants up to this one are to be accounted for.
  /// - Returns: what does not agree.
  /// - Complexity: O(rows · log rows), and for each instant a question to its schedule.
  public static func audit(
    _ spans: [AuditSpan], ledger: JobLedger, steps: [ClockStep] = [], from: Instant,
    through: Instant
  ) -> JobAudit {
    var auditor = LedgerAuditor(spans, ledger, steps, from: from, through: through)
    auditor.findUnaccounted()
    auditor.findNeverNamed()
    return auditor.result
  }

  private init(
    _ spans: [AuditSpan], _ ledger: JobLedger, _ steps: [ClockStep], from: Instant,
    through: Instant
  ) {
    self.spans = spans
    var ordered = ledger
    ordered.finish()
    self.ledger = ordered
    clouds = steps.filter { $0.by < .zero }.map { $0.at...max($0.at, $0.at - $0.by) }
    self.from = from
    self.through = through
    used = [Int](repeating: 0, count: ordered.rows.count)
  }

  // MARK: What is missing

  private mutating func findUnaccounted() {
    for span in spans where span.isEnabled && span.namesInstants {
      let end = min(through, span.until ?? through)
      var instant = max(from, span.since)
      rewind(to: instant)
      var isInRow = false
      while let named = span.times.next(after: instant), named <= end {
        instant = named
        result.checked += 1
        if hasRun(named) {
          isInRow = false
        } else if let row = row(for: named) {
          isInRow = false
          // Beyond what it counts exactly, the row is taken at its word.
          let isLong = ledger.rows[row].count >= Self.countedExactly
          if isLong { instant = min(end, max(named, ledger.rows[row].last)) }
        } else if !isClouded(named, span) {
          result.add(.unaccounted, named, joins: isInRow)
          isInRow = true
        }
      }
    }
  }

  private mutating func rewind(to instant: Instant) {
    nextClaim = Self.position(in: ledger.claimed) { $0 >= instant }
    nextRow = 0
    reaching = []
  }

  private mutating func hasRun(_ instant: Instant) -> Bool {
    while nextClaim < ledger.claimed.count, ledger.claimed[nextClaim] < instant { nextClaim += 1 }
    return nextClaim < ledger.claimed.count && ledger.claimed[nextClaim] == instant
  }

  /// A row that stands for an instant and has not been needed for as many as it counts.
  private mutating func row(for instant: Instant) -> Int? {
    while nextRow < ledger.rows.count, ledger.rows[nextRow].first <= instant {
      reaching.append(nextRow)
      nextRow += 1
    }
    reaching.removeAll { ledger.rows[$0].last < instant }
    // The one that ends first: the others may be needed later.
    let fit = reaching.filter { used[$0] < ledger.rows[$0].count }
    guard let row = fit.min(by: { ledger.rows[$0].last < ledger.rows[$1].last }) else { return nil }
    used[row] += 1
    return row
  }

  // MARK: What nobody named

  private mutating func findNeverNamed() {
    for instant in ledger.claimed where instant > from && !isNamed(instant) {
      result.add(.neverNamed, instant)
    }
    for row in ledger.rows {
      for end in row.first == row.last ? [row.first] : [row.first, row.last]
      where end > from && !isNamed(end) {
        result.add(.neverNamed, end)
      }
    }
  }

  /// Whether a definition named the instant; of one that no definition is known for that is not
  /// known, and taken for true.
  private func isNamed(_ instant: Instant) -> Bool {
    let standing = spans.filter { $0.covers(instant) }
    if standing.isEmpty, !isInCloud(instant) { return true }
    if standing.contains(where: { !$0.namesInstants || $0.names(instant) }) { return true }
    return isInCloud(instant) && spans.contains { !$0.namesInstants || $0.names(instant) }
  }

  // MARK: Where the clock was set back

  private func isInCloud(_ instant: Instant) -> Bool { clouds.contains { $0.contains(instant) } }

  /// Whether another definition may have stood at that time as well.
  private func isClouded(_ instant: Instant, _ span: AuditSpan) -> Bool {
    clouds.contains { cloud in
      cloud.contains(instant)
        && (cloud.contains(span.since) || span.until.map(cloud.contains) ?? false)
    }
  }

  private static func position(in list: [Instant], where holds: (Instant) -> Bool) -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = low + (high - low) / 2
      if holds(list[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
