// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc
import Testing

/// Jobs whose work is a request, sent by the real beatd to a server of the test's own.
@Suite(.serialized, .timeLimit(.minutes(2))) struct RequestJobTests {
  @Test func `a request runs, is retried as the server asks, and is shown`() throws {
    let server = try ScriptedServer([
      "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\nbusy",
      "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n",
      "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
    ])
    let beat = try Beat()
    try beat.write(
      "a.toml",
      """
      [jobs.ask]
      every = "24h"
      http = { url = "\(server.url)", headers = { X-Key = "secret" }, body = "{}" }
      retries = { max = 2, base = "10m", jitter = "none" }
      """)
    try beat.start()
    let triggered = try beat.ctl("trigger", "ask", "--wait")
    #expect(triggered.code == 0, "\(triggered) \(beat.log)")
    #expect(try beat.ctl("logs", "ask").output == "hello\n")
    let runs = try beat.history("ask")
    #expect(runs.map(\.state) == ["completed"])
    #expect(runs.first?.attempt == 2)
    #expect(runs.first?.result?.text == "{\"http_status\":200}")
    let show = try beat.ctl("show", "ask").output
    #expect(show.contains("POST \(server.url)"), "\(show)")
    #expect(show.contains("X-Key") && !show.contains("secret"), "\(show)")
    let explained = try beat.ctl("explain", "ask").output
    #expect(explained.contains("Idempotency-Key: TAG-NUMBER"), "\(explained)")

    #expect(try beat.ctl("trigger", "ask", "--wait").code == 1)
    let dead = try #require(try beat.history("ask").last)
    #expect(dead.state == "failed")
    #expect(dead.attempt == 1)
    #expect(dead.error == "HTTP 404 Not Found")
    let requests = server.requests
    #expect(requests.count == 3)
    #expect(requests.allSatisfy { $0.contains("User-Agent: beat/\(BeatVersion.current)") })
    #expect(requests.map { $0.contains("Beat-Attempt: 2") } == [false, true, false])
    #expect(beat.stop() == 0)
  }

  @Test func `libcurl is loaded with the first request, not with the daemon`() throws {
    let server = try ScriptedServer(["HTTP/1.1 204 No Content\r\n\r\n"])
    let beat = try Beat()
    try beat.write("a.toml", "[jobs.ask]\nhttp = \"\(server.url)\"\n")
    try beat.start()
    let pid = try #require(beat.daemon?.pid)
    #expect(!contents(of: "/proc/\(pid)/maps").contains("libcurl"))
    #expect(try beat.ctl("trigger", "ask", "--wait").code == 0)
    #expect(contents(of: "/proc/\(pid)/maps").contains("libcurl"))
  }

  @Test func `a request under way is broken off when the daemon is told twice to end`() throws {
    let server = try ScriptedServer([])
    let beat = try Beat()
    try beat.write("a.toml", "[jobs.ask]\nhttp = \"\(server.url)\"\n")
    try beat.start()
    try beat.ctl("trigger", "ask")
    server.waitForRequest()
    beat.daemon?.send(SIGTERM)
    try beat.waitForNotice("STOPPING=1")
    #expect(beat.stop(SIGTERM) == 0)
    try beat.start()
    #expect(try beat.history("ask").map(\.state) == ["failed"])
    #expect(try beat.history("ask").map(\.error) == ["stopped"])
  }
}
