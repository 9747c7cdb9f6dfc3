// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// When finished rows are taken out of the ledger, and of which jobs.
///
/// After so many new rows, those jobs that have them; soon after a start and then once a day, when
/// something is recorded, all jobs. An idle daemon prunes nothing. It goes in small steps, so that
/// no commit waits for long.
struct PruneSchedule: Sendable {
  /// One job's turn.
  struct Step: Sendable {
    let job: JobID
    let keep: KeepPolicy
    let now: Instant
  }

  static let rowsInStep = 256
  private static let rowsBetween = 4_096
  private static let whole: Int64 = 24 * 3_600_000
  /// Not at the start itself, where there is enough to do; but also where no day is spent running.
  private static let firstWhole: Int64 = 300_000

  /// The jobs whose turn is to come; while there are any, a pruning is under way.
  private var waiting: [JobID] = []
  private var touched: Set<JobID> = []
  private var rows = 0
  private var wholeAt: ElapsedTime?
  private(set) var isUnderWay = false

  /// Notes what a batch has made.
  mutating func note(_ changes: [Change]) {
    for change in changes {
      switch change {
      case .runMade(let run):
        touched.insert(run.job)
        rows += 1
      case .stretch(let row):
        touched.insert(row.job)
        rows += 1
      default: continue
      }
    }
  }

  /// Begins a pruning where one is due; `all` are the jobs that there are.
  mutating func begin(at now: ElapsedTime, all: () -> [JobID]) -> Bool {
    guard !isUnderWay else { return false }
    guard let due = wholeAt else {
      wholeAt = now + TimeSpan(milliseconds: Self.firstWhole)
      return false
    }
    if now >= due {
      wholeAt = now + TimeSpan(milliseconds: Self.whole)
      waiting = all()
    } else if rows >= Self.rowsBetween {
      waiting = touched.sorted()
    } else {
      return false
    }
    touched = []
    rows = 0
    isUnderWay = true
    return true
  }

  /// The next job, or nil at the end.
  var next: JobID? { waiting.last }

  /// That job's turn is over.
  mutating func finishNext() { _ = waiting.popLast() }

  mutating func end() {
    waiting = []
    isUnderWay = false
  }
}
