// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import beatd

@Suite(.timeLimit(.minutes(1))) struct HostileRequestTests {
  @Test(arguments: [
    ("GET /../../etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("GET //etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("GET /x?a=1&a=2 HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("GET http://h/x HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    ("GET /x HTTP/1.1\r\n\r\n", 400),
    ("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    ("GET /x HTTP/1.0\r\nHost: h\r\n\r\n", 505),
    ("GET /x HTTP/9.9\r\nHost: h\r\n\r\n", 505),
    ("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}", 415),
    (
      "POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
      415
    ),
    (
      "POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        + "Content-Length: 99999\r\n\r\n", 413
    ),
    (
      "POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400
    ),
    (
      "POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400
    ),
    (
      "POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        + "Content-Length: -1\r\n\r\n", 400
    ),
    (
      "GET /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        + "Content-Length: 2\r\n\r\n{}", 400
    ),
  ]) func `what is not well formed is refused`(request: String, status: Int) async throws {
    try await withServer(handler: echo) { path in
      let client = try #require(RawClient(path: path))
      client.send(request)
      #expect(await client.readResponse().status == status)
      let other = try #require(RawClient(path: path))
      #expect(await other.ask("GET", "/x").status == 200)
    }
  }

  @Test(arguments: [
    "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\r\n\r\n\r\n\r\n",
    "GET\r\n\r\n", "GET /x\r\n\r\n",
    "GET /" + String(repeating: "a", count: 70_000) + " HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /x HTTP/1.1\r\nHost: h\r\nX: " + String(repeating: "a", count: 80_000) + "\r\n\r\n",
    "GET /x HTTP/1.1\r\nHost: h\r\n" + String(repeating: "A: b\r\n", count: 100_000) + "\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n",
  ]) func `noise is refused and the next client served`(noise: String) async throws {
    var limits = HTTPLimits()
    limits.requestMilliseconds = 200
    try await withServer(limits: limits, handler: echo) { path in
      let client = try #require(RawClient(path: path))
      client.send(noise)
      let answer = await client.readToEnd()
      #expect(!answer.hasPrefix("HTTP/1.1 200"))
      let other = try #require(RawClient(path: path))
      #expect(await other.ask("GET", "/x").status == 200)
    }
  }

  @Test func `too many header fields are refused`() async throws {
    try await withServer(handler: echo) { path in
      let client = try #require(RawClient(path: path))
      let reply = await client.ask("GET", "/x", headers: (0..<80).map { "X-\($0): y" })
      #expect(reply.status == 431)
    }
  }

  @Test func `a chunked body beyond the limit is refused`() async throws {
    try await withServer(handler: echo) { path in
      let client = try #require(RawClient(path: path))
      client.send(
        "POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n")
      for _ in 0..<70 { client.send("400\r\n" + String(repeating: "x", count: 1024) + "\r\n") }
      client.send("0\r\n\r\n")
      #expect(await client.readResponse().status == 413)
    }
  }

  @Test func `a request that does not come to an end is cut off`() async throws {
    var limits = HTTPLimits()
    limits.requestMilliseconds = 50
    try await withServer(limits: limits, handler: echo) { path in
      for start in ["", "GET /x HT", "GET /x HTTP/1.1\r\nHost: h\r\n"] {
        let client = try #require(RawClient(path: path))
        client.send(start)
        #expect(await client.readToEnd() == "")
      }
    }
  }

  @Test func `clients beyond the limit do not keep the others from being served`() async throws {
    var limits = HTTPLimits()
    limits.connections = 4
    limits.requestMilliseconds = 100
    try await withServer(limits: limits, handler: echo) { path in
      let idle = (0..<20).compactMap { _ in RawClient(path: path) }
      #expect(!idle.isEmpty)
      for client in idle { #expect(await client.readToEnd() == "") }
      let other = try #require(RawClient(path: path))
      #expect(await other.ask("GET", "/x").status == 200)
    }
  }

  @Test func `eight requests in a row are answered in order`() async throws {
    try await withServer(handler: echo) { path in
      let client = try #require(RawClient(path: path))
      for number in 0..<8 {
        client.send(
          "GET /\(number) HTTP/1.1\r\nHost: h\r\n\(number == 7 ? "Connection: close\r\n" : "")\r\n")
      }
      let text = await client.readToEnd()
      let bodies = text.split(separator: "\r\n").filter { $0.contains("GET [") }
      #expect(bodies.count == 8)
    }
  }
}
