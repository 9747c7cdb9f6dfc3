// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler

/// What people ask for.
extension Routes {
  private func body<Message: APIRequest>(
    _ request: HTTPRequest, or empty: Message
  ) throws -> Message {
    request.body.isEmpty ? empty : try APICoder.decodeRequest(Message.self, from: request.body)
  }

  func trigger(_ request: HTTPRequest) async throws -> RunSummary {
    let name = try name(in: request)
    let asked = try body(request, or: TriggerRequest())
    let force = asked.force ?? false
    let payload = try Self.payload(asked.payload)
    guard let instant = asked.at else {
      let command = CoreCommand.trigger(name, payload: payload, force: force)
      return try await summary(of: await scheduler.perform(command))
    }
    guard payload == nil else {
      throw Problem(
        400, .range, "`payload` and `at` do not go together: an instant runs with the job's own")
    }
    return try await summary(of: try await scheduler.backfill(name, at: instant, force: force))
  }

  func replay(_ request: HTTPRequest) async throws -> RunSummary {
    let dead = try await found(request).run
    return try await summary(of: await scheduler.perform(.replay(dead)))
  }

  func cancel(_ request: HTTPRequest) async throws -> RunSummary {
    let run = try await found(request).run
    return try await summary(of: await scheduler.perform(.cancel(run.id)))
  }

  func enqueue(_ request: HTTPRequest) async throws -> RunSummary {
    let asked = try APICoder.decodeRequest(EnqueueRequest.self, from: request.body)
    let task = try task(asked)
    let reply = try await scheduler.enqueue(
      task, payload: try Self.payload(asked.payload), startAt: asked.at)
    return try await summary(of: reply)
  }

  private func task(_ asked: EnqueueRequest) throws -> TaskRequest {
    guard handlers.contains(asked.task) else {
      let near = nearestName(to: asked.task, among: handlers.sorted())
      throw Problem.noSuch(
        "task: \(asked.task.prefix(200))",
        hint: near.map { "did you mean \"\($0)\"?" }
          ?? "there are: \(handlers.sorted().joined(separator: ", "))")
    }
    try Self.check(asked.priority, "priority", in: 0...9)
    try Self.check(asked.retries, "retries", in: 0...1_000_000)
    if let key = asked.key, key.isEmpty || key.utf8.count > 255 {
      throw Problem(400, .range, "`key` must be text of 1 to 255 bytes")
    }
    return TaskRequest(
      name: asked.task, priority: asked.priority ?? 5, retries: asked.retries ?? 3,
      queue: asked.queue, key: asked.key)
  }

  private static func check(
    _ number: Int?, _ name: String, in range: ClosedRange<Int>
  ) throws(Problem) {
    guard let number, !range.contains(number) else { return }
    throw Problem(
      400, .range,
      "`\(name)` must be a whole number from \(range.lowerBound) to \(range.upperBound)")
  }

  /// A payload's text; it must be an object.
  private static func payload(_ value: JSONValue?) throws(Problem) -> String? {
    guard let value else { return nil }
    guard case .object = value else {
      throw Problem(400, .range, "`payload` must be a JSON object")
    }
    return value.text
  }

  private func summary(of reply: CoreReply) async throws -> RunSummary {
    try await require(reply)
    guard case .run(let id) = reply, let (job, run) = try await scheduler.run(id.text(tag: tag))
    else { throw Problem(500, .state, "the run was made, but it can't be found") }
    return RunSummary(run, of: job, tag: tag)
  }

  private func require(_ reply: CoreReply) async throws {
    switch reply {
    case .run, .done: return
    case .unknownJob(let name): throw try await unknown(name)
    case .unknownQueue(let name, let known):
      let near = nearestName(to: name, among: known)
      throw Problem.noSuch(
        "queue: \(name.prefix(200))",
        hint: near.map { "did you mean \"\($0)\"?" }
          ?? "there are: \(known.joined(separator: ", ")); beatd.toml names them")
    case .refused(let why): throw Problem(409, .state, why)
    }
  }

  // MARK: Pauses

  func pause(_ request: HTTPRequest, _ name: JobName?) async throws -> PauseReply {
    let asked = try body(request, or: PauseRequest())
    try await require(
      await scheduler.perform(.pause(name, until: asked.until, note: asked.note)))
    return try await pauseReply(name)
  }

  func resume(_ request: HTTPRequest, _ name: JobName?) async throws -> PauseReply {
    let asked = try body(request, or: ResumeRequest())
    try await require(
      await scheduler.perform(.resume(name, catchUp: asked.catchUp ?? false)))
    return try await pauseReply(name)
  }

  private func pauseReply(_ name: JobName?) async throws -> PauseReply {
    guard let name else {
      let overview = try await scheduler.overview()
      return PauseReply(job: nil, pause: overview.pause.map(PauseSummary.init))
    }
    let report = try await scheduler.job(name)
    return PauseReply(job: name.text, pause: report?.view.pause.map(PauseSummary.init))
  }

  func pauseQueue(_ request: HTTPRequest) async throws -> PauseReply {
    let name = request.parameters.first ?? ""
    let asked = try body(request, or: PauseRequest())
    try await require(
      await scheduler.perform(.pauseQueue(name, until: asked.until, note: asked.note)))
    return try await pauseReply(queue: name)
  }

  func resumeQueue(_ request: HTTPRequest) async throws -> PauseReply {
    let name = request.parameters.first ?? ""
    let asked = try body(request, or: ResumeRequest())
    try await require(
      await scheduler.perform(.resumeQueue(name, catchUp: asked.catchUp ?? false)))
    return try await pauseReply(queue: name)
  }

  private func pauseReply(queue name: String) async throws -> PauseReply {
    let queue = try await scheduler.overview().queues.first { $0.name == name }
    return PauseReply(job: nil, queue: name, pause: queue?.pause.map(PauseSummary.init))
  }
}
