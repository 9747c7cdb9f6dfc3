// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

/// What follows an HTTP answer.
@Suite struct HTTPRetryTests {
  private func history(
    _ outcome: AttemptOutcome, causes: [FailureCause]? = nil, cap: TimeSpan = .hours(1)
  ) throws -> (lines: [String], run: Run) {
    let request = try #require(HTTPRequest(url: "http://a/"))
    let job = Job.of(
      "j", try Schedule(crontab: "0 * * * *"), work: .http(Shared(request))
    ) {
      $0.retries = .every(.seconds(10), atMost: 2)
      $0.retries.causes = causes
      $0.retries.cap = cap
    }
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { order in
      SimulatedWork(order.attempt == 1 ? outcome : .returned("{\"http_status\":200}"))
    }
    try scheduler.advance(by: .minutes(100))
    return (try scheduler.lines(), try #require(try scheduler.newestRun()))
  }

  @Test(arguments: [408, 425, 429, 500, 502, 503, 504, 599])
  func `a status that may pass is followed by another attempt`(status: Int) throws {
    let (lines, run) = try history(.answered(status: status, retryAfter: nil))
    #expect(lines == ["13:00:00 completed a2"])
    #expect(run.startedAt == at("2026-03-10T13:00:10Z"))
    #expect(run.result == "{\"http_status\":200}")
  }

  @Test(arguments: [100, 204, 301, 400, 401, 403, 404, 409, 410, 499])
  func `any other status is a dead letter at once`(status: Int) throws {
    let (lines, run) = try history(.answered(status: status, retryAfter: .seconds(1)))
    #expect(lines == ["13:00:00 failed a1"])
    #expect(run.error?.hasPrefix("HTTP \(status)") == true)
    #expect(run.result == "{\"http_status\":\(status)}")
  }

  @Test func `no answer is followed by another attempt`() throws {
    #expect(try history(.unanswered("gone")).lines == ["13:00:00 completed a2"])
    #expect(try history(.timedOut(exitCode: nil, signal: nil)).lines == ["13:00:00 completed a2"])
    #expect(try history(.unanswered("gone"), causes: [.error]).lines == ["13:00:00 completed a2"])
    #expect(try history(.unanswered("gone"), causes: [.timeout]).lines == ["13:00:00 failed a1"])
  }

  @Test func `the policy may name statuses`() throws {
    let missing = AttemptOutcome.answered(status: 404, retryAfter: nil)
    let busy = AttemptOutcome.answered(status: 503, retryAfter: nil)
    let only404 = [FailureCause.httpStatus(from: 404, through: 404)]
    #expect(try history(missing, causes: only404).lines == ["13:00:00 completed a2"])
    #expect(try history(busy, causes: only404).lines == ["13:00:00 failed a1"])
    let all4xx = [FailureCause.httpStatus(from: 400, through: 499)]
    #expect(try history(missing, causes: all4xx).lines == ["13:00:00 completed a2"])
  }

  @Test func `Retry-After is obeyed, up to the policy's cap`() throws {
    let busy = AttemptOutcome.answered(status: 503, retryAfter: .minutes(20))
    #expect(try history(busy).run.startedAt == at("2026-03-10T13:20:00Z"))
    #expect(try history(busy, cap: .minutes(5)).run.startedAt == at("2026-03-10T13:05:00Z"))
  }

  @Test func `a job that sends a request takes no payload`() throws {
    let request = try #require(HTTPRequest(url: "http://a/"))
    let job = Job.of("j", .manual, work: .http(Shared(request)))
    let scheduler = try ManualScheduler(at: noon, jobs: [job]) { _ in SimulatedWork() }
    let reply = try scheduler.perform(.trigger(named("j"), payload: "{}", force: false))
    guard case .refused(let why) = reply else {
      Issue.record("\(reply)")
      return
    }
    #expect(why == "job j sends a request, which takes no payload")
  }
}
