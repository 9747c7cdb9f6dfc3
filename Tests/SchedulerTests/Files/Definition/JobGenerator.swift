// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Support

/// Jobs of all that a schedule file can say, the same for the same seed.
struct JobGenerator {
  private var random: SeededGenerator
  private let zones: [Zone]

  init(seed: UInt64, zones: ZoneDirectory) throws {
    random = SeededGenerator(seed: seed)
    self.zones = try ["UTC", "Europe/Berlin", "America/New_York"].map { try zones.zone(named: $0) }
  }

  mutating func next() throws -> Job {
    let name = named(
      random.pick(["backup", "app/pg-dump-app", "ä\"ö\\", "a.b=c#d", "job'", "日本"])
        + "\(Int.random(in: 0..<100, using: &random))")
    var options = options()
    let (schedule, text) = try schedule(of: name, after: options.rare?.value.after)
    let starts = random.chance(20) ? instant() : nil
    let times = FireTimes(
      schedule, in: random.pick(zones), starts: starts,
      ends: random.chance(20) ? instant() : nil, daylight: daylight())
    if random.chance(20) { options = JobOptions() }
    return Job(
      name: name, times: times, scheduleText: text, work: work(), options: Shared(options),
      source: random.chance(80) ? SourceLocation(file: string(), line: number(0...9_999)) : nil)
  }

  // MARK: Values

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    .random(in: range, using: &random)
  }

  private mutating func span() -> TimeSpan {
    let bits = number(0...41)
    return TimeSpan(milliseconds: Int64.random(in: 1...max(1, 1 << Int64(bits)), using: &random))
  }

  private mutating func instant() -> Instant {
    Instant(
      milliseconds: .random(
        in: Instant.earliest.milliseconds...Instant.latest.milliseconds, using: &random))
  }

  /// Text with all that a TOML string must escape.
  private mutating func string() -> String {
    let parts = [
      "a", "b c", "\"", "\\", "\n", "\r\n", "\t", "\u{1}", "\u{1F}", "\u{7F}", "é", "日", "\u{85}",
      "\u{2028}", "#", "=", "'''", "%", "\\u0041", "𝄞", "\u{FEFF}", "e\u{301}", " ",
    ]
    return (0..<number(1...8)).map { _ in random.pick(parts) }.joined()
  }

  private mutating func strings() -> [String] { (0...number(0...3)).map { _ in string() } }

  private mutating func perhaps<Value>(
    _ place: inout Value, _ make: (inout JobGenerator) -> Value
  ) {
    if random.chance(50) { place = make(&self) }
  }

  // MARK: Parts

  private mutating func schedule(of name: JobName, after: JobName?) throws -> (Schedule, String) {
    switch number(0...7) {
    case 0, 1:
      let text = random.pick([
        "0 2 * * *", "*/5 * * * *", "@daily", " @Weekly", "30  4\t1,15 * 5", "0 0 L * ?",
        "*/10 * * * * *", "0 0 9 ? * FRI#2 2027-2030", "0 0 LW,15W * *", "0 0 * * 5L", "@reboot",
        "@every 90s", "@every 1h30m", "0 0 0 * * * *",
      ])
      return (try Schedule(crontab: text), text)
    case 2:
      let text = random.pick(["H H * * *", "~ 0~3 * * *", "H/15 * L * *", "H H H * * * 2030"])
      let machine = "machine \(number(0...9))"
      let seed = SpreadSeed(jobName: name.text, machineID: machine)
      return (try Schedule(crontab: text, spread: seed), text)
    case 3:
      let period = span()
      let anchor = random.chance(50) ? instant() : .epoch
      let interval = IntervalSchedule(
        period: period, anchor: anchor, firstNow: random.chance(50))
      return (.every(interval), "every \(period.text)")
    case 4:
      let delay = span()
      return (.everyAfter(delay, firstNow: random.chance(50)), "every-after \(delay.text)")
    case 5:
      let instants = (0...number(0...5)).map { _ in instant() }.sorted()
      return (.at(instants), "at \(instants[0].rfc3339)")
    case 6: return (try Schedule(crontab: "5 4 * * *"), string())
    default: return (.manual, after.map { "after \($0)" } ?? "manual")
    }
  }

  private mutating func daylight() -> DaylightRule {
    guard random.chance(30) else { return .cron }
    let gap = random.chance(50) ? random.pick(DaylightRule.Gap.allCases) : nil
    return .chosen(gap: gap, fold: random.pick(DaylightRule.Fold.allCases))
  }

  private mutating func work() -> Work {
    let input = random.chance(30) ? string() : nil
    switch number(0...3) {
    case 3: return .http(Shared(request()))
    case 0: return .command(string(), input: input)
    case 1: return .exec(["true"] + strings(), input: input)
    default:
      return .task(name: string(), payload: random.pick(["{}", "{\"a\":[1, 2.5,null]}", "{ }"]))
    }
  }

  private mutating func request() -> HTTPRequest {
    guard var request = HTTPRequest(url: "https://example.org/a?b=c%22#d") else {
      preconditionFailure("the URL is good")
    }
    perhaps(&request.method) { $0.random.pick([.get, .put, .delete]) }
    perhaps(&request.body) { $0.string() }
    perhaps(&request.headers) { _ in
      [HTTPRequest.Header(name: "X-A", value: "b \"c\" \t\\")].compactMap(\.self)
    }
    perhaps(&request.expected) { $0.random.pick([[204...204], [200...299, 404...404]]) }
    perhaps(&request.timeout) { $0.span() }
    perhaps(&request.connectTimeout) { $0.span() }
    perhaps(&request.redirects) { $0.random.pick(HTTPRequest.Redirects.allCases) }
    perhaps(&request.allowsLinkLocal) { $0.random.chance(50) }
    return request
  }

  private mutating func options() -> JobOptions {
    var options = JobOptions()
    perhaps(&options.description) { $0.string() }
    perhaps(&options.enabled) { $0.random.chance(50) }
    perhaps(&options.timeout) { $0.span() }
    perhaps(&options.grace) { $0.random.chance(20) ? .zero : $0.span() }
    perhaps(&options.retries) { $0.retries() }
    perhaps(&options.success) { $0.codes() }
    perhaps(&options.onLost) { $0.random.pick(LostPolicy.allCases) }
    perhaps(&options.overlap) { $0.random.pick(OverlapPolicy.allCases) }
    perhaps(&options.maximumOverlap) { $0.number(1...10_000) }
    perhaps(&options.catchUp) { $0.random.pick(CatchUpPolicy.allCases) }
    perhaps(&options.catchUpLimit) { $0.number(1...100_000) }
    perhaps(&options.deadline) { $0.span() }
    perhaps(&options.priority) { $0.number(0...9) }
    perhaps(&options.surroundings.shell) { $0.random.pick(["/bin/bash", "", "sh", "a b"]) }
    perhaps(&options.surroundings.directory) { $0.string() }
    perhaps(&options.surroundings.environment) { random in
      random.strings().map { EnvironmentVariable(name: "A\($0.count) b", value: $0) }
    }
    let rare = rare()
    if rare != RareOptions(), random.chance(70) { options.rare = Shared(rare) }
    return options
  }

  private mutating func codes() -> Set<Int32> {
    Set((0...number(0...4)).map { _ in Int32(number(0...255)) })
  }

  private mutating func retries() -> RetryPolicy {
    var policy = RetryPolicy(maximum: number(0...10_000))
    guard random.chance(70) else { return policy }
    policy.backoff = random.pick(RetryPolicy.Backoff.allCases)
    policy.jitter = random.pick(RetryPolicy.Jitter.allCases)
    perhaps(&policy.base) { $0.span() }
    perhaps(&policy.cap) { $0.span() }
    let causes: [FailureCause] = [
      .exitCode(75), .exitCode(0), .exitCode(255), .signal(nil), .signal(15), .signal(31),
      .timeout, .error, .httpStatus(from: 429, through: 429), .httpStatus(from: 300, through: 399),
      .httpStatus(from: 500, through: 599),
    ]
    if random.chance(50) { policy.causes = (0...number(0...5)).map { _ in random.pick(causes) } }
    return policy
  }

  private mutating func rare() -> RareOptions {
    var rare = RareOptions()
    perhaps(&rare.after) { $0.random.pick([named("fetch"), named("\"x\"")]) }
    perhaps(&rare.was) { _ in named("old/name") }
    perhaps(&rare.jitter) { $0.span() }
    perhaps(&rare.isQuiet) { $0.random.chance(50) }
    perhaps(&rare.mailsOnlyFailures) { $0.random.chance(50) }
    perhaps(&rare.user) { $0.random.pick(["postgres", "www-data", "DOM\\user"]) }
    perhaps(&rare.environmentFile) { $0.string() }
    perhaps(&rare.fileMask) { UInt32($0.number(0...0o777)) }
    perhaps(&rare.niceness) { Int32($0.number(-20...19)) }
    perhaps(&rare.limits) { $0.limits() }
    perhaps(&rare.inherited) { $0.random.pick(Self.inherited) }
    perhaps(&rare.onStop) { $0.random.pick(StopPolicy.allCases) }
    perhaps(&rare.queue) { _ in "slow.1" }
    perhaps(&rare.keep) { random in
      var keep = KeepPolicy()
      random.perhaps(&keep.runs) { $0.number(0...1_000_000) }
      random.perhaps(&keep.age) { $0.random.chance(20) ? .zero : $0.span() }
      return keep
    }
    perhaps(&rare.pauseAfter) { $0.number(1...10_000) }
    perhaps(&rare.expectWithin) { $0.span() }
    perhaps(&rare.ping) { _ in "https://example.org/ping?a=b" }
    perhaps(&rare.onFailure) { $0.targets() }
    perhaps(&rare.onRecovery) { $0.targets() }
    perhaps(&rare.onSuccess) { $0.targets() }
    perhaps(&rare.onMissed) { $0.targets() }
    return rare
  }

  private static let inherited: [InheritedEnvironment] = [
    .none, .all, .names([]), .names(["A", "é b"]),
  ]

  private mutating func limits() -> ProcessLimits {
    var limits = ProcessLimits()
    perhaps(&limits.cpu) { $0.span() }
    perhaps(&limits.memory) { _ in .max }
    perhaps(&limits.fileSize) { _ in 0 }
    perhaps(&limits.core) { Int64($0.number(0...1_000)) }
    perhaps(&limits.openFiles) { Int64($0.number(0...1_048_576)) }
    perhaps(&limits.processes) { Int64($0.number(0...4_194_304)) }
    return limits
  }

  private mutating func targets() -> [NoticeTarget] {
    let targets: [NoticeTarget] = [
      .webhook("https://example.org/x"), .mail("ops@example.org"), .mail("root"),
      .job(named("cleanup")), .job(named("\"ö\"")),
    ]
    return (0...number(0...2)).map { _ in random.pick(targets) }
  }
}
