// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Glibc
import SQLiteLimit
import Scheduler

/// Times what it costs to remember runs in SQLite, beside bare SQLite in the same process and
/// folder.
///
/// A run is made and set running in one commit, with its job's cursor, and completed in a later
/// one: a thousand runs a commit, or one. Lines: name, size, figure, the limit's figure, the ratio.
///
/// Usage: DurableRunsBenchmark [RUNS [FOLDER]]
@main struct DurableRunsBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments
    let runs = arguments.count > 1 ? Int(arguments[1]) ?? 200_000 : 200_000
    let parent = arguments.count > 2 ? arguments[2] : FileManager.default.currentDirectoryPath
    let folder = URL(fileURLWithPath: parent).appendingPathComponent("durable-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try bulk(folder, runs: runs)
    try single(folder, commits: 2_000)
    try load(folder, jobs: 100_000)
  }

  static func bulk(_ folder: URL, runs: Int) throws {
    let beforeLimit = clock()
    let limit = try Limit(folder, rows: 1_000, commits: max(10, runs / 1_000))
    let limitTime = clock() - beforeLimit
    let workload = try Workload(path: folder.appendingPathComponent("bulk.db").path)
    let before = clock()
    let elapsed = try seconds {
      for _ in 0..<max(1, runs / 1_000) { try workload.recordRuns(1_000) }
    }
    let rate = Double(max(1, runs / 1_000) * 1_000) / elapsed
    let rows = 1_000 / (limit.mean / 1e9)
    report(
      "durable runs a second, 1000 a commit", runs, Int(rate), "rows \(Int(rows))", rate / rows)
    // Processor time does not depend on who else uses the disk.
    let (cost, other) = (Double(clock() - before), Double(limitTime))
    let count = Double(max(10, runs / 1_000) * 1_000) * Double(CLOCKS_PER_SEC) / 1e9
    report(
      "processor time of a durable run, ns", runs, Int(cost / count), "row \(Int(other / count))",
      cost / other)
  }

  static func single(_ folder: URL, commits: Int) throws {
    let limit = try Limit(folder, rows: 1, commits: commits)
    let workload = try Workload(path: folder.appendingPathComponent("single.db").path)
    var latencies: [Double] = []
    for _ in 0..<commits { latencies += try workload.recordOneRun() }
    latencies.sort()
    for (name, part) in [("p50", 0.5), ("p99", 0.99)] {
      let figure = latencies[Int(Double(latencies.count - 1) * part)] / 1_000
      let other = limit.quantile(part) / 1_000
      report(
        "commit of one change, \(name), us", commits, Int(figure), "\(Int(other))", figure / other)
    }
  }

  static func load(_ folder: URL, jobs: Int) throws {
    let path = folder.appendingPathComponent("load.db").path
    let first = try SQLiteStore(path: path)
    let changes = (1...Int64(jobs)).map { number in
      Change.jobAppeared(
        JobID(number), named("tools/some-job-of-many-\(number)"), cursor: Workload.start)
    }
    let write = try seconds { try first.commit(changes, batch: 1) }
    first.close()
    var count = 0
    let read = try seconds { count = try SQLiteStore(path: path).load().jobs.count }
    report("first load of jobs, ms", jobs, Int(write * 1_000), "-", 0)
    report("open and load of jobs, ms", count, Int(read * 1_000), "-", 0)
  }

  static func report(_ name: String, _ size: Int, _ figure: Int, _ limit: String, _ ratio: Double) {
    let percent = ratio == 0 ? "" : "\t\(Int(ratio * 100)) %"
    print("durable-runs\t\(name)\t\(size)\t\(figure)\tlimit \(limit)\(percent)")
  }

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let (seconds, attoseconds) = try ContinuousClock().measure(body).components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}

/// Bare SQLite.
struct Limit {
  private var latencies: [Int64]

  init(_ folder: URL, rows: Int32, commits: Int) throws {
    latencies = Array(repeating: 0, count: commits)
    let path = folder.appendingPathComponent("limit-\(rows).db").path
    let code = sqlite_limit(path, rows, Int32(commits), &latencies)
    guard code == 0 else { throw StoreError(.failed, "bare SQLite gave code \(code)") }
    latencies.sort()
  }

  var mean: Double { Double(latencies.reduce(0, +)) / Double(latencies.count) }

  func quantile(_ part: Double) -> Double {
    Double(latencies[Int(Double(latencies.count - 1) * part)])
  }
}

/// Ten thousand jobs, and runs of them in turn.
final class Workload {
  static let start = Instant(milliseconds: 1_767_225_600_000)
  static let jobs: Int64 = 10_000

  private let store: SQLiteStore
  private var batch: Int64 = 0
  private var number: Int64 = 0

  init(path: String) throws {
    store = try SQLiteStore(path: path)
    try commit(
      (1...Self.jobs).map { .jobAppeared(JobID($0), named("job-\($0)"), cursor: Self.start) })
  }

  func recordRuns(_ count: Int) throws {
    let runs = (0..<count).map { _ in nextRun() }
    try commit(runs.flatMap(Self.claim))
    try commit(runs.map { .runChanged(Self.ended(Self.running($0))) })
  }

  /// The nanoseconds of the two commits.
  func recordOneRun() throws -> [Double] {
    let run = nextRun()
    return try [
      DurableRunsBenchmark.seconds { try commit(Self.claim(run)) } * 1e9,
      DurableRunsBenchmark.seconds {
        try commit([.runChanged(Self.ended(Self.running(run)))])
      } * 1e9,
    ]
  }

  private func commit(_ changes: [Change]) throws {
    batch += 1
    try store.commit(changes, batch: batch)
  }

  private func nextRun() -> Run {
    number += 1
    let instant = Self.start + .minutes(number / Self.jobs + 1)
    return Run(
      id: RunID(number), job: JobID(number * 7_919 % Self.jobs + 1), trigger: .schedule,
      scheduledFor: instant, createdAt: instant, state: .queued)
  }

  private static func claim(_ run: Run) -> [Change] {
    [.cursor(run.job, run.scheduledFor), .runMade(run), .runChanged(running(run))]
  }

  private static func running(_ run: Run) -> Run {
    var run = run
    run.state = .running
    run.attempt = 1
    run.startedAt = run.scheduledFor + TimeSpan(milliseconds: 3)
    return run
  }

  private static func ended(_ run: Run) -> Run {
    var run = run
    run.state = .completed
    run.finishedAt = run.scheduledFor + TimeSpan(milliseconds: 9)
    run.exitCode = 0
    return run
  }
}

/// A name that is known to be good.
private func named(_ text: String) -> JobName {
  guard let name = JobName(text) else { preconditionFailure("no job name: \(text)") }
  return name
}
