// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

@Suite struct RedirectTests {
  private func plan(_ url: String, _ change: (inout HTTPRequest) -> Void = { _ in }) throws
    -> HTTPPlan
  {
    var request = try #require(HTTPRequest(url: url))
    change(&request)
    return HTTPPlan(order(.http(Shared(request))), request, agent: "beat")
  }

  @Test func `a redirect to the same host is followed, and its body is no output`() async throws {
    let server = LoopbackServer { connection in
      if connection.request.line.contains("/new") {
        connection.answer("200 OK", body: "there")
      } else {
        connection.answer("302 Found", "Location: /new?x", body: "elsewhere")
      }
    }
    let end = try await runRequest(server.url("/old"))
    #expect(end.outcome == .returned("{\"http_status\":200}"))
    #expect(end.text == "there")
    #expect(server.requests.map(\.line) == ["GET /old HTTP/1.1", "GET /new?x HTTP/1.1"])
  }

  @Test func `a circle of redirects ends`() async throws {
    let server = LoopbackServer { $0.answer("302 Found", "Location: /again") }
    let end = try await runRequest(server.url())
    #expect(
      end.outcome
        == .threwPermanently("HTTP 302 Found: the last of 6 redirects, and no more are followed"))
    #expect(server.requests.count == HTTPPlan.requestLimit)
  }

  @Test(arguments: [
    "file:///etc/passwd", "gopher://127.0.0.1/", "http://user@127.0.0.1/", "scp://127.0.0.1/x",
  ])
  func `a redirect to what cannot be asked is not followed`(target: String) async throws {
    let server = LoopbackServer { $0.answer("302 Found", "Location: \(target)") }
    for rule in [HTTPRequest.Redirects.sameHost, .any] {
      let end = try await runRequest(server.url()) { $0.redirects = rule }
      guard case .threwPermanently(let why) = end.outcome else {
        Issue.record("\(end.outcome)")
        continue
      }
      #expect(why.contains("cannot be asked") && why.contains(target), "\(why)")
    }
  }

  @Test func `a redirect to another host is followed only where the job says so`() async throws {
    let other = LoopbackServer { $0.answer("200 OK", body: "other") }
    let target = other.url()
    let server = LoopbackServer { $0.answer("307 Temporary", "Location: \(target)") }
    let refused = try await runRequest(server.url())
    guard case .threwPermanently(let why) = refused.outcome else {
      Issue.record("\(refused.outcome)")
      return
    }
    #expect(why.contains("another host"), "\(why)")
    let end = try await runRequest(server.url()) {
      $0.redirects = .any
      $0.headers = [
        HTTPRequest.Header(name: "Authorization", value: "Bearer secret")!,
        HTTPRequest.Header(name: "X-Api-Key", value: "secret")!,
        HTTPRequest.Header(name: "Accept", value: "text/plain")!,
      ]
    }
    #expect(end.outcome == .returned("{\"http_status\":200}"))
    #expect(server.requests.last?.header("Authorization") == "Bearer secret")
    let request = try #require(other.requests.first)
    #expect(!request.head.contains("secret"))
    #expect(request.header("Accept") == "text/plain")
    #expect(request.header("Beat-Run-Id") == "t-1")
  }

  @Test func `a redirect that is not to be followed is an answer`() async throws {
    let server = LoopbackServer { $0.answer("302 Found", "Location: /x", body: "moved") }
    let end = try await runRequest(server.url()) { $0.redirects = .never }
    #expect(end.outcome == .answered(status: 302, retryAfter: nil))
    #expect(end.text == "moved")
    let expected = try await runRequest(server.url()) { $0.expected = [302...302] }
    #expect(expected.outcome == .returned("{\"http_status\":302}"))
    let nowhere = LoopbackServer { $0.answer("302 Found") }
    #expect(
      try await runRequest(nowhere.url()).outcome == .answered(status: 302, retryAfter: nil))
  }

  @Test func `redirects share the time of the whole`() async throws {
    let server = LoopbackServer { connection in
      if connection.request.line.contains("/slow") { _ = connection.waitForClose() }
      connection.answer("302 Found", "Location: /slow")
    }
    let end = try await runRequest(server.url()) { $0.timeout = TimeSpan(milliseconds: 200) }
    #expect(end.outcome == .timedOut(exitCode: nil, signal: nil))
  }

  @Test(arguments: [
    (301, HTTPRequest.Method.post, HTTPRequest.Method.get), (302, .post, .get), (303, .post, .get),
    (303, .put, .get), (303, .head, .head), (301, .put, .put), (307, .post, .post),
    (308, .patch, .patch),
  ])
  func `the method of what follows is as RFC 9110 has it`(
    status: Int, method: HTTPRequest.Method, following: HTTPRequest.Method
  ) throws {
    let first = try plan("http://a/") {
      $0.method = method
      $0.body = "b"
      $0.headers = [HTTPRequest.Header(name: "Content-Type", value: "text/plain")!]
    }
    let next = try first.redirected(by: status, to: "http://a/b", .sameHost)
    #expect(next.method == following)
    #expect((next.body == nil) == (following == .get || method == .head))
    #expect(next.headers.contains { $0.name == "Content-Type" } == (following != .get))
  }

  @Test(arguments: [
    ("http://a/", "http://a:80/x", true), ("http://a/", "http://A/x", true),
    ("http://a/", "https://a/", true), ("https://a:443/", "https://a/", true),
    ("http://[::1]:8/", "http://[::1]:8/b", true), ("http://[::1]:8/", "http://[::1]/", false),
    ("http://a/", "http://a:81/", false), ("http://a:8080/", "https://a:8443/", false),
    ("http://a/", "http://b/", false), ("http://a/", "http://a.b/", false),
  ])
  func `the same host has the same name and port, or is its secure side`(
    from: String, to: String, isSame: Bool
  ) throws {
    let first = try #require(URLOrigin(from))
    let second = try #require(URLOrigin(to))
    #expect(first.leads(to: second) == isSame)
  }

  @Test func `nothing leads from https to http`() throws {
    let first = try plan("https://a/")
    #expect(throws: HTTPPlan.Refusal.self) {
      try first.redirected(by: 302, to: "http://a/", .any)
    }
  }
}
