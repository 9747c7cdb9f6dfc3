// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import Testing

@testable import beatd

@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
  @Test func `a request arrives with its path and query decoded`() async throws {
    try await withServer(handler: echo) { path in
      let client = try #require(RawClient(path: path))
      let reply = await client.ask("GET", "/v1/jobs/app%2Fnightly%20r/next?count=2&from=a%26b")
      #expect(reply.status == 200)
      #expect(reply.body == "GET [v1|jobs|app/nightly r|next] [count=2|from=a&b] 0")
    }
  }

  @Test func `one connection serves many requests`() async throws {
    try await withServer(handler: echo) { path in
      let client = try #require(RawClient(path: path))
      for number in 0..<50 {
        let reply = await client.ask("GET", "/n/\(number)")
        #expect(reply.body == "GET [n|\(number)] [] 0")
      }
    }
  }

  @Test func `a body in pieces arrives whole`() async throws {
    try await withServer(handler: echo) { path in
      let client = try #require(RawClient(path: path))
      client.send(
        "POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json; charset=utf-8\r\n"
          + "Content-Length: 60000\r\n\r\n")
      for _ in 0..<60 { client.send(String(repeating: "x", count: 1000)) }
      let reply = await client.readResponse()
      #expect(reply.body == "POST [x] [] 60000")
    }
  }

  @Test func `a chunked body arrives whole`() async throws {
    try await withServer(handler: echo) { path in
      let client = try #require(RawClient(path: path))
      client.send(
        "POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n3\r\nabc\r\n0\r\n\r\n")
      let reply = await client.readResponse()
      #expect(reply.body == "POST [x] [] 5")
    }
  }

  @Test func `the peer is who connected`() async throws {
    let seen = Mutex<Peer?>(nil)
    try await withServer(handler: { request in
      seen.withLock { $0 = request.peer }
      return HTTPResponse(status: 200, contentType: "text/plain", body: [])
    }) { path in
      let client = try #require(RawClient(path: path))
      #expect(await client.ask("GET", "/").status == 400)
      #expect(await client.ask("GET", "/x").status == 200)
      #expect(seen.withLock { $0 } == .local(pid: getpid(), uid: geteuid(), gid: getegid()))
    }
  }

  @Test func `many clients at once are all answered`() async throws {
    try await withServer(handler: { request in
      await Task.yield()
      return await echo(request)
    }) { path in
      await withTaskGroup(of: Int.self) { group in
        for _ in 0..<40 {
          group.addTask {
            guard let client = RawClient(path: path) else { return 0 }
            var good = 0
            for number in 0..<20 where await client.ask("GET", "/\(number)").status == 200 {
              good += 1
            }
            return good
          }
        }
        #expect(await group.reduce(0, +) == 800)
      }
    }
  }

  @Test func `stopping answers those who wait and cancels their handlers`() async throws {
    let folder = try Folder()
    let (started, startedSignal) = AsyncStream.makeStream(of: Void.self)
    let (cancelled, cancelledSignal) = AsyncStream.makeStream(of: Void.self)
    let server = try HTTPServer(at: try ControlSocket(path: folder.socket)) { _ in
      await withTaskCancellationHandler {
        let (never, _) = AsyncStream.makeStream(of: Void.self)
        startedSignal.yield()
        for await _ in never {}
      } onCancel: {
        cancelledSignal.yield()
      }
      return HTTPResponse(status: 200, contentType: "text/plain", body: [])
    }
    let client = try #require(RawClient(path: folder.socket))
    client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
    for await _ in started { break }
    await server.stop()
    #expect(await client.readResponse().status == 503)
    for await _ in cancelled { break }
    #expect(RawClient(path: folder.socket) == nil)
    #expect(access(folder.socket, F_OK) != 0)
  }

  @Test func `a client that vanishes while it waits does no harm`() async throws {
    let (started, startedSignal) = AsyncStream.makeStream(of: Void.self)
    let (goOn, goOnSignal) = AsyncStream.makeStream(of: Void.self)
    try await withServer(handler: { request in
      guard request.target.segments == ["slow"] else { return await echo(request) }
      startedSignal.yield()
      for await _ in goOn { break }
      return await echo(request)
    }) { path in
      do {
        let client = try #require(RawClient(path: path))
        client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
        for await _ in started { break }
      }
      goOnSignal.yield()
      let other = try #require(RawClient(path: path))
      #expect(await other.ask("GET", "/x").status == 200)
    }
  }
}
