// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import Testing

@testable import beatd

@Suite struct RouterTests {
  private static let router = {
    var router = Router()
    router.on(.jobs) { _ in text("jobs") }
    router.on(.job) { request in text("job \(request.parameters)") }
    router.on(.trigger) { request in
      let message = try APICoder.decodeRequest(TriggerRequest.self, from: request.body)
      return text("trigger \(request.parameters) \(message.force == true)")
    }
    router.on(.run) { request in throw Problem.noSuch("run: \(request.parameters[0])") }
    router.on(.reload) { _ in throw Unexpected() }
    return router
  }()

  private struct Unexpected: Error {}

  private static func text(_ text: String) -> HTTPResponse {
    HTTPResponse(status: 200, contentType: "text/plain", body: Array(text.utf8))
  }

  private func ask(_ method: String, _ target: String, body: String = "") async throws -> Reply {
    let request = HTTPRequest(
      method: method, target: try RequestTarget(parsing: target), body: Array(body.utf8),
      peer: .local(pid: 1, uid: 0, gid: 0))
    let response = await Self.router.answer(request)
    var reply = Reply("")
    reply.status = response.status
    reply.body = String(decoding: response.body, as: UTF8.self)
    for (name, value) in response.headers { reply.headers[name] = value }
    return reply
  }

  @Test func `a path finds its row and its parameters`() async throws {
    #expect(try await ask("GET", "/v1/jobs").body == "jobs")
    #expect(try await ask("GET", "/v1/jobs/a%2Fb").body == #"job ["a/b"]"#)
    #expect(try await ask("POST", "/v1/jobs/x/trigger").body == #"trigger ["x"] false"#)
    let forced = try await ask("POST", "/v1/jobs/x/trigger", body: #"{"force":true}"#)
    #expect(forced.body == #"trigger ["x"] true"#)
  }

  @Test func `a path that is not there is 404 and not a missing job`() async throws {
    let reply = try await ask("GET", "/v2/jobs")
    #expect(reply.status == 404)
    #expect(try !APICoder.decode(Problem.self, from: Array(reply.body.utf8)).isNoSuch)
  }

  @Test func `a method that is not there is 405 and the others are named`() async throws {
    let reply = try await ask("DELETE", "/v1/jobs")
    #expect(reply.status == 405)
    #expect(reply.headers["Allow"] == "GET")
  }

  @Test func `what a row throws is a problem`() async throws {
    let missing = try await ask("GET", "/v1/runs/7")
    #expect(missing.status == 404)
    #expect(try APICoder.decode(Problem.self, from: Array(missing.body.utf8)).isNoSuch)
    #expect(try await ask("POST", "/v1/reload").status == 500)
    #expect(try await ask("POST", "/v1/jobs/x/trigger", body: "[").status == 400)
    let unknown = try await ask("POST", "/v1/jobs/x/trigger", body: #"{"forse":true}"#)
    #expect(unknown.status == 400)
    #expect(unknown.body.contains("expected one of at, force, payload"))
  }
}
