// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// Jobs of job files whose work is `http`.
@Suite struct RequestJobTests {
  private func job(_ lines: String) throws -> Job {
    let result = FilesFixture.load(FilesFixture.jobFile("[jobs.j]\n" + lines))
    #expect(result.diagnostics.isEmpty, "\(FilesFixture.rendered(result))")
    return try #require(result.jobs.first)
  }

  private func request(_ value: String) throws -> HTTPRequest {
    guard case .http(let request) = try job("http = \(value)").work else {
      throw JobError.noRequest
    }
    return request.value
  }

  private enum JobError: Error { case noRequest }

  @Test func `a URL alone is asked with GET, for any 2xx`() throws {
    let request = try request("\"https://example.org/a?b\"")
    #expect(request == HTTPRequest(url: "https://example.org/a?b"))
    #expect(request.sentMethod == .get)
    #expect(request.expected == [200...299])
  }

  @Test func `a table says the rest`() throws {
    let request = try request(
      """
      { url = "http://a/", method = "PATCH", headers = { X = "y", Accept = "z" }, body = "b", \
      expected = [204, "3xx"], timeout = "5s", connect-timeout = "1s", redirects = "any", \
      link-local = true }
      """)
    var wanted = try #require(HTTPRequest(url: "http://a/"))
    wanted.method = .patch
    wanted.headers = [
      HTTPRequest.Header(name: "Accept", value: "z")!, HTTPRequest.Header(name: "X", value: "y")!,
    ]
    wanted.body = "b"
    wanted.expected = [204...204, 300...399]
    wanted.timeout = .seconds(5)
    wanted.connectTimeout = .seconds(1)
    wanted.redirects = .any
    wanted.allowsLinkLocal = true
    var got = request
    got.headers.sort { $0.name < $1.name }
    #expect(got == wanted)
  }

  @Test func `a request is retried three times, unless the file says otherwise`() throws {
    #expect(try job("http = \"http://a/\"").options.value.retries.maximum == 3)
    #expect(try job("http = \"http://a/\"\nretries = 0").options.value.retries.maximum == 0)
    #expect(try job("http = \"http://a/\"").options.value.onLost == .fail)
  }

  @Test(arguments: [
    ("{ method = \"GET\" }", "`http` has no URL"),
    ("{ url = \"http://a/\", method = \"get\" }", "`method` cannot be \"get\""),
    ("{ url = \"http://a/\", method = \"HEAD\", body = \"x\" }", "a HEAD request sends no body"),
    ("{ url = \"http://a/\", redirects = \"all\" }", "`redirects` cannot be \"all\""),
    ("{ url = \"http://a/\", connect-timeout = 5 }", "the duration 5 has no unit"),
    ("{ url = \"http://a/\", link-local = 1 }", "`link-local` cannot be the integer 1"),
    ("{ url = \"http://a/\", expected = [] }", "no status counts as success"),
  ])
  func `a mistake in a request is told`(value: String, message: String) {
    let result = FilesFixture.load(FilesFixture.jobFile("[jobs.j]\nhttp = \(value)"))
    #expect(result.diagnostics.map(\.message) == [message])
    #expect(result.jobs.isEmpty)
  }

  @Test func `an option about processes is warned of`() throws {
    let file = FilesFixture.jobFile(
      "[jobs.j]\nhttp = \"http://a/\"\nsuccess = [0, 1]\numask = \"027\"\n")
    let warned = FilesFixture.load(file, warnings: true)
    #expect(warned.diagnostics.map(\.severity) == [.warning, .warning])
    #expect(Set(warned.diagnostics.map(\.line)) == [3, 4])
    #expect(warned.jobs.count == 1)
    #expect(FilesFixture.load(file).diagnostics.isEmpty)
  }

  @Test func `a misspelt key and a bad URL are told at once`() {
    let result = FilesFixture.load(
      FilesFixture.jobFile("[jobs.j]\nhttp = { url = \"ftp://a/\", headrs = { A = \"b\" } }"))
    #expect(result.diagnostics.count == 2)
    #expect(result.diagnostics.compactMap(\.suggestion) == ["headers"])
  }
}
