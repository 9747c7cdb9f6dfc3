// SPDX-License-Identifier: Apache-2.0

/// A job's newest completed and newest failed run, as SQL over a row of table `jobs`.
///
/// Invariant: each run with an attempt that has ended is reckoned in `last_completed` or
/// `last_failed`, or is the job's `latest_run`, whose own row says how it ended. So the end of a
/// job's newest run, by far the most frequent one, does not change the job's row: that would write
/// a page of its own for nearly every run.
enum LastEnds {
  /// The number of the newest completed run, 0 where there is none.
  static let completed = last(of: .completed, "last_completed")
  /// The number of the newest failed run, 0 where there is none.
  static let failed = last(of: .failed, "last_failed")

  private static func last(of state: RunState, _ column: String) -> String {
    """
    iif((SELECT state FROM runs WHERE id = latest_run) = \(state.rawValue), latest_run, \(column))
    """
  }

  /// What is set: where another run becomes the latest, its forerunner's end is written down.
  ///
  /// The aggregates see that one row or none, so there is an answer in either case.
  static func noted(latest: String, completed: String, failed: String) -> String {
    """
    latest_run = max(latest_run, \(latest)),
    (last_completed, last_failed) = (
      SELECT max(\(completed), jobs.last_completed, coalesce(\(maximum(.completed)), 0)),
        max(\(failed), jobs.last_failed, coalesce(\(maximum(.failed)), 0))
      FROM runs WHERE id = jobs.latest_run AND jobs.latest_run < \(latest))
    """
  }

  private static func maximum(_ state: RunState) -> String {
    "max(iif(state = \(state.rawValue), id, 0))"
  }

  /// Whether any of it changes the row.
  static func areNews(latest: String, completed: String, failed: String) -> String {
    """
    (latest_run < \(latest)
      OR (last_completed < \(completed) AND latest_run <> \(completed))
      OR (last_failed < \(failed) AND latest_run <> \(failed)))
    """
  }
}
