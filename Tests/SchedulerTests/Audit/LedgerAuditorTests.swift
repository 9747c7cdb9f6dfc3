// SPDX-License-Identifier: Apache-2.0

import CronParser
import Support
import Testing

@testable import Scheduler

@Suite struct LedgerAuditorTests {
  private static let start = Instant(milliseconds: 1_795_665_600_000)

  /// So many minutes after the start.
  private func minute(_ number: Int64) -> Instant { Self.start + .minutes(number) }

  private func span(
    _ from: Int64 = 0, until: Int64? = nil, every minutes: Int64 = 1, enabled: Bool = true
  ) -> AuditSpan {
    AuditSpan(
      times: FireTimes(.every(.init(period: .minutes(minutes))), in: .utc), isEnabled: enabled,
      since: minute(from), until: until.map(minute))
  }

  private func run(_ number: Int64, _ trigger: Trigger = .schedule) -> LedgerRow {
    .run(
      Run(
        id: RunID(number + 1), job: JobID(1), trigger: trigger, scheduledFor: minute(number),
        createdAt: minute(number), state: .completed))
  }

  private func stretch(_ first: Int64, _ last: Int64, count: Int) -> LedgerRow {
    .stretch(
      Stretch(
        id: first, job: JobID(1), state: .missed, reason: .down, first: minute(first),
        last: minute(last), count: count))
  }

  private func fold(_ first: Int64, _ last: Int64, count: Int, _ state: RunState) -> LedgerRow {
    let key = FoldedRuns.Key(
      job: JobID(1), instant: minute(first), isScheduled: true, state: state, reason: nil)
    return .folded(FoldedRuns(key, first: minute(first), last: minute(last), count: count))
  }

  private func audit(
    _ spans: [AuditSpan], _ rows: [LedgerRow], steps: [ClockStep] = [], from: Int64 = 0,
    through: Int64 = 10
  ) -> JobAudit {
    var ledger = JobLedger()
    ledger.take(rows)
    return LedgerAuditor.audit(
      spans, ledger: ledger, steps: steps, from: minute(from), through: minute(through))
  }

  private func found(_ audit: JobAudit) -> [String] {
    audit.findings.map { finding in
      let first = (finding.first - Self.start).milliseconds / 60_000
      return "\(finding.kind.rawValue) \(first) \(finding.count)"
    }
  }

  @Test func `all is well where each instant has a run or lies in a row`() {
    let rows = [run(1), run(2), stretch(3, 8, count: 5), run(5), run(9), run(10)]
    let result = audit([span()], rows)
    #expect(found(result).isEmpty)
    #expect(result.checked == 10)
  }

  @Test func `instants without a row are found, those in a row together`() {
    #expect(
      found(audit([span()], [run(1), run(4), stretch(5, 6, count: 2), run(9)]))
        == ["unaccounted 2 2", "unaccounted 7 2", "unaccounted 10 1"])
  }

  @Test func `a row stands for no more instants than it counts`() {
    let rows = [run(1), stretch(2, 9, count: 7), run(10)]
    #expect(found(audit([span()], rows)) == ["unaccounted 9 1"])
    #expect(found(audit([span()], [run(1), stretch(2, 9, count: 100_000), run(10)])).isEmpty)
  }

  @Test func `what was folded into a row of its day counts`() {
    let rows = [fold(1, 9, count: 6, .completed), fold(2, 5, count: 3, .missed), run(10)]
    #expect(found(audit([span()], rows)).isEmpty)
    let less = [fold(1, 9, count: 6, .completed), fold(2, 5, count: 2, .missed), run(10)]
    #expect(found(audit([span()], less)).count == 1)
  }

  @Test func `an instant that no schedule named is found, but not one that a person asked for`() {
    let rows = [run(5), run(7), run(10), run(6, .manual), run(3, .backfill)]
    #expect(found(audit([span(every: 5)], rows)) == ["never-named 7 1"])
    let row = audit([span(every: 5)], [stretch(4, 5, count: 2), run(10)])
    #expect(found(row) == ["never-named 4 1"])
  }

  @Test func `each definition answers for the time in which it stood`() {
    let spans = [span(until: 5), span(5, until: 10, every: 5)]
    let rows = (1...5).map { run($0) } + [run(10)]
    #expect(found(audit(spans, rows)).isEmpty)
    #expect(found(audit(spans, rows + [run(7)])) == ["never-named 7 1"])
    #expect(found(audit(spans, rows.filter { $0.instant != minute(10) })) == ["unaccounted 10 1"])
    let disabled = [span(until: 5), span(5, until: 9, enabled: false), span(9)]
    #expect(found(audit(disabled, (1...5).map { run($0) } + [run(10)])).isEmpty)
  }

  @Test func `only what was asked for is looked at`() {
    #expect(found(audit([span()], [run(8), run(9)], from: 7, through: 9)).isEmpty)
    #expect(found(audit([span(3)], [run(1)], from: 0, through: 4)) == ["unaccounted 4 1"])
  }

  @Test func `where the clock was set back over an edit, either definition will do`() {
    let step = ClockStep(at: minute(2), by: TimeSpan(milliseconds: -360_000))
    // Edited at 8, then set back to 2: from there on the new one named what came.
    let spans = [span(until: 8), span(8, every: 5)]
    let rows = [run(1), run(2), run(5), run(10)]
    #expect(found(audit(spans, rows, steps: [step])).isEmpty)
    #expect(!found(audit(spans, rows)).isEmpty)
  }

  @Test func `schedules that say nothing beforehand are not asked`() {
    let after = AuditSpan(
      times: FireTimes(.everyAfter(.minutes(3), firstNow: false), in: .utc), isEnabled: true,
      since: minute(0),
      until: nil)
    #expect(found(audit([after], [run(3), stretch(7, 7, count: 1)])).isEmpty)
  }

  @Test func `one that fires when it is first read names that moment`() {
    let first = Self.start + TimeSpan(milliseconds: 1_234)
    let times = FireTimes(.every(.init(period: .hours(1), firstNow: true)), in: .utc)
    let span = AuditSpan(times: times, isEnabled: true, since: first, until: nil)
    var ledger = JobLedger()
    ledger.take([
      .run(
        Run(
          id: RunID(1), job: JobID(1), trigger: .schedule, scheduledFor: first, createdAt: first,
          state: .completed))
    ])
    let result = LedgerAuditor.audit(
      [span], ledger: ledger, from: first - .seconds(1), through: first + .seconds(1))
    #expect(result.findings.isEmpty)
  }

  @Test func `findings are bounded`() {
    let rows = (1...3_000).filter { $0 % 2 == 0 }.map { run(Int64($0)) }
    let result = audit([span()], rows, through: 3_000)
    #expect(result.findings.count == JobAudit.limit)
    #expect(result.findings.reduce(0) { $0 + $1.count } == 1_500)
  }
}
