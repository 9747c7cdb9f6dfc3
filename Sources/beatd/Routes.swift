// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc
import Scheduler

/// What the API answers, over the scheduler.
struct Routes: Sendable {
  let scheduler: JobScheduler
  let keeper: ScheduleKeeper
  let places: Places
  let startedAt: Instant
  /// The names of the handlers that tasks may name.
  var handlers = Set(ShippedHandlers.all.keys)

  var tag: String { scheduler.tag }

  func router() -> Router {
    var router = Router()
    router.on(.version) { _ in HTTPResponse(VersionReply()) }
    on(.status, in: &router) { _ in HTTPResponse(try await status()) }
    on(.jobs, in: &router) { request in
      let reply = try await jobs(request)
      return HTTPResponse(status: 200, contentType: "application/json", body: reply.json)
    }
    on(.job, in: &router) { HTTPResponse(try await job($0)) }
    on(.jobNext, in: &router) { HTTPResponse(try await next($0)) }
    on(.upcoming, in: &router) { HTTPResponse(try await upcoming($0)) }
    on(.jobPrevious, in: &router) { HTTPResponse(try await previous($0)) }
    on(.runs, in: &router) { HTTPResponse(try await history($0)) }
    on(.run, in: &router) { HTTPResponse(try await run($0)) }
    on(.output, in: &router) { HTTPResponse(try await output($0)) }
    on(.dead, in: &router) { HTTPResponse(try await dead($0)) }
    on(.audit, in: &router) { HTTPResponse(try await audit($0)) }
    on(.beginBackup, in: &router) { HTTPResponse(try await beginBackup($0)) }
    on(.backup, in: &router) { HTTPResponse(try await backup($0)) }
    on(.trigger, in: &router) { HTTPResponse(try await trigger($0)) }
    on(.replay, in: &router) { HTTPResponse(try await replay($0)) }
    on(.pause, in: &router) { HTTPResponse(try await pause($0, try name(in: $0))) }
    on(.cancel, in: &router) { HTTPResponse(try await cancel($0)) }
    on(.enqueue, in: &router) { HTTPResponse(try await enqueue($0)) }
    on(.pauseQueue, in: &router) { HTTPResponse(try await pauseQueue($0)) }
    on(.resumeQueue, in: &router) { HTTPResponse(try await resumeQueue($0)) }
    on(.pauseAll, in: &router) { HTTPResponse(try await pause($0, nil)) }
    on(.resume, in: &router) { HTTPResponse(try await resume($0, try name(in: $0))) }
    on(.resumeAll, in: &router) { HTTPResponse(try await resume($0, nil)) }
    on(.reload, in: &router) { _ in HTTPResponse(await keeper.reload()) }
    return router
  }

  /// Root and the daemon's own user may do all; nobody else has jobs here.
  private func on(
    _ route: APIRoute, in router: inout Router, _ answer: @escaping Router.Handler
  ) {
    let owner = geteuid()
    router.on(route) { request in
      if case .local(_, let uid, _) = request.peer, uid != 0, uid != owner {
        throw Problem(
          403, .permission, "user \(uid) may not look at or change jobs of user \(owner)",
          hint: "run beatctl as that user, or as root")
      }
      return try await answer(request)
    }
  }

  func name(in request: HTTPRequest) throws -> JobName {
    let text = request.parameters.first ?? ""
    guard let name = JobName(text) else { throw Problem.noSuch("job: \(text)") }
    return name
  }

  func unknown(_ name: JobName) async throws -> Problem {
    let names = try await scheduler.overview().views.map(\.job.name.text)
    let near = nearestName(to: name.text, among: names)
    return Problem.noSuch(
      "job: \(name)", hint: near.map { "did you mean \"\($0)\"?" } ?? "see `beatctl list`")
  }

  // MARK: Questions

  private func status() async throws -> StatusReply {
    let overview = try await scheduler.overview()
    var reply = StatusReply(
      version: BeatVersion.current, pid: Int(getpid()), startedAt: startedAt,
      stateFile: places.state, schedules: places.schedules, timezone: await keeper.zone.name)
    for view in overview.views {
      reply.jobs.add(JobState(rawValue: view.state.rawValue), paused: view.pause != nil)
    }
    reply.running = overview.open[.running] ?? 0
    reply.queued = overview.open[.queued] ?? 0
    reply.retrying = overview.open[.retrying] ?? 0
    reply.dead = overview.dead
    reply.paused = overview.pause.map(PauseSummary.init)
    reply.broken = await keeper.broken
    reply.queues = overview.queues.map(QueueSummary.init)
    reply.storeTrouble = overview.storeTrouble?.message
    let due = overview.views.compactMap { view in view.next.map { (view.job.name, $0) } }
    reply.next = due.min { $0.1 < $1.1 }.map { NextDue(job: $0.0.text, at: $0.1) }
    return reply
  }

  private func jobs(_ request: HTTPRequest) async throws -> JobListReply {
    let pattern = request.target.query["pattern"]
    let reports = try await scheduler.jobs()
    let chosen = reports.filter { report in
      guard let pattern else { return true }
      return Glob.matches(report.view.job.name.text, pattern)
    }
    return JobListReply(jobs: chosen.map { JobSummary($0, tag: tag) })
  }

  private func report(_ request: HTTPRequest) async throws -> JobScheduler.JobReport {
    let name = try name(in: request)
    guard let report = try await scheduler.job(name) else { throw try await unknown(name) }
    return report
  }

  private func job(_ request: HTTPRequest) async throws -> JobDetail {
    let report = try await report(request)
    var query = HistoryQuery()
    query.limit = 10
    let rows = try await scheduler.history(of: report.view.job.name, query) ?? []
    return JobDetail(report, runs: rows.map { RunSummary($0, tag: tag) }, tag: tag)
  }

  private func next(_ request: HTTPRequest) async throws -> NextReply {
    let report = try await report(request)
    let query = InstantQuery(request.target.query, now: SystemClock.read().wall)
    let times = report.view.job.times
    var instants: [Instant] = []
    var from = try query.from()
    if case .everyAfter = times.schedule, let next = report.view.next { instants = [next] }
    while instants.count < (try query.count()), let instant = times.next(after: from) {
      instants.append(instant)
      from = instant
    }
    return NextReply(next: instants, timezone: times.zone.name)
  }

  private func upcoming(_ request: HTTPRequest) async throws -> UpcomingReply {
    let fires = try UpcomingFires(request.target.query, now: SystemClock.read().wall)
    return fires.reply(try await scheduler.overview().views)
  }

  private func previous(_ request: HTTPRequest) async throws -> PreviousReply {
    let times = try await report(request).view.job.times
    let query = InstantQuery(request.target.query, now: SystemClock.read().wall)
    var instants: [Instant] = []
    var from = try query.from()
    while instants.count < (try query.count()), let instant = times.previous(before: from) {
      instants.append(instant)
      from = instant
    }
    return PreviousReply(prev: instants, timezone: times.zone.name)
  }

  private func history(_ request: HTTPRequest) async throws -> HistoryReply {
    let asked = request.target.query
    var query = HistoryQuery()
    query.limit = try Parameter.limit(asked["limit"]) ?? query.limit
    query.since = try Parameter.instant(asked["since"], named: "since")
    if let word = asked["state"] {
      guard let state = RunState(word: word) else {
        throw Problem(
          400, .range, "there is no state \"\(word)\"",
          hint: "one of " + RunState.allCases.map(\.word).joined(separator: ", "))
      }
      query.states = [state]
    }
    var name: JobName?
    if let text = asked["job"] {
      name = JobName(text)
      if name == nil { throw Problem.noSuch("job: \(text)") }
    }
    guard let rows = try await scheduler.history(of: name, query) else {
      if let name { throw try await unknown(name) }
      return HistoryReply(runs: [])
    }
    let steps = try await scheduler.clockSteps(among: rows, query)
    return HistoryReply(
      runs: rows.map { RunSummary($0, tag: tag) },
      clockSteps: steps.map { step in
        ClockStepSummary(at: step.at, by: Double(step.by.milliseconds) / 1_000)
      })
  }

  private func dead(_ request: HTTPRequest) async throws -> HistoryReply {
    var query = HistoryQuery()
    query.onlyDead = true
    query.limit = try Parameter.limit(request.target.query["limit"]) ?? 1_000
    let rows = try await scheduler.history(of: nil, query) ?? []
    return HistoryReply(runs: rows.map { RunSummary($0, tag: tag) })
  }

  func found(_ request: HTTPRequest) async throws -> (job: JobName, run: Run) {
    let text = request.parameters.first ?? ""
    guard let found = try await scheduler.run(text) else {
      throw Problem.noSuch("run: \(text)", hint: "see `beatctl history`")
    }
    return found
  }

  private func run(_ request: HTTPRequest) async throws -> RunDetail {
    var (job, run) = try await found(request)
    if request.target.query["wait"] == "1", !run.state.isFinal {
      await scheduler.waitForEnd(
        of: run.id, patience: .seconds(Int64(APIRoute.longestWaitSeconds)))
      (job, run) = try await found(request)
    }
    var attempts = try await scheduler.earlierAttempts(of: run.id).map(AttemptSummary.init)
    if let latest = AttemptSummary(latestOf: run) { attempts.append(latest) }
    return RunDetail(
      summary: RunSummary(run, of: job, tag: tag), createdAt: run.createdAt,
      payload: run.payload.map(JSONValue.init(textOrString:)), attempts: attempts)
  }

  private func output(_ request: HTTPRequest) async throws -> OutputReply {
    let run = try await found(request).run
    let query = request.target.query
    let from = try Parameter.number(query["from"], named: "from", in: 0...Int.max) ?? 0
    let attempt = try Parameter.number(query["attempt"], named: "attempt", in: 1...Int.max)
    let patience = query["wait"] == "1" ? APIRoute.longestWaitSeconds : 0
    guard
      let piece = try await scheduler.output(
        of: run.id, attempt: attempt, from: from, patience: .seconds(Int64(patience)))
    else { throw Problem.noSuch("attempt of run \(run.id.text(tag: tag))") }
    return OutputReply(
      runID: run.id.text(tag: tag), attempt: piece.attempt, attempts: piece.run.attempt,
      state: piece.run.state.word, running: piece.isRunning, from: from, start: piece.start,
      bytes: piece.bytes, total: piece.total)
  }
}
