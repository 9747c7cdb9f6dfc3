// SPDX-License-Identifier: Apache-2.0

public import CronParser
public import Scheduler

/// An instant by its RFC 3339 text.
public func at(_ text: String) -> Instant {
  guard let instant = Instant(rfc3339: text) else { preconditionFailure("no instant: \(text)") }
  return instant
}

/// A name that is known to be good.
public func named(_ text: String) -> JobName {
  guard let name = JobName(text) else { preconditionFailure("no job name: \(text)") }
  return name
}

extension Job {
  /// A job of a cron expression or macro, in UTC, that runs a process.
  public static func cron(
    _ job: String, _ expression: String, in zone: Zone = .utc,
    _ change: (inout JobOptions) -> Void = { _ in }
  ) throws -> Job {
    let schedule = try Schedule(crontab: expression)
    return .of(job, schedule, in: zone, text: expression, change)
  }

  /// A job of any schedule, that runs a process.
  public static func of(
    _ job: String, _ schedule: Schedule, in zone: Zone = .utc, text: String = "test",
    work: Work = .exec(["true"], input: nil), _ change: (inout JobOptions) -> Void = { _ in }
  ) -> Job {
    var options = JobOptions()
    change(&options)
    return Job(
      name: named(job), times: FireTimes(schedule, in: zone), scheduleText: text, work: work,
      options: Shared(options))
  }
}

extension RetryPolicy {
  /// Retries whose delay is the same each time.
  public static func every(_ delay: TimeSpan, atMost maximum: Int) -> RetryPolicy {
    var policy = RetryPolicy(maximum: maximum)
    policy.backoff = .constant
    policy.base = delay
    policy.jitter = .none
    return policy
  }
}
