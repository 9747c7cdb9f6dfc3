// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// What a server is sent by a job, without sending it: the plan that the execution makes.
public struct HTTPPreview: Hashable, Sendable {
  /// The method.
  public let method: HTTPRequest.Method
  /// The URL.
  public let url: String
  /// The job's headers and those that say which attempt it is; ``ProcessPreview/runPlaceholder``
  /// stands for what each run has of its own.
  public let headers: [HTTPRequest.Header]
  /// What is sent.
  public let body: String?

  /// What the first attempt at an instant would send, by a daemon that calls itself `agent`; nil
  /// where the job's work is no request.
  public init?(_ job: Job, at instant: Instant, agent: String) {
    guard case .http(let request) = job.work else { return nil }
    let order = AttemptOrder(
      run: RunID(1), runText: ProcessPreview.runPlaceholder, job: job.name, attempt: 1,
      scheduledFor: instant, trigger: .schedule, work: job.work, options: job.options,
      zone: job.times.zone)
    let plan = HTTPPlan(order, request.value, agent: agent)
    method = plan.method
    url = plan.url
    headers = plan.headers
    body = plan.body
  }
}
