// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Glibc
import Scheduler
import Synchronization

/// Times a real scheduler over a real state file, from scheduled instants to handlers.
///
/// Lines: name, size, figure in microseconds. `start` is how late a handler began that is alone,
/// claimed durably first; `burst` is when the last of many that are due at once had begun, and when
/// its end was durable.
///
/// Usage: HandlersBenchmark [SIZE [FOLDER]]
@main struct HandlersBenchmark {
  static func main() async throws {
    let arguments = CommandLine.arguments
    let size = arguments.count > 1 ? Int(arguments[1]) ?? 10_000 : 10_000
    let parent = arguments.count > 2 ? arguments[2] : FileManager.default.currentDirectoryPath
    let folder = URL(fileURLWithPath: parent).appendingPathComponent("handlers-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await single(folder, runs: min(size, 200))
    for round in 1...3 { try await burst(folder, size: size, round: round) }
  }

  static func single(_ folder: URL, runs: Int) async throws {
    let bench = try Bench(folder.appendingPathComponent("single.db").path)
    let every = IntervalSchedule(period: TimeSpan(milliseconds: 50))
    try await bench.run([job("alone", .every(every))], runs: runs)
    let late = bench.lateness.sorted()
    for (name, part) in [("p50", 0.5), ("p99", 0.99), ("least", 0)] {
      report("start, \(name)", runs, late[Int(Double(late.count - 1) * part)])
    }
  }

  static func burst(_ folder: URL, size: Int, round: Int) async throws {
    let bench = try Bench(folder.appendingPathComponent("burst-\(round).db").path)
    let instant = SystemClock.read().wall + .seconds(3)
    let jobs = (1...size).map { job("job-\($0)", .at([instant])) }
    let before = clock()
    try await bench.run(jobs, runs: size)
    report("burst, last started", size, bench.lateness.max() ?? 0)
    report("burst, last recorded", size, bench.microsecondsToLastEnd(since: instant))
    report("burst, processor time with loading", size, Int64(clock() - before))
  }

  static func job(_ name: String, _ schedule: Schedule) -> Job {
    guard let name = JobName(name) else { preconditionFailure("no job name: \(name)") }
    return Job(
      name: name, times: FireTimes(schedule, in: .utc), scheduleText: "",
      work: .task(name: "note", payload: "{}"))
  }

  static func report(_ name: String, _ size: Int, _ figure: Int64) {
    print("handlers", name, size, figure, separator: "\t")
  }
}

/// A scheduler whose one handler notes how late it is.
final class Bench: Sendable {
  private let scheduler: JobScheduler
  private let notes: Notes

  /// What happened so far.
  private final class Notes: Sendable {
    struct State {
      var late: [Int64] = []
      var ended = 0
      /// Microseconds since 1970.
      var lastEnd: Int64 = 0
      var wanted = Int.max
      var waiter: CheckedContinuation<Void, Never>?
    }

    let state = Mutex(State())

    func noteEnd() {
      let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
        state.ended += 1
        state.lastEnd = Bench.microseconds(since: .epoch)
        guard state.ended == state.wanted else { return nil }
        return state.waiter.take()
      }
      waiter?.resume()
    }
  }

  init(_ path: String) throws {
    let notes = Notes()
    self.notes = notes
    let handler: Handler = { context in
      let late = Self.microseconds(since: context.scheduledFor)
      notes.state.withLock { $0.late.append(late) }
      return nil
    }
    scheduler = try JobScheduler(
      store: try SQLiteStore(path: path), limits: .init(processes: 1),
      boot: .init(key: "benchmark", isRecent: false),
      makeExecutor: { LocalExecutor(handlers: ["note": handler], sink: $0) },
      observer: { notice, _ in if case .ended = notice { notes.noteEnd() } },
      reportTrouble: { fatalError("\($0)") })
  }

  /// How late each handler began, in microseconds.
  var lateness: [Int64] { notes.state.withLock { $0.late } }

  /// Returns when so many runs have ended durably, and stops.
  func run(_ jobs: [Job], runs: Int) async throws {
    notes.state.withLock { $0.wanted = runs }
    try await scheduler.start(JobSet(jobs: jobs))
    await withCheckedContinuation { continuation in
      let isOver = notes.state.withLock { state in
        guard state.ended < runs else { return true }
        state.waiter = continuation
        return false
      }
      if isOver { continuation.resume() }
    }
    await scheduler.shutDown(patience: .zero)
  }

  /// When the last end had become durable.
  func microsecondsToLastEnd(since instant: Instant) -> Int64 {
    notes.state.withLock { $0.lastEnd } - instant.milliseconds * 1_000
  }

  static func microseconds(since instant: Instant) -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
      - instant.milliseconds * 1_000
  }
}
