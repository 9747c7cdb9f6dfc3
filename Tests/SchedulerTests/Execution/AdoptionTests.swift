// SPDX-License-Identifier: Apache-2.0

import CLinux
import CronParser
import Glibc
import Scheduler
import Testing

struct AdoptionTests {
  private let work = Work.exec(["sleep", "600"], input: nil)

  /// A process that another executor started, as an earlier daemon would have.
  private func earlier(_ work: Work) async -> (LocalExecutor, EventLog, ProcessIdentity) {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.start([order(work)])
    return (executor, log, await log.start())
  }

  private func isLost(_ end: EventLog.End, _ word: String) -> Bool {
    guard case .lost(let reason) = end.outcome else { return false }
    return reason.contains(word)
  }

  /// Whether the kernel remembers how a process ended that was another's child (Linux 6.15 on).
  private var kernelRemembers: Bool {
    let process = clinux_pidfd_open(getpid())
    defer { close(process) }
    var end = clinux_exit()
    return clinux_pidfd_exit(process, &end) == 0
  }

  /// The signal that ended an adopted process, where the kernel says it.
  private var ended: Int32? { kernelRemembers ? SIGTERM : nil }

  @Test func `a living process is awaited, and how it ended known where the kernel says it`() async
  {
    let (first, firstLog, process) = await earlier(work)
    let log = EventLog()
    let second = LocalExecutor(handlers: [:], sink: log.sink)
    second.adopt(order(work, attempt: 2), process: process)
    #expect(second.output(of: RunID(1), from: 0) == nil)
    first.stop(RunID(1))
    _ = await firstLog.end()
    let end = await log.end()
    // The kernel says it only until the process is reaped, which the first executor may do sooner.
    if !kernelRemembers || end.outcome != .signalled(SIGTERM) {
      #expect(isLost(end, "exit code is not known"))
    }
    #expect(end.attempt == 2 && end.output == nil)
    #expect(log.events.count == 1)
  }

  @Test func `an adopted process is stopped by its group`() async {
    let (first, firstLog, process) = await earlier(
      .command("sleep 600 & sleep 600; true", input: nil))
    let log = EventLog()
    let second = LocalExecutor(handlers: [:], sink: log.sink)
    second.adopt(order(work), process: process)
    second.stop(RunID(1))
    #expect(await log.end().outcome == .stopped(exitCode: nil, signal: ended))
    #expect(await firstLog.end().outcome == .signalled(SIGTERM))
    _ = first
  }

  @Test func `the timeout of an adopted process counts from its adoption`() async {
    let (first, firstLog, process) = await earlier(work)
    let log = EventLog()
    let second = LocalExecutor(handlers: [:], sink: log.sink)
    second.adopt(order(work) { $0.timeout = TimeSpan(milliseconds: 20) }, process: process)
    #expect(await log.end().outcome == .timedOut(exitCode: nil, signal: ended))
    #expect(await firstLog.end().outcome == .signalled(SIGTERM))
    _ = first
  }

  @Test func `a number that is another process's now is lost, and that process unharmed`() async {
    let (first, firstLog, process) = await earlier(work)
    let log = EventLog()
    let second = LocalExecutor(handlers: [:], sink: log.sink)
    let recycled = ProcessIdentity(
      pid: process.pid, startTicks: process.startTicks - 1, boot: process.boot)
    second.adopt(order(work), process: recycled)
    #expect(isLost(await log.end(), "ended while no beatd held it"))
    second.stop(RunID(1))
    #expect(kill(process.pid, 0) == 0)
    first.stop(RunID(1))
    _ = await firstLog.end()
  }

  @Test func `a process that is gone is lost`() async {
    let (first, firstLog, process) = await earlier(.exec(["true"], input: nil))
    _ = await firstLog.end()
    let log = EventLog()
    LocalExecutor(handlers: [:], sink: log.sink).adopt(order(work), process: process)
    #expect(isLost(await log.end(), "ended while no beatd held it"))
    _ = first
  }

  @Test func `a process of another boot is lost`() async {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.adopt(
      order(work), process: ProcessIdentity(pid: getpid(), startTicks: 1, boot: "another"))
    #expect(isLost(await log.end(), "started anew"))
  }

  @Test(arguments: [0, -1, 1, Int32.max]) func `a number that cannot be a job's is lost`(
    pid: Int32
  ) async {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    let (_, firstLog, process) = await earlier(.exec(["true"], input: nil))
    executor.adopt(
      order(work), process: ProcessIdentity(pid: pid, startTicks: 0, boot: process.boot))
    #expect(isLost(await log.end(), ""))
    _ = await firstLog.end()
  }
}
