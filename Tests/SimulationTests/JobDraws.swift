// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support

/// Jobs drawn for one world, which begins hours before a zone's clock changes.
struct JobDraws {
  let start: Instant
  private let zones: [Zone]
  private let knobs: Knobs

  /// The queues that there are, and their limits.
  static let queues: [String: Int?] = ["one": 1, "three": 3]

  init(_ generator: inout SeededGenerator, _ knobs: Knobs) throws {
    let nights = [
      ("America/New_York", "2026-03-07T20:00:00Z"), ("America/New_York", "2026-10-31T20:00:00Z"),
      ("Europe/Berlin", "2026-03-28T14:00:00Z"), ("Europe/Berlin", "2026-10-24T14:00:00Z"),
      ("Australia/Lord_Howe", "2026-04-04T06:00:00Z"),
      ("Australia/Lord_Howe", "2026-10-03T06:00:00Z"), ("UTC", "2026-03-10T12:00:00Z"),
    ]
    let night = generator.pick(nights)
    let directory = ZoneDirectory()
    zones = [
      try directory.zone(named: night.0), try directory.zone(named: night.0),
      try directory.zone(named: "Asia/Kolkata"),
    ]
    start = at(night.1)
    self.knobs = knobs
  }

  /// The job at a place; it may follow jobs at places before it.
  func job(at place: Int, _ g: inout SeededGenerator) -> Job {
    let follows = knobs.chains && place > 0 && g.chance(40)
    let schedule: Schedule =
      if follows {
        .manual
      } else {
        switch g.pick([0, 0, 0, 0, 1, 2]) {
        case 0: namedSchedule(&g)
        case 1: .everyAfter(period(&g), firstNow: g.chance(20))
        default: .reboot
        }
      }
    var options = JobOptions()
    options.overlap = g.pick(OverlapPolicy.allCases)
    options.onLost = g.pick(LostPolicy.allCases)
    draw(&options, &g, at: place)
    var rare = options.rare?.value ?? RareOptions()
    if follows { rare.after = named("job\(Int.random(in: 0..<place, using: &g))") }
    if knobs.queues { rare.queue = g.pick([nil, "one", "three"]) }
    if rare != RareOptions() { options.rare = Shared(rare) }
    let work: Work =
      g.chance(70) ? .exec(["true"], input: nil) : .task(name: "handler", payload: "{}")
    return .of("job\(place)", schedule, in: g.pick(zones), work: work) { $0 = options }
  }

  /// The same job with another schedule or other policies.
  ///
  /// What would move runs between limits, or make a promise of a run depend on when it was made,
  /// stays: the overlap policy, `on-lost`, the queue, the kind of work.
  func edited(_ job: Job, _ g: inout SeededGenerator) -> Job {
    let keeps = !job.namesInstants || g.chance(40)
    let old = job.options.value
    return .of(
      job.name.text, keeps ? job.times.schedule : namedSchedule(&g),
      in: g.chance(50) ? job.times.zone : g.pick(zones), work: job.work
    ) {
      draw(&$0, &g, at: Int(job.name.text.dropFirst(3).prefix(1)) ?? 0)
      $0.overlap = old.overlap
      $0.onLost = old.onLost
      $0.enabled = g.chance(80)
      var rare = $0.rare?.value ?? RareOptions()
      rare.after = old.rare?.value.after
      rare.queue = old.rare?.value.queue
      if rare != RareOptions() { $0.rare = Shared(rare) }
    }
  }

  private func period(_ g: inout SeededGenerator) -> TimeSpan {
    knobs.year1970
      ? .hours(Int64.random(in: 6...48, using: &g))
      : .seconds(Int64.random(in: 20...1_800, using: &g))
  }

  private func namedSchedule(_ g: inout SeededGenerator) -> Schedule {
    let often = [
      "*/7 * * * *", "30 2 * * *", "15 1 * * *", "0 */2 * * *", "*/20 1-3 * * *", "0 0 * * *",
      "10 2,3 * * *", "*/10 2 * * *", "0 30 1 * * *", "*/30 * * * *",
    ]
    let expressions = knobs.year1970 ? ["30 2 * * *", "0 0 * * *", "10 2,3 * * *"] : often
    switch g.pick([0, 0, 1, 1, 2]) {
    case 0: return (try? Schedule(crontab: g.pick(expressions))) ?? .manual
    case 1:
      return .every(
        IntervalSchedule(
          period: period(&g),
          anchor: Instant(milliseconds: Int64.random(in: 0...100_000, using: &g))))
    default:
      let instants = (0..<20).map { _ in
        start + .seconds(Int64.random(in: 0...300_000, using: &g))
      }
      return Schedule.at(unordered: instants) ?? .manual
    }
  }

  private func draw(
    _ options: inout JobOptions, _ g: inout SeededGenerator, at place: Int
  ) {
    options.catchUp = g.pick(CatchUpPolicy.allCases)
    options.catchUpLimit = g.pick([1, 3, 40])
    options.retries = RetryPolicy(maximum: g.pick([0, 0, 1, 4]))
    if g.chance(30) { options.deadline = .seconds(Int64.random(in: 0...600, using: &g)) }
    if g.chance(30) { options.maximumOverlap = Int.random(in: 1...3, using: &g) }
    options.priority = Int.random(in: 0...9, using: &g)
    var rare = RareOptions()
    if knobs.jitter, g.chance(50) { rare.jitter = .seconds(Int64.random(in: 1...900, using: &g)) }
    if knobs.hooks {
      // Only jobs after it: chains and notices together must not go round.
      let told = NoticeTarget.job(named("job\(Int.random(in: (place + 1)...6, using: &g))"))
      if g.chance(40) { rare.onFailure = [told] }
      if g.chance(40) { rare.onRecovery = [told] }
      if g.chance(20) { rare.onMissed = [told] }
      if g.chance(20) { rare.onSuccess = [told] }
      if g.chance(20) { rare.expectWithin = .seconds(Int64.random(in: 60...9_000, using: &g)) }
    }
    if knobs.failures, g.chance(20) { rare.pauseAfter = Int.random(in: 1...3, using: &g) }
    if rare != RareOptions() { options.rare = Shared(rare) }
  }
}

extension Job {
  var isEnabled: Bool { options.value.enabled }

  var rare: RareOptions? { options.value.rare?.value }

  /// True where the schedule says its instants beforehand.
  var namesInstants: Bool {
    switch times.schedule {
    case .cron, .every, .at: true
    case .everyAfter, .reboot, .manual: false
    }
  }

  var isFixedDelay: Bool {
    if case .everyAfter = times.schedule { true } else { false }
  }

  /// The same job under another name, whose history it takes.
  func renamed(to name: JobName) -> Job {
    var options = options.value
    var rare = options.rare?.value ?? RareOptions()
    rare.was = self.name
    options.rare = Shared(rare)
    return Job(
      name: name, times: times, scheduleText: scheduleText, work: work, options: Shared(options))
  }

  /// The same job without a schedule: what is open can finish.
  var withoutSchedule: Job {
    Job(
      name: name, times: FireTimes(.manual, in: times.zone), scheduleText: "none", work: work,
      options: options)
  }

  /// The way from an instant that the schedule names to the next, or a minute.
  func interval(at instant: Instant) -> TimeSpan {
    switch times.schedule {
    case .everyAfter(let period, _): period
    default: times.next(after: instant).map { $0 - instant } ?? .seconds(60)
    }
  }
}
