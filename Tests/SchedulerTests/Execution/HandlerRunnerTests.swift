// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Testing

struct HandlerRunnerTests {
  private struct Broken: Error, CustomStringConvertible { let description = "it broke" }

  private func outcome(_ handler: @escaping Handler) async -> EventLog.End {
    let log = EventLog()
    let executor = LocalExecutor(handlers: ["t": handler], sink: log.sink)
    executor.start([order(.task(name: "t", payload: "{}"))])
    return await log.end()
  }

  @Test func `what a handler returns is its result`() async {
    #expect(await outcome { _ in "{\"n\":1}" }.outcome == .returned("{\"n\":1}"))
    #expect(await outcome { _ in nil }.outcome == .returned(nil))
  }

  @Test func `what a handler throws says what is to happen`() async {
    #expect(await outcome { _ in throw Broken() }.outcome == .threw("it broke"))
    let span = TimeSpan.seconds(7)
    #expect(
      await outcome { _ in throw HandlerError.permanent("no") }.outcome == .threwPermanently("no"))
    #expect(
      await outcome { _ in throw HandlerError.retryAfter(span, "wait") }.outcome
        == .retryAfter(span, "wait"))
    #expect(await outcome { _ in throw HandlerError.snooze(span) }.outcome == .snoozed(span))
  }

  @Test func `a handler knows which attempt it is`() async {
    let log = EventLog()
    let handler: Handler = { context in
      "\(context.job) \(context.runID) \(context.attempt) \(context.scheduledFor.milliseconds) "
        + "\(context.trigger.word) \(context.payload)"
    }
    let executor = LocalExecutor(handlers: ["t": handler], sink: log.sink)
    executor.start([order(.task(name: "t", payload: "{\"a\":1}"), run: 8, attempt: 2)])
    let end = await log.end(of: 8)
    #expect(end.outcome == .returned("a-job t-8 2 1800000000123 schedule {\"a\":1}"))
    #expect(end.attempt == 2)
  }

  @Test func `an unknown task is refused with the names that are known`() async {
    let log = EventLog()
    let executor = LocalExecutor(
      handlers: ["b": { _ in nil }, "a": { _ in nil }], sink: log.sink)
    executor.start([order(.task(name: "c", payload: "{}"))])
    #expect(
      await log.end().outcome
        == .threwPermanently("no handler is registered under \"c\"; known: a, b"))
  }

  @Test func `logged lines are the run's output`() async {
    let end = await outcome { context in
      context.log("one")
      context.log("two")
      return nil
    }
    #expect(end.text == "one\ntwo\n")
    #expect(await outcome { _ in nil }.output == nil)
  }

  @Test func `a handler's output can be read while it runs`() async throws {
    let log = EventLog()
    let gate = Gate()
    let handler: Handler = { context in
      context.log("begun")
      await gate.wait()
      return nil
    }
    let executor = LocalExecutor(handlers: ["t": handler], sink: log.sink)
    executor.start([order(.task(name: "t", payload: "{}"))])
    await log.print()
    let output = try #require(executor.output(of: RunID(1), from: 0))
    #expect(String(decoding: output.bytes, as: UTF8.self) == "begun\n")
    gate.open()
    #expect(await log.end().outcome == .returned(nil))
    #expect(executor.output(of: RunID(1), from: 0) == nil)
  }

  @Test func `a timeout cancels, and the handler holds its place until it returns`() async {
    let log = EventLog()
    let (cancelled, gate) = (Gate(), Gate())
    let handler: Handler = { _ in
      await withTaskCancellationHandler {
        await cancelled.wait()
      } onCancel: {
        cancelled.open()
      }
      await gate.wait()
      return "late"
    }
    let executor = LocalExecutor(handlers: ["t": handler], sink: log.sink)
    executor.start([
      order(.task(name: "t", payload: "{}")) { $0.timeout = TimeSpan(milliseconds: 5) }
    ])
    await cancelled.wait()
    #expect(executor.output(of: RunID(1), from: 0) != nil)
    #expect(log.events.isEmpty)
    gate.open()
    #expect(await log.end().outcome == .timedOut(exitCode: nil, signal: nil))
  }

  @Test func `stop cancels`() async {
    let log = EventLog()
    let handler: Handler = { _ in
      try await Task.sleep(for: .seconds(600))
      return nil
    }
    let executor = LocalExecutor(handlers: ["t": handler], sink: log.sink)
    executor.start([order(.task(name: "t", payload: "{}"))])
    executor.stop(RunID(1))
    #expect(await log.end().outcome == .stopped(exitCode: nil, signal: nil))
  }

  @Test func `a handler that ends before its timeout is not touched by it`() async {
    let log = EventLog()
    let executor = LocalExecutor(handlers: ["t": { _ in "ok" }], sink: log.sink)
    executor.start([
      order(.task(name: "t", payload: "{}")) { $0.timeout = TimeSpan(milliseconds: .max) }
    ])
    #expect(await log.end().outcome == .returned("ok"))
  }

  @Test func `ten thousand at once all end`() async {
    let log = EventLog()
    let executor = LocalExecutor(handlers: ["t": { _ in nil }], sink: log.sink)
    executor.start((1...10_000).map { order(.task(name: "t", payload: "{}"), run: $0) })
    for run in 1...10_000 { #expect(await log.end(of: Int64(run)).outcome == .returned(nil)) }
    #expect(log.events.count == 10_000)
  }
}
