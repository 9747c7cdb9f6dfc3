// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import FoundationEssentials
import Glibc
import Scheduler

/// The process: store, scheduler, schedule files, control socket and signals, wired together.
final class BeatDaemon: Sendable {
  private let log: Log
  private let notifier: ServiceNotifier
  private let scheduler: JobScheduler
  private let keeper: ScheduleKeeper
  private let server: HTTPServer
  private let signals: SignalStream
  private let stopTimeout: TimeSpan

  /// Opens everything and reads the schedule files; jobs run from here on.
  ///
  /// - Throws: ``StoreError``, ``ZoneError``, ``ControlSocketError`` and kin: what was tried, and
  ///   what to do.
  init(_ setup: Setup) async throws {
    let places = setup.places
    stopTimeout = setup.stopTimeout
    let environment = ProcessInfo.processInfo.environment
    let log = Log(environment: environment)
    self.log = log
    notifier = ServiceNotifier(environment: environment)
    let reader = try setup.reader()
    try Folder.make(above: places.state)
    try Folder.make(above: places.socket)
    let waits = StartWaits(log: log, notifier: notifier)
    let store = try await waits.store(at: places)
    await waits.waitForClock(newestStamp: try store.newestStamp())
    // From here on: until then a signal to end simply ends the process.
    signals = SignalStream()
    let scheduler = try Self.makeScheduler(store, setup, log)
    self.scheduler = scheduler
    let keeper = ScheduleKeeper(reader, scheduler, log: log)
    self.keeper = keeper
    let socket = try ControlSocket(path: places.socket)
    try await keeper.start()
    let routes = Routes(
      scheduler: scheduler, keeper: keeper, places: places,
      startedAt: SystemClock.read().wall)
    let router = routes.router()
    server = try HTTPServer(at: socket) { await router.answer($0) }
  }

  private static func makeScheduler(
    _ store: sending SQLiteStore, _ setup: Setup, _ log: Log
  ) throws -> JobScheduler {
    return try JobScheduler(
      store: store, limits: setup.limits, boot: BootReader.read(),
      stateLimit: setup.settings.stateLimit ?? 1 << 30,
      makeExecutor: {
        LocalExecutor(
          handlers: ShippedHandlers.all, agent: "beat/\(BeatVersion.current)", sink: $0)
      },
      observer: { log.tell($0, tag: $1) },
      reportTrouble: { Self.report($0, log) })
  }

  /// What can't be remembered is not done.
  ///
  /// Where trying again can't help, the daemon ends: what it
  /// would go on to say of its jobs would not be true.
  private static func report(_ trouble: StoreError, _ log: Log) {
    log.error("the state file can't be written", LogField("error", trouble))
    guard !trouble.mayPass else { return }
    log.error("ended: nothing can be remembered")
    log.flush()
    exit(1)
  }

  /// Serves until a signal says to end, and all that ran has ended.
  func run() async {
    await announce()
    var isEnding = false
    for await request in signals.requests {
      switch request {
      case .reload:
        notifier.reloading()
        // Beside this loop: it waits where the state file can't be written, and an end must be
        // heard.
        Task {
          await self.keeper.reload()
          await self.announce()
        }
      case .end where isEnding:
        log.warning("told again to end: stopping what runs")
        await scheduler.stopAll()
        await giveUpWhereNothingCanBeRemembered()
      case .end:
        isEnding = true
        Task { await self.shutDown() }
      }
    }
    log.flush()
  }

  /// What ends now would wait for ever to be recorded: the next start finds it lost.
  private func giveUpWhereNothingCanBeRemembered() async {
    guard let trouble = await scheduler.storeTrouble else { return }
    log.error("ended with the state file unwritten", LogField("error", trouble))
    log.flush()
    exit(1)
  }

  private func announce() async {
    let (jobs, next) = await scheduler.outlook()
    let due = next.map { ", next due \($0.rfc3339)" } ?? ""
    notifier.ready(status: "\(jobs) jobs\(due)")
    log.info("ready", LogField("jobs", jobs), next.map { LogField("next", $0.rfc3339) })
  }

  private func shutDown() async {
    log.info("ending: waiting for what runs", LogField("for_at_most", stopTimeout.text))
    notifier.stopping()
    await scheduler.shutDown(patience: stopTimeout)
    await server.stop()
    await scheduler.close()
    log.info("ended")
    signals.finish()
  }
}
