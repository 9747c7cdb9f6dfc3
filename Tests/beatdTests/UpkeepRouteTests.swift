// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler
import Support
import Testing

@testable import beatd

@Suite(.timeLimit(.minutes(1))) struct UpkeepRouteTests {
  @Test func `status has each queue with its limit, its pause and who waits`() async throws {
    let bench = try await RoutesBench(queues: ["slow": 1, "free": nil])
    for _ in 0..<2 {
      _ = try await bench.ask(
        "POST /v1/tasks", body: #"{"task":"hold","queue":"slow"}"#, as: RunSummary.self)
    }
    _ = try await bench.ask(
      "POST /v1/queues/free/pause", body: #"{"note":"why"}"#, as: PauseReply.self)
    let status = try await bench.ask("GET /v1/status", as: StatusReply.self)
    let queues = try #require(status.queues)
    #expect(queues.map(\.name) == ["default", "free", "slow"])
    #expect(queues.map(\.limit) == [nil, nil, 1])
    #expect(queues.map(\.running) == [0, 0, 1])
    #expect(queues.map(\.waiting) == [0, 0, 1])
    #expect(queues.map(\.pause?.note) == [nil, "why", nil])
    #expect(queues.map(\.isFull) == [false, false, true])
    #expect(status.storeTrouble == nil)
  }

  @Test func `history has the clock's steps beside its rows`() async throws {
    let store = MemoryStore()
    let at = SystemClock.read().wall - .hours(1)
    try store.commit(
      [.clockStepped(ClockStep(at: at, by: TimeSpan(milliseconds: -7_200_500)))], batch: 1)
    let bench = try await RoutesBench(store: store)
    let reply = try await bench.ask("GET /v1/runs", as: HistoryReply.self)
    #expect(reply.runs.isEmpty)
    #expect(reply.clockSteps == [ClockStepSummary(at: at, by: -7_200.5)])
    let since = (at + .minutes(1)).rfc3339
    let later = try await bench.ask("GET /v1/runs?since=\(since)", as: HistoryReply.self)
    #expect(later.clockSteps == [])
  }

  @Test func `an audit answers what it looked at`() async throws {
    let job = Job.of(
      "j", .every(.init(period: .hours(1))), work: .task(name: "echo", payload: "{}"))
    let bench = try await RoutesBench([job])
    let reply = try await bench.ask("GET /v1/audit", as: AuditReply.self)
    #expect(reply.findings.isEmpty)
    #expect(reply.jobs == 1)
    #expect(try await bench.problem("GET /v1/audit?since=yesterday").status == 400)
  }

  @Test func `a backup that can't be made is refused with why`() async throws {
    let bench = try await RoutesBench()
    let problem = try await bench.problem("POST /v1/backup", body: #"{"path":"/tmp/x"}"#)
    #expect(problem.status == 409)
    #expect(problem.detail.contains("no file"))
    #expect(try await bench.problem("GET /v1/backup").status == 404)
    #expect(try await bench.problem("GET /v1/backup?wait=21").status == 400)
    #expect(try await bench.problem("POST /v1/backup", body: "{}").status == 400)
  }
}
