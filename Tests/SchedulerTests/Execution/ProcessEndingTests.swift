// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Scheduler
import Testing

struct ProcessEndingTests {
  @Test func `a timeout sends TERM to the whole group`() async {
    let end = await runShell("sleep 600 & sleep 600; true") {
      $0.timeout = TimeSpan(milliseconds: 50)
    }
    #expect(end.outcome == .timedOut(exitCode: nil, signal: SIGTERM))
  }

  @Test func `a timeout ends in KILL where TERM is ignored`() async {
    let end = await runShell("trap '' TERM; echo ready; while :; do sleep 600; done") {
      $0.timeout = TimeSpan(milliseconds: 700)
      $0.grace = TimeSpan(milliseconds: 50)
    }
    #expect(end.text == "ready\n")
    #expect(end.outcome == .timedOut(exitCode: nil, signal: SIGKILL))
  }

  @Test func `the exit code of a job that heeds TERM is kept`() async {
    let end = await stopped("trap 'exit 9' TERM; echo ready; while :; do sleep 0.01; done")
    #expect(end.outcome == .stopped(exitCode: 9, signal: nil))
  }

  @Test func `a job that ignores TERM is killed after grace, with its children`() async throws {
    let end = await stopped(
      "trap '' TERM; sleep 600 & echo $!; echo ready; while :; do sleep 600; done")
    #expect(end.outcome == .stopped(exitCode: nil, signal: SIGKILL))
    let child = try #require(end.text.split(separator: "\n").compactMap { Int32($0) }.first)
    await expectEnded(child)
  }

  @Test func `children that ignore TERM are killed after their parent heeded it`() async throws {
    let end = await stopped("(trap '' TERM; echo ready; exec sleep 600) & echo $!; wait")
    #expect(end.outcome == .stopped(exitCode: nil, signal: SIGTERM))
    let child = try #require(end.text.split(separator: "\n").compactMap { Int32($0) }.first)
    await expectEnded(child)
  }

  @Test func `children get the rest of grace after their parent's end`() async {
    let text =
      "(trap 'echo cleaned; exit 0' TERM; echo ready; while :; do sleep 0.01; done) & wait"
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.start([order(.command(text, input: nil))])
    await untilPrinted("ready", log, executor)
    executor.stop(RunID(1))
    let end = await log.end()
    #expect(end.outcome == .stopped(exitCode: nil, signal: SIGTERM))
    #expect(end.text.hasSuffix("cleaned\n"))
  }

  @Test func `a job that has stopped itself is ended too`() async {
    let end = await runShell("kill -STOP $$") {
      $0.timeout = TimeSpan(milliseconds: 200)
    }
    #expect(end.outcome == .timedOut(exitCode: nil, signal: SIGTERM))
  }

  @Test func `a running job is stopped`() async {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.start([order(.exec(["sleep", "600"], input: nil))])
    _ = await log.start()
    executor.stop(RunID(1))
    executor.stop(RunID(1))
    executor.stop(RunID(99))
    #expect(await log.end().outcome == .stopped(exitCode: nil, signal: SIGTERM))
  }

  @Test func `jobs that are stopped at once never run, or are ended`() async {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.start((1...40).map { order(.exec(["sleep", "600"], input: nil), run: $0) })
    for run in 1...40 { executor.stop(RunID(Int64(run))) }
    var neverStarted = 0
    for run in 1...40 {
      let outcome = await log.end(of: Int64(run)).outcome
      guard case .stopped(nil, let signal) = outcome else {
        Issue.record("run \(run): \(outcome)")
        continue
      }
      if signal == nil { neverStarted += 1 }
    }
    #expect(neverStarted > 0)
  }

  @Test func `every attempt ends exactly once`() async {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    let orders = (1...30).map { run in
      order(.exec(["sleep", "0.0\(run % 10)"], input: nil), run: run) {
        $0.timeout = TimeSpan(milliseconds: 30)
      }
    }
    executor.start(orders)
    for run in 1...30 { if run % 3 == 0 { executor.stop(RunID(Int64(run))) } }
    for run in 1...30 { _ = await log.end(of: Int64(run)) }
    let ended = log.events.filter { if case .ended = $0 { true } else { false } }
    #expect(ended.count == 30)
  }

  /// Stops a command once it has printed `ready`.
  private func stopped(_ text: String) async -> EventLog.End {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.start([
      order(.command(text, input: nil)) { $0.grace = TimeSpan(milliseconds: 100) }
    ])
    await untilPrinted("ready", log, executor)
    executor.stop(RunID(1))
    return await log.end()
  }

  /// Waits for an output that ends a line with `word`.
  private func untilPrinted(_ word: String, _ log: EventLog, _ executor: LocalExecutor) async {
    var text = ""
    while !text.contains("\(word)\n") {
      await log.print()
      log.forgetPrints()
      text = String(decoding: executor.output(of: RunID(1), from: 0)?.bytes ?? [], as: UTF8.self)
    }
  }

  /// A killed process is gone, or a zombie that whoever inherited it has not reaped yet.
  private func expectEnded(_ pid: Int32) async {
    let state = await runShell("cat /proc/\(pid)/stat 2>/dev/null | sed 's/.*) //' | cut -c1")
    #expect(["", "Z\n", "X\n"].contains(state.text), "\(pid) lives: \(state.text)")
  }
}
