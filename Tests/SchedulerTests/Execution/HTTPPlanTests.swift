// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

@Suite struct HTTPPlanTests {
  private func plan(
    job timeout: TimeSpan? = nil, _ change: (inout HTTPRequest) -> Void = { _ in }
  ) throws -> HTTPPlan {
    var request = try #require(HTTPRequest(url: "https://example.org/"))
    change(&request)
    let order = order(.http(Shared(request))) { $0.timeout = timeout }
    return HTTPPlan(order, request, agent: "beat/1")
  }

  @Test func `the shorter of the job's and the request's time holds, and five minutes without`()
    throws
  {
    #expect(try plan().timeout == .minutes(5))
    #expect(try plan(job: .hours(1)).timeout == .hours(1))
    #expect(try plan(job: .hours(1)) { $0.timeout = .seconds(3) }.timeout == .seconds(3))
    #expect(try plan(job: .seconds(2)) { $0.timeout = .seconds(3) }.timeout == .seconds(2))
    #expect(try plan(job: TimeSpan(milliseconds: .max)).timeout.milliseconds == Int64(Int32.max))
    #expect(try plan().connectTimeout == .seconds(10))
  }

  @Test func `a body makes it a POST, and nothing is sent that the job did not ask for`() throws {
    let post = try plan { $0.body = "x" }
    #expect(post.method == .post)
    #expect(post.lines.suffix(2) == ["Expect:", "Content-Type:"])
    let typed = try plan {
      $0.body = "x"
      $0.headers = [HTTPRequest.Header(name: "content-type", value: "text/plain")!]
    }
    #expect(typed.lines.first == "content-type: text/plain")
    #expect(typed.lines.last == "Expect:")
    #expect(try plan().method == .get)
  }

  @Test func `a job's name goes into a header whatever its letters`() throws {
    let order = AttemptOrder(
      run: RunID(7), runText: "t-7", job: try #require(JobName("nächte/100%")), attempt: 2,
      scheduledFor: .epoch, trigger: .replay, work: .command("", input: nil),
      options: Shared(JobOptions()), zone: .utc)
    let headers = HTTPPlan.identity(of: order)
    #expect(headers.map(\.name).contains("Idempotency-Key"))
    #expect(headers.first { $0.name == "Beat-Job" }?.value == "n%C3%A4chte/100%25")
    #expect(headers.first { $0.name == "Beat-Trigger" }?.value == "replay")
    #expect(headers.first { $0.name == "Beat-Attempt" }?.value == "2")
  }

  @Test(arguments: [
    ("Host", "a"), ("content-length", "1"), ("Beat-Job", "x"), ("A B", "x"), ("A:", "x"),
    ("", "x"), ("A", "x\r\nB: c"), ("A", "x\u{0}"),
  ])
  func `a header that could be taken for another is none`(name: String, value: String) {
    #expect(HTTPRequest.Header(name: name, value: value) == nil)
  }

  @Test(arguments: ["ftp://a/", "http://u:p@a/", "a", "http://a/\n"])
  func `a request to no HTTP URL is none`(url: String) {
    #expect(HTTPRequest(url: url) == nil)
  }
}
