// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Testing

@testable import Scheduler

/// Sends one request to its end.
func runRequest(
  _ url: String, _ change: (inout HTTPRequest) -> Void = { _ in },
  options: (inout JobOptions) -> Void = { _ in }
) async throws -> EventLog.End {
  let log = EventLog()
  let executor = LocalExecutor(handlers: [:], agent: "beat/test", sink: log.sink)
  executor.start([try requestOrder(url, change, options: options)])
  return await log.end()
}

func requestOrder(
  _ url: String, run: Int64 = 1, _ change: (inout HTTPRequest) -> Void = { _ in },
  options: (inout JobOptions) -> Void = { _ in }
) throws -> AttemptOrder {
  var request = try #require(HTTPRequest(url: url))
  change(&request)
  return order(.http(Shared(request)), run: run, options: options)
}

@Suite struct HTTPRunnerTests {
  private let brief = TimeSpan(milliseconds: 200)

  @Test func `an expected answer is a success, and its body the output`() async throws {
    let server = LoopbackServer { $0.answer("200 OK", body: "hello") }
    let end = try await runRequest(server.url("/a/../b?c=d%20e"))
    #expect(end.outcome == .returned("{\"http_status\":200}"))
    #expect(end.text == "hello")
    #expect(server.requests.map(\.line) == ["GET /a/../b?c=d%20e HTTP/1.1"])
  }

  @Test func `a request says which attempt it is, and who sends it`() async throws {
    let server = LoopbackServer { $0.answer("204 No Content") }
    _ = try await runRequest(server.url())
    let request = try #require(server.requests.first)
    for (name, value) in [
      ("Idempotency-Key", "t-1"), ("Beat-Run-Id", "t-1"), ("Beat-Job", "a-job"),
      ("Beat-Scheduled-For", "2027-01-15T08:00:00.123Z"), ("Beat-Attempt", "1"),
      ("Beat-Trigger", "schedule"), ("User-Agent", "beat/test"),
      ("Host", "127.0.0.1:\(server.port)"),
    ] {
      #expect(request.header(name) == value, "\(name)")
    }
    #expect(request.header("Accept-Encoding") == nil)
  }

  @Test func `method, headers and body are sent as they are given`() async throws {
    let server = LoopbackServer { $0.answer("201 Created") }
    let end = try await runRequest(server.url()) {
      $0.method = .put
      $0.headers = [
        HTTPRequest.Header(name: "X-Key", value: "é secret")!,
        HTTPRequest.Header(name: "Empty", value: "")!,
        HTTPRequest.Header(name: "User-Agent", value: "mine")!,
      ]
      $0.body = "{\"a\": 1}"
    }
    #expect(end.outcome == .returned("{\"http_status\":201}"))
    let request = try #require(server.requests.first)
    #expect(request.line == "PUT / HTTP/1.1")
    #expect(request.body == "{\"a\": 1}")
    #expect(request.header("X-Key") == "é secret")
    #expect(request.header("Empty") == "")
    #expect(request.header("User-Agent") == "mine")
    #expect(request.header("Content-Type") == nil)
  }

  @Test(arguments: HTTPRequest.Method.allCases)
  func `every method is sent, with a body and without`(method: HTTPRequest.Method) async throws {
    let server = LoopbackServer { $0.answer("200 OK") }
    for body in [nil, "", "x"] where method != .head || body == nil {
      let end = try await runRequest(server.url()) {
        $0.method = method
        $0.body = body
      }
      #expect(end.outcome == .returned("{\"http_status\":200}"))
      #expect(server.requests.last?.line == "\(method.rawValue) / HTTP/1.1")
      #expect(server.requests.last?.body == body ?? "")
    }
  }

  @Test func `a status that is not expected is a failure with the answer as output`() async throws {
    let server = LoopbackServer { $0.answer("503 Busy", "Retry-After: 7", body: "come back") }
    let end = try await runRequest(server.url())
    #expect(end.outcome == .answered(status: 503, retryAfter: .seconds(7)))
    #expect(end.text == "come back")
    let expected = try await runRequest(server.url()) { $0.expected = [404...404, 500...599] }
    #expect(expected.outcome == .returned("{\"http_status\":503}"))
  }

  @Test(arguments: [
    "Wed, 01 Jan 2200 00:00:00 GMT", "Wed Jan  1 00:00:00 2200", "Sunday, 06-Nov-94 08:49:37 GMT",
    "soon", "-5", "0",
  ])
  func `Retry-After is a date too, and what is past or no date is none`(text: String) async throws {
    let server = LoopbackServer { $0.answer("429 Slow down", "Retry-After: \(text)") }
    let end = try await runRequest(server.url())
    guard case .answered(429, let wait) = end.outcome else {
      Issue.record("\(end.outcome)")
      return
    }
    #expect((wait != nil) == text.contains("2200"))
    if let wait { #expect(wait > .hours(24 * 365 * 10)) }
  }

  @Test func `nobody at the port is a refused connection`() async throws {
    let (descriptor, port) = LoopbackServer.listen(backlog: 1)
    close(descriptor)
    let end = try await runRequest("http://127.0.0.1:\(port)/")
    #expect(
      end.outcome == .unanswered("no connection to 127.0.0.1:\(port): Connection refused"))
  }

  @Test func `a name that nobody knows is said so`() async throws {
    let end = try await runRequest("http://no-such-host.invalid/")
    #expect(end.outcome == .unanswered("the host of no-such-host.invalid:80 was not found"))
  }

  @Test func `a reset, a close without an answer and half an answer are told apart`() async throws {
    let reset = LoopbackServer { $0.reset() }
    let closed = LoopbackServer { _ in }
    let half = LoopbackServer { $0.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf") }
    let end = try await runRequest(half.url())
    #expect(end.text == "half")
    for (server, part) in [
      (reset, "broke: Connection reset by peer"), (closed, "without an answer"), (half, "broke: "),
    ] {
      guard case .unanswered(let why) = try await runRequest(server.url()).outcome else {
        Issue.record("no failure of \(part)")
        continue
      }
      #expect(why.contains(part), "\(why)")
    }
  }

  @Test func `a server that never answers is timed out, and let go of`() async throws {
    let server = LoopbackServer { $0.waitForClose() }
    for inJob in [true, false] {
      let end = try await runRequest(
        server.url(), { if !inJob { $0.timeout = brief } },
        options: { if inJob { $0.timeout = brief } })
      #expect(end.outcome == .timedOut(exitCode: nil, signal: nil))
    }
  }

  @Test func `an answer that trickles is timed out with what came of it`() async throws {
    let server = LoopbackServer { connection in
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
      while connection.write("."), !connection.waitForClose(milliseconds: 10) {}
    }
    let end = try await runRequest(server.url()) { $0.timeout = brief }
    #expect(end.outcome == .timedOut(exitCode: nil, signal: nil))
    #expect(end.text.hasPrefix("..."))
  }

  @Test func `a head that never ends is timed out`() async throws {
    let server = LoopbackServer { connection in
      connection.write("HTTP/1.1 200 OK\r\n")
      while connection.write("A: b\r\n"), !connection.waitForClose(milliseconds: 10) {}
    }
    let end = try await runRequest(server.url()) { $0.timeout = brief }
    #expect(end.outcome == .timedOut(exitCode: nil, signal: nil))
  }

  @Test func `a connection that is never taken is given up before the whole time`() async throws {
    let (descriptor, port) = LoopbackServer.listen(backlog: 0)
    let fillers = (0..<4).map { _ in LoopbackServer.connect(to: port) }
    defer { (fillers + [descriptor]).forEach { close($0) } }
    let end = try await runRequest("http://127.0.0.1:\(port)/") { $0.connectTimeout = brief }
    #expect(end.outcome == .unanswered("no connection to 127.0.0.1:\(port) within 200ms"))
  }

  @Test func `an endless answer is broken off, and its head and tail are kept`() async throws {
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    let server = LoopbackServer { connection in
      connection.write("HTTP/1.1 200 OK\r\n\r\nfirst")
      while connection.write(piece) {}
    }
    let end = try await runRequest(server.url())
    #expect(end.outcome == .threwPermanently("the answer is longer than 64 MiB"))
    let output = try #require(end.output)
    #expect(output.head.count + output.tail.count == 2 * CapturedOutput.limit)
    #expect(output.total <= HTTPTransfer.answerLimit)
    #expect(end.text.hasPrefix("firstxxx"))
  }

  @Test func `a compressed answer is kept as it came`() async throws {
    let zeros = String(repeating: "\0", count: 100_000)
    let server = LoopbackServer {
      $0.answer("200 OK", "Content-Encoding: gzip", body: "\u{1F}" + zeros)
    }
    let end = try await runRequest(server.url())
    #expect(end.outcome == .returned("{\"http_status\":200}"))
    #expect(end.output?.total == 100_001)
  }

  @Test func `a server without TLS is no secure one`() async throws {
    let server = LoopbackServer { $0.answer("200 OK") }
    let port = server.port
    let end = try await runRequest("https://127.0.0.1:\(port)/") {
      $0.timeout = .seconds(5)
    }
    _ = server
    guard case .unanswered(let why) = end.outcome else {
      Issue.record("\(end.outcome)")
      return
    }
    #expect(why.hasPrefix("no secure connection to 127.0.0.1:\(port): "), "\(why)")
  }
}
