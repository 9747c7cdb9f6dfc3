// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support

/// A definition that stood from one instant to another.
struct DefinitionSpan {
  private let job: Job
  private let after: Instant
  var through: Instant?

  init(_ job: Job, after: Instant) {
    self.job = job
    self.after = after
  }

  /// What it named meanwhile; nothing before it has ended.
  var instants: [Instant] {
    guard let through else { return [] }
    var instants: [Instant] = []
    var last = after
    while let next = job.times.next(after: last), next <= through {
      instants.append(next)
      last = next
    }
    return instants
  }
}

extension Job {
  var isEnabled: Bool { options.value.enabled }

  /// True where the schedule says its instants beforehand.
  var namesInstants: Bool {
    switch times.schedule {
    case .cron, .every, .at: true
    case .everyAfter, .reboot, .manual: false
    }
  }
}

/// Jobs drawn for one world, which begins hours before a zone's clock changes.
struct JobDraws {
  let start: Instant
  private let zone: Zone

  init(_ generator: inout SeededGenerator) throws {
    let nights = [
      ("America/New_York", "2026-03-07T20:00:00Z"), ("America/New_York", "2026-10-31T20:00:00Z"),
      ("Europe/Berlin", "2026-03-28T14:00:00Z"), ("Europe/Berlin", "2026-10-24T14:00:00Z"),
      ("Australia/Lord_Howe", "2026-04-04T06:00:00Z"),
      ("Australia/Lord_Howe", "2026-10-03T06:00:00Z"), ("UTC", "2026-03-10T12:00:00Z"),
    ]
    let night = generator.pick(nights)
    zone = try ZoneDirectory().zone(named: night.0)
    start = at(night.1)
  }

  func job(_ name: String, _ generator: inout SeededGenerator) -> Job {
    let schedule: Schedule =
      switch generator.pick([0, 0, 1, 2]) {
      case 0: named(&generator)
      case 1: .everyAfter(.seconds(Int64.random(in: 20...900, using: &generator)), firstNow: false)
      default: .reboot
      }
    return .of(name, schedule, in: zone) { Self.draw(&$0, &generator) }
  }

  /// A job of the same name and overlap policy, with another schedule or other policies.
  func edited(_ job: Job, _ generator: inout SeededGenerator) -> Job {
    let overlap = job.options.value.overlap
    let keeps = !job.namesInstants || generator.chance(50)
    return .of(job.name.text, keeps ? job.times.schedule : named(&generator), in: zone) {
      Self.draw(&$0, &generator)
      $0.overlap = overlap
      $0.enabled = generator.chance(85)
    }
  }

  /// The same job, switched off, so that what is open can finish.
  static func stopped(_ job: Job) -> Job {
    var options = job.options.value
    options.enabled = false
    return Job(
      name: job.name, times: job.times, scheduleText: job.scheduleText, work: job.work,
      options: Shared(options))
  }

  private func named(_ generator: inout SeededGenerator) -> Schedule {
    let expressions = [
      "*/7 * * * *", "30 2 * * *", "15 1 * * *", "0 */2 * * *", "*/20 1-3 * * *", "0 0 * * *",
      "10 2,3 * * *", "*/10 2 * * *", "0 30 1 * * *",
    ]
    switch generator.pick([0, 0, 1, 1, 2]) {
    case 0:
      if let schedule = try? Schedule(crontab: generator.pick(expressions)) { return schedule }
      return .manual
    case 1:
      return .every(
        IntervalSchedule(
          period: .seconds(Int64.random(in: 20...900, using: &generator)),
          anchor: Instant(milliseconds: Int64.random(in: 0...100_000, using: &generator))))
    default:
      let instants = (0..<20).map { _ in
        start + .seconds(Int64.random(in: 0...300_000, using: &generator))
      }
      return Schedule.at(unordered: instants) ?? .manual
    }
  }

  private static func draw(_ options: inout JobOptions, _ generator: inout SeededGenerator) {
    options.overlap = generator.pick(OverlapPolicy.allCases)
    options.catchUp = generator.pick(CatchUpPolicy.allCases)
    options.catchUpLimit = generator.pick([1, 3, 1_000])
    options.onLost = generator.pick(LostPolicy.allCases)
    options.retries = RetryPolicy(maximum: generator.pick([0, 0, 1, 4]))
    if generator.chance(30) {
      options.deadline = .seconds(Int64.random(in: 0...600, using: &generator))
    }
    if generator.chance(30) { options.maximumOverlap = Int.random(in: 1...3, using: &generator) }
  }
}
