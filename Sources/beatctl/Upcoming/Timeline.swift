// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What fires when, from now to some end, counted by job, column and second.
///
/// Bounded: of each job no more than a limit of fires is looked at; where a job has more, its last
/// columns are filled by asking whether it fires in them at all, and all counts are lower bounds.
struct Timeline {
  /// One job's fires.
  struct Row: Equatable {
    let job: String
    /// Fires by column.
    var counts: [Int]
    /// The first fire.
    let first: Instant
    /// Not all of its fires were counted.
    var isCut = false
  }

  /// The longest stretch, in days.
  static let longestDays: Int64 = 31

  /// Now: fires lie strictly after it.
  let from: Instant
  /// Fires lie before it.
  let to: Instant
  /// Where the first column begins.
  let start: Instant
  /// How long a column is.
  let step: TimeSpan
  /// How many columns there are.
  let columns: Int
  /// Jobs with a fire, by first fire and name.
  private(set) var rows: [Row] = []
  /// Fires by column.
  private(set) var totals: [Int]
  /// The most jobs at one second, and the first second at which they are.
  private(set) var herd: (at: Instant, jobs: Int)?

  private var seconds: [UInt32]

  /// An empty timeline of at most so many columns, the first of which holds `from`.
  init(from: Instant, to: Instant, zone: Zone, columnLimit: Int) {
    self.from = from
    self.to = to
    let length = max(1, (to - from).milliseconds)
    let steps: [Int64] = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1_440]
    let limit = Int64(max(1, columnLimit - 1))
    let minutes = steps.first { length / 60_000 < $0 * limit } ?? 1_440
    step = .minutes(minutes)
    // Columns begin on the hour of the zone.
    let local = from.milliseconds + Int64(zone.offset(at: from)) * 1_000
    let rest = (local % step.milliseconds + step.milliseconds) % step.milliseconds
    start = from - TimeSpan(milliseconds: rest)
    columns = Int(((to - start).milliseconds + step.milliseconds - 1) / step.milliseconds)
    totals = Array(repeating: 0, count: columns)
    seconds = Array(repeating: 0, count: Int(length / 1_000) + 2)
  }

  /// Adds a job's fires, in order; `next` says whether it fires again in a stretch that was not
  /// looked at.
  mutating func add(_ job: String, _ instants: [Instant], cut next: ((Instant) -> Instant?)?) {
    guard let first = instants.first, let last = instants.last else { return }
    var row = Row(job: job, counts: Array(repeating: 0, count: columns), first: first)
    for instant in instants { count(instant, in: &row) }
    if let next {
      row.isCut = true
      fill(&row, after: last, next)
    }
    rows.append(row)
  }

  /// Puts the rows in order and finds the herd; to be called once, at the end.
  mutating func finish() {
    rows.sort { ($0.first, $0.job) < ($1.first, $1.job) }
    guard let most = seconds.max(), most > 0, let index = seconds.firstIndex(of: most) else {
      return
    }
    let second = floor(from) + .seconds(Int64(index))
    herd = (second, Int(most))
  }

  /// The column that an instant falls into; nil outside.
  func column(of instant: Instant) -> Int? {
    guard instant > from, instant < to else { return nil }
    let index = Int((instant - start).milliseconds / step.milliseconds)
    return index < columns ? index : nil
  }

  private mutating func count(_ instant: Instant, in row: inout Row) {
    guard let column = column(of: instant) else { return }
    row.counts[column] += 1
    totals[column] += 1
    let second = Int((instant - floor(from)).milliseconds / 1_000)
    if second < seconds.count { seconds[second] += 1 }
  }

  private func floor(_ instant: Instant) -> Instant {
    let rest = (instant.milliseconds % 1_000 + 1_000) % 1_000
    return instant - TimeSpan(milliseconds: rest)
  }

  /// Says of the columns after `last` only whether the job fires in them.
  private mutating func fill(
    _ row: inout Row, after last: Instant, _ next: (Instant) -> Instant?
  ) {
    var from = last
    while let instant = next(from), let column = column(of: instant) {
      row.counts[column] += 1
      totals[column] += 1
      from = start + TimeSpan(milliseconds: step.milliseconds * Int64(column + 1) - 1)
    }
  }
}
