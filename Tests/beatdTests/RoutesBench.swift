// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc
import Scheduler
import Support

@testable import beatd

/// The API over a real scheduler that remembers in memory and runs handlers only.
final class RoutesBench: Sendable {
  let scheduler: JobScheduler
  let router: Router

  /// A daemon with these jobs; the handler `echo` returns its payload, `hold` waits until it is
  /// cancelled.
  init(
    _ jobs: [Job] = [], queues: [String: Int?] = [:], store: sending any Store = MemoryStore()
  ) async throws {
    let handlers: [String: Handler] = [
      "echo": { $0.payload },
      "hold": { _ in
        try await Task.sleep(for: .seconds(3_600))
        return nil
      },
    ]
    scheduler = try JobScheduler(
      store: store, limits: .init(processes: 4, queues: queues),
      boot: .init(key: "boot", isRecent: false),
      makeExecutor: { LocalExecutor(handlers: handlers, sink: $0) },
      observer: { _, _ in }, reportTrouble: { _ in })
    try await scheduler.start(JobSet(jobs: jobs))
    let reader = try ScheduleReader(paths: ["/nonexistent"], timezone: "UTC")
    let places = try Places(
      try Options(["--state", "/s", "--socket", "/k", "--schedules", "/c"]),
      ProcessSurroundings(environment: [:], uid: 0, workingDirectory: "/"),
      isDirectory: { _ in false })
    var routes = Routes(
      scheduler: scheduler,
      keeper: ScheduleKeeper(reader, scheduler, log: Log(environment: [:])), places: places,
      startedAt: .epoch)
    routes.handlers = Set(handlers.keys)
    router = routes.router()
  }

  /// The answer to a request of the daemon's own user.
  func ask(_ request: String, body: String = "") async throws -> HTTPResponse {
    let words = request.split(separator: " ").map(String.init)
    return await router.answer(
      HTTPRequest(
        method: words[0], target: try RequestTarget(parsing: words[1]), body: Array(body.utf8),
        peer: .local(pid: 1, uid: geteuid(), gid: 0)))
  }

  /// The answer, which must be good.
  func ask<Message: Decodable>(
    _ request: String, body: String = "", as type: Message.Type
  ) async throws -> Message {
    let response = try await ask(request, body: body)
    guard response.status == 200 else {
      throw try APICoder.decode(Problem.self, from: response.body)
    }
    return try APICoder.decode(type, from: response.body)
  }

  /// The problem that comes as an answer.
  func problem(_ request: String, body: String = "") async throws -> Problem {
    try APICoder.decode(Problem.self, from: try await ask(request, body: body).body)
  }
}
