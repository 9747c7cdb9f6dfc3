// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A run as a row of table `runs`: which column holds what, both ways.
enum RunRow {
  /// Every column, in the order in which all of this file counts them.
  static let columns = "\(identity), \(progress), \(origin)"

  static let insert = """
    INSERT INTO runs (\(columns)) VALUES (\(parameters(1...32)))
    """

  /// Changes what may change of a run; its identity stays.
  static let update = "UPDATE runs SET (\(progress)) = (\(parameters(10...25))) WHERE id = ?1"

  private static let identity = """
    id, job, trigger, scheduled_for, created_at, replay_of, payload, missed_count, missed_first
    """
  private static let progress = """
    state, reason, attempt, started_at, finished_at, retry_at, exit_code, signal, error, result, \
    pid, pid_start, pid_boot, failures, lost_in_row, snoozes
    """

  /// What few runs have.
  private static let origin = """
    start_at, parent, task, task_priority, task_retries, task_queue, task_key
    """

  private static func parameters(_ numbers: ClosedRange<Int>) -> String {
    numbers.map { "?\($0)" }.joined(separator: ", ")
  }

  /// Binds the parameters of ``insert``.
  static func bindAll(_ run: Run, to row: SQLiteStatement) {
    row.bind(2, run.job.rawValue)
    row.bind(3, Int64(run.trigger.rawValue))
    row.bind(4, run.scheduledFor.milliseconds)
    row.bind(5, run.createdAt.milliseconds)
    row.bind(6, run.replayOf?.rawValue)
    row.bind(7, run.payload)
    row.bind(8, run.missed.map { Int64($0.count) })
    row.bind(9, run.missed?.first.milliseconds)
    bindProgress(run, to: row)
    row.bind(26, run.startAt?.milliseconds)
    row.bind(27, run.parent?.rawValue)
    row.bind(28, run.task?.name)
    row.bind(29, run.task.map { Int64($0.priority) })
    row.bind(30, run.task.map { Int64($0.retries) })
    row.bind(31, run.task?.queue)
    row.bind(32, run.task?.key)
  }

  /// Binds the parameters of ``update``.
  static func bindProgress(_ run: Run, to row: SQLiteStatement) {
    row.bind(1, run.id.rawValue)
    row.bind(10, Int64(run.state.rawValue))
    row.bind(11, run.reason.map { Int64($0.rawValue) })
    row.bind(12, Int64(run.attempt))
    row.bind(13, run.startedAt?.milliseconds)
    row.bind(14, run.finishedAt?.milliseconds)
    row.bind(15, run.retryAt?.milliseconds)
    row.bind(16, run.exitCode.map(Int64.init))
    row.bind(17, run.signal.map(Int64.init))
    row.bind(18, run.error)
    row.bind(19, run.result)
    row.bind(20, run.process.map { Int64($0.pid) })
    row.bind(21, run.process.map { Int64(bitPattern: $0.startTicks) })
    row.bind(22, run.process?.boot)
    row.bind(23, Int64(run.failures))
    row.bind(24, Int64(run.lostInRow))
    row.bind(25, Int64(run.snoozes))
  }

  /// Reads a row of ``columns``.
  ///
  /// - Throws: `.corrupt` where a column holds what Beat never writes.
  static func read(_ row: SQLiteStatement, path: String) throws(StoreError) -> Run {
    let reader = RowReader(row: row, path: path, what: "run \(row.integer(0))")
    var run = Run(
      id: RunID(row.integer(0)), job: JobID(row.integer(1)),
      trigger: try reader.value(2, "trigger", Trigger.init(rawValue:)),
      scheduledFor: Instant(milliseconds: row.integer(3)),
      createdAt: Instant(milliseconds: row.integer(4)),
      state: try reader.value(9, "state", RunState.init(rawValue:)),
      startAt: row.optionalInteger(25).map(Instant.init(milliseconds:)),
      replayOf: row.optionalInteger(5).map(RunID.init),
      parent: row.optionalInteger(26).map(RunID.init), task: task(row), payload: row.text(6),
      missed: row.optionalInteger(7).map {
        MissedBefore(count: Int($0), first: Instant(milliseconds: row.integer(8)))
      })
    run.reason = row.isNull(10) ? nil : try reader.value(10, "reason", Reason.init(rawValue:))
    run.attempt = Int(row.integer(11))
    run.startedAt = row.optionalInteger(12).map(Instant.init(milliseconds:))
    run.finishedAt = row.optionalInteger(13).map(Instant.init(milliseconds:))
    run.retryAt = row.optionalInteger(14).map(Instant.init(milliseconds:))
    run.exitCode = try reader.optionalInt32(15, "exit code")
    run.signal = try reader.optionalInt32(16, "signal")
    run.error = row.text(17)
    run.result = row.text(18)
    if let pid = try reader.optionalInt32(19, "pid") {
      run.process = ProcessIdentity(
        pid: pid, startTicks: UInt64(bitPattern: row.integer(20)), boot: row.text(21) ?? "")
    }
    run.failures = Int(row.integer(22))
    run.lostInRow = Int(row.integer(23))
    run.snoozes = Int(row.integer(24))
    return run
  }

  private static func task(_ row: SQLiteStatement) -> TaskRequest? {
    row.text(27).map { name in
      TaskRequest(
        name: name, priority: Int(clamping: row.integer(28)),
        retries: Int(clamping: row.integer(29)), queue: row.text(30), key: row.text(31))
    }
  }
}

/// Reads columns that not every number fits.
struct RowReader {
  let row: SQLiteStatement
  let path: String
  /// Which row, for people.
  let what: String

  init(row: SQLiteStatement, path: String, what: @autoclosure () -> String) {
    self.row = row
    self.path = path
    self.what = what()
  }

  func value<Value>(
    _ column: Int32, _ name: String, _ make: (UInt8) -> Value?
  ) throws(StoreError) -> Value {
    let number = row.integer(column)
    guard let raw = UInt8(exactly: number), let value = make(raw) else {
      throw .damaged(path, "\(what) has \(name) \(number)")
    }
    return value
  }

  func optionalInt32(_ column: Int32, _ name: String) throws(StoreError) -> Int32? {
    guard let number = row.optionalInteger(column) else { return nil }
    guard let value = Int32(exactly: number) else {
      throw .damaged(path, "\(what) has \(name) \(number)")
    }
    return value
  }
}
