// SPDX-License-Identifier: Apache-2.0

import CronParser
import Dispatch
import Testing

@testable import Scheduler

/// Requests among others, broken off, and followed.
@Suite struct HTTPLifeTests {
  @Test func `a request that is told to stop is broken off`() async throws {
    let whistle = Gate()
    let server = LoopbackServer { connection in
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart")
      connection.waitForClose()
      whistle.open()
    }
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.start([try requestOrder(server.url())])
    await log.print()
    #expect(executor.output(of: RunID(1), from: 0)?.bytes == Array("part".utf8))
    executor.stop(RunID(1))
    let end = await log.end()
    #expect(end.outcome == .stopped(exitCode: nil, signal: nil))
    #expect(end.text == "part")
    await whistle.wait()
    #expect(executor.output(of: RunID(1), from: 0) == nil)
  }

  @Test func `more requests than go on at once wait in line, and can be stopped there`()
    async throws
  {
    let held = DispatchGroup()
    held.enter()
    let server = LoopbackServer { connection in
      held.wait()
      connection.answer("200 OK")
    }
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    let count = Int64(HTTPRunner.limit + 20)
    executor.start(try (1...count).map { try requestOrder(server.url(), run: $0) })
    executor.stop(RunID(count))
    #expect(await log.end(of: count).outcome == .stopped(exitCode: nil, signal: nil))
    held.leave()
    for run in 1..<count {
      #expect(await log.end(of: run).outcome == .returned("{\"http_status\":200}"))
    }
    #expect(server.requests.count == Int(count) - 1)
  }

  @Test func `a second attempt of a run under way is not started`() async throws {
    let server = LoopbackServer { $0.waitForClose() }
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    let order = try requestOrder(server.url())
    executor.start([order, order])
    #expect(
      await log.end().outcome
        == .notStarted("not started: an attempt of run t-1 is under way already"))
    executor.stop(RunID(1))
    let _: Bool = await log.first { event in
      if case .ended(_, _, .stopped, _) = event { true } else { nil }
    }
  }

  @Test func `an executor that was let go of reports all the same`() async throws {
    let server = LoopbackServer { $0.answer("200 OK") }
    let log = EventLog()
    for run in Int64(1)...50 {
      LocalExecutor(handlers: [:], sink: log.sink)
        .start([try requestOrder(server.url(), run: run)])
    }
    for run in Int64(1)...50 {
      #expect(await log.end(of: run).outcome == .returned("{\"http_status\":200}"))
    }
  }

  @Test func `link-local addresses are not asked as root, unless the request allows it`()
    async
    throws
  {
    for url in [
      "http://169.254.169.254/latest", "http://[fe80::1]/", "http://[::ffff:169.254.1.1]/",
      "http://2852039166/", "http://[fd00:ec2::254]/", "http://100.100.100.200/",
    ] {
      let log = EventLog()
      let runner = HTTPRunner(agent: "beat", refusesLinkLocal: true, sink: log.sink)
      let order = try requestOrder(url)
      guard case .http(let request) = order.work else { return }
      runner.start([(order, request.value)])
      guard case .threwPermanently(let why) = await log.end().outcome else {
        Issue.record("\(url): \(await log.end().outcome)")
        continue
      }
      #expect(why.contains("link-local = true"), "\(why)")
    }
    let allowed = try requestOrder("http://169.254.169.254/") {
      $0.allowsLinkLocal = true
      $0.timeout = TimeSpan(milliseconds: 100)
    }
    guard case .http(let request) = allowed.work else { return }
    let log = EventLog()
    HTTPRunner(agent: "beat", refusesLinkLocal: true, sink: log.sink)
      .start([(allowed, request.value)])
    if case .threwPermanently(let why) = await log.end().outcome { Issue.record("\(why)") }
  }
}
