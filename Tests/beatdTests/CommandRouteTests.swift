// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler
import Support
import Testing

@testable import beatd

@Suite(.timeLimit(.minutes(1))) struct CommandRouteTests {
  private func hourly(_ name: String, _ task: String = "echo") -> Job {
    .of(name, .every(.init(period: .hours(1))), work: .task(name: task, payload: "{}"))
  }

  @Test func `a task is enqueued, and its key answers the same run`() async throws {
    let bench = try await RoutesBench()
    let body = #"{"task":"echo","payload":{"a":1},"key":"k","priority":9,"retries":0}"#
    let first = try await bench.ask("POST /v1/tasks", body: body, as: RunSummary.self)
    #expect(first.job == "echo")
    #expect(first.trigger == "enqueue")
    let id = try #require(first.runID)
    let over = try await bench.ask("GET /v1/runs/\(id)?wait=1", as: RunDetail.self)
    #expect(over.summary.state == "completed")
    #expect(over.summary.result == .object(["a": .integer(1)]))
    let second = try await bench.ask("POST /v1/tasks", body: body, as: RunSummary.self)
    #expect(second.runID == id)
  }

  @Test func `a task for later is pending until it is cancelled`() async throws {
    let bench = try await RoutesBench()
    let later = (SystemClock.read().wall + .hours(2)).rfc3339
    let run = try await bench.ask(
      "POST /v1/tasks", body: #"{"task":"echo","at":"\#(later)"}"#, as: RunSummary.self)
    #expect(run.state == "pending")
    let id = try #require(run.runID)
    let cancelled = try await bench.ask("POST /v1/runs/\(id)/cancel", as: RunSummary.self)
    #expect(cancelled.state == "cancelled")
    #expect(cancelled.reason == "operator")
    let again = try await bench.problem("POST /v1/runs/\(id)/cancel")
    #expect(again.status == 409)
    #expect(try await bench.problem("POST /v1/runs/x-9/cancel").isNoSuch)
  }

  @Test func `a running attempt that is cancelled ends cancelled`() async throws {
    let bench = try await RoutesBench([hourly("j", "hold")])
    let run = try await bench.ask("POST /v1/jobs/j/trigger", as: RunSummary.self)
    let id = try #require(run.runID)
    #expect(try await bench.ask("POST /v1/runs/\(id)/cancel", as: RunSummary.self).runID == id)
    let over = try await bench.ask("GET /v1/runs/\(id)?wait=1", as: RunDetail.self)
    #expect(over.summary.state == "cancelled")
    #expect(over.summary.reason == "operator")
  }

  @Test(arguments: [
    (#"{"task":"ehco"}"#, 404, #"did you mean "echo"?"#),
    (#"{"task":"zzzzzzzz"}"#, 404, "there are: echo, hold"),
    (#"{"task":"echo","queue":"slwo"}"#, 404, #"did you mean "slow"?"#),
    (#"{"task":"echo","priority":10}"#, 400, ""), (#"{"task":"echo","retries":-1}"#, 400, ""),
    (#"{"task":"echo","key":""}"#, 400, ""), (#"{"task":"echo","payload":3}"#, 400, ""),
    (#"{"task":"echo","at":"tomorrow"}"#, 400, ""), (#"{"taks":"echo"}"#, 400, ""), ("", 400, ""),
  ])
  func `what cannot be enqueued is refused with what would do`(
    body: String, status: Int, hint: String
  ) async throws {
    let bench = try await RoutesBench(queues: ["slow": 1])
    let problem = try await bench.problem("POST /v1/tasks", body: body)
    #expect(problem.status == status)
    #expect((problem.hint ?? "").contains(hint))
    let rows = try await bench.ask("GET /v1/runs", as: HistoryReply.self)
    #expect(rows.runs.isEmpty)
  }

  @Test func `an instant of the schedule is run, with no payload of its own`() async throws {
    let bench = try await RoutesBench([hourly("j")])
    let hour: Int64 = 3_600_000
    let instant = Instant(milliseconds: SystemClock.read().wall.milliseconds / hour * hour)
    let body = #"{"at":"\#(instant.rfc3339)"}"#
    let run = try await bench.ask("POST /v1/jobs/j/trigger", body: body, as: RunSummary.self)
    #expect(run.trigger == "backfill")
    #expect(run.scheduledFor == instant)
    let wrong = #"{"at":"\#((instant - .seconds(1)).rfc3339)"}"#
    #expect(try await bench.problem("POST /v1/jobs/j/trigger", body: wrong).status == 409)
    let both = #"{"at":"\#(instant.rfc3339)","payload":{}}"#
    #expect(try await bench.problem("POST /v1/jobs/j/trigger", body: both).status == 400)
  }

  @Test func `a queue is paused, holds its tasks, and goes on`() async throws {
    let bench = try await RoutesBench(queues: ["slow": 1])
    let paused = try await bench.ask(
      "POST /v1/queues/slow/pause", body: #"{"note":"why"}"#, as: PauseReply.self)
    #expect(paused.queue == "slow")
    #expect(paused.pause?.note == "why")
    let run = try await bench.ask(
      "POST /v1/tasks", body: #"{"task":"echo","queue":"slow"}"#, as: RunSummary.self)
    #expect(run.state == "queued")
    let resumed = try await bench.ask("POST /v1/queues/slow/resume", as: PauseReply.self)
    #expect(resumed.pause == nil)
    let id = try #require(run.runID)
    let over = try await bench.ask("GET /v1/runs/\(id)?wait=1", as: RunDetail.self)
    #expect(over.summary.state == "completed")
    let problem = try await bench.problem("POST /v1/queues/fast/pause")
    #expect(problem.isNoSuch)
    #expect(problem.hint?.contains("default, slow") == true)
  }
}
