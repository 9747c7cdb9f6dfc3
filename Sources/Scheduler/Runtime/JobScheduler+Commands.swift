// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Commands that first have to know what the ledger holds.
extension JobScheduler {
  /// How long an idempotency key lives after the end of its run.
  private static let keyLife = TimeSpan.hours(24)

  /// Runs one instant that the job's schedule named; returns once that is durable.
  ///
  /// A row that says why the instant had no run is no hindrance; a run of it is, unless `force`.
  ///
  /// - Throws: ``StoreError`` where the ledger can't be read.
  public func backfill(
    _ name: JobName, at instant: Instant, force: Bool = false
  ) async throws -> CoreReply {
    guard let id = core.id(of: name) else { return .unknownJob(name) }
    var earlier: Run?
    var lookedAt: Instant
    repeat {
      // What is due by now has its run before anybody looks for it.
      submit(.tick)
      lookedAt = SystemClock.read().wall
      await settled()
      earlier = try await stores.read { try $0.scheduledRun(of: id, at: instant) }
    } while instant > lookedAt && instant <= SystemClock.read().wall
    return await perform(.backfill(name, instant, earlier: earlier, force: force))
  }

  /// Runs a task once, at `startAt` or now; returns once that is durable.
  ///
  /// Where the task's key stands for a run that has not ended, or ended less than 24 hours ago, the
  /// answer is that run, and nothing is made.
  ///
  /// - Parameters:
  ///   - task: what is asked for.
  ///   - payload: its payload as JSON text, an object; nil: an empty one.
  ///   - startAt: when it is due; nil, or an instant that has passed: now.
  /// - Returns: the run, or why there is none.
  /// - Throws: ``StoreError`` where the ledger can't be read.
  public func enqueue(
    _ task: TaskRequest, payload: String? = nil, startAt: Instant? = nil
  ) async throws -> CoreReply {
    var earlier: RunID?
    if let key = task.key {
      var seen: Int
      repeat {
        // One that came while the store was read may have the same key.
        seen = keyedTasks
        await settled()
        earlier = try await stores.read { try $0.run(withKey: key) }.flatMap(Self.living)
      } while seen != keyedTasks
      keyedTasks += 1
    }
    return await perform(
      .enqueue(task, payload: payload, startAt: startAt, earlier: earlier))
  }

  /// The run, if its key still stands for it.
  private static func living(_ run: Run) -> RunID? {
    guard run.state.isFinal else { return run.id }
    let end = run.finishedAt ?? run.createdAt
    return SystemClock.read().wall < end + keyLife ? run.id : nil
  }
}
