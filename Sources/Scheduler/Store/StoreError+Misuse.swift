// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What a store says when the changes do not fit what it holds. Each is a mistake in the caller's
/// program; nothing of the batch was recorded.
extension StoreError {
  static func batchAlreadyRecorded(_ batch: Int64, newest: Int64) -> StoreError {
    StoreError(
      .failed, "batch \(batch) is recorded already: the newest is \(newest), the next must be above"
    )
  }

  static func unknownJob(_ id: JobID) -> StoreError {
    StoreError(.failed, "job \(id.rawValue) has not appeared, so nothing of it can change")
  }

  static func unknownRun(_ id: RunID) -> StoreError {
    StoreError(.failed, "run \(id.rawValue) was not made, so it cannot change")
  }

  static func jobRenumbered(_ id: JobID, _ name: JobName) -> StoreError {
    StoreError(
      .failed,
      "job \(id.rawValue) cannot be \(name): a number and a name stay together for ever, and one "
        + "of them has another partner")
  }

  static func runMadeTwice(_ run: Run) -> StoreError {
    StoreError(
      .failed,
      "run \(run.id.rawValue) of job \(run.job.rawValue) at \(run.scheduledFor.milliseconds) ms is "
        + "there already: an instant that a schedule names has one run")
  }
}
