// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A job's options, those that are not at their default.
extension DefinitionBytes {
  private static let usual = JobOptions()

  mutating func write(_ options: JobOptions) {
    let usual = Self.usual
    line("description", options.description)
    if !options.enabled { line("enabled", flag: false) }
    line("timeout", options.timeout)
    if options.grace != usual.grace { line("grace", options.grace) }
    line("deadline", options.deadline)
    if options.retries != usual.retries { write(options.retries) }
    if options.success != usual.success {
      line("success") { $0.list(options.success.sorted()) { $0.text("\($1)") } }
    }
    if options.onLost != usual.onLost { line("on-lost", options.onLost.rawValue) }
    if options.overlap != usual.overlap { line("overlap", options.overlap.rawValue) }
    line("max-overlap", options.maximumOverlap)
    if options.catchUp != usual.catchUp { line("catch-up", options.catchUp.rawValue) }
    if options.catchUpLimit != usual.catchUpLimit { line("catch-up-limit", options.catchUpLimit) }
    if options.priority != usual.priority { line("priority", options.priority) }
    write(options.surroundings)
  }

  private mutating func write(_ surroundings: Surroundings) {
    if surroundings.shell != Self.usual.surroundings.shell { line("shell", surroundings.shell) }
    line("directory", surroundings.directory)
    if !surroundings.environment.isEmpty {
      line("environment", strings: surroundings.environment.map { "\($0.name)=\($0.value)" })
    }
  }

  private mutating func write(_ policy: RetryPolicy) {
    if policy == RetryPolicy(maximum: policy.maximum) { return line("retries", policy.maximum) }
    var parts = [
      ("max", "\(policy.maximum)"), ("backoff", Self.quoted(policy.backoff.rawValue)),
      ("base", Self.quoted(policy.base.text)), ("cap", Self.quoted(policy.cap.text)),
      ("jitter", Self.quoted(policy.jitter.rawValue)),
    ]
    if let causes = policy.causes {
      parts.append(("on", "[" + causes.map(\.exactText).joined(separator: ", ") + "]"))
    }
    line("retries") { $0.table(parts) }
  }

  mutating func write(_ rare: RareOptions) {
    line("after", rare.after?.text)
    line("was", rare.was?.text)
    if rare.jitter != .zero { line("jitter", rare.jitter) }
    if rare.isQuiet { line("quiet", flag: true) }
    if rare.mailsOnlyFailures { line("mail", string: "failures") }
    line("user", rare.user)
    line("environment-file", rare.environmentFile)
    line("umask", rare.fileMask.map { "0" + String($0, radix: 8) })
    line("nice", rare.niceness.map { Int($0) })
    if rare.limits != ProcessLimits() { write(rare.limits) }
    if let inherited = rare.inherited { write(inherited) }
    line("on-stop", rare.onStop?.rawValue)
    line("queue", rare.queue)
    if let keep = rare.keep {
      line("keep") { $0.table([("runs", "\(keep.runs)"), ("age", Self.quoted(keep.age.text))]) }
    }
    line("pause-after", rare.pauseAfter)
    line("expect-within", rare.expectWithin)
    line("ping", rare.ping)
    line("on-failure", rare.onFailure)
    line("on-recovery", rare.onRecovery)
    line("on-success", rare.onSuccess)
    line("on-missed", rare.onMissed)
  }

  private mutating func write(_ limits: ProcessLimits) {
    var parts: [(String, String)] = []
    if let cpu = limits.cpu { parts.append(("cpu", Self.quoted(cpu.text))) }
    for (key, value) in [
      ("memory", limits.memory), ("file-size", limits.fileSize), ("core", limits.core),
      ("open-files", limits.openFiles), ("processes", limits.processes),
    ] {
      if let value { parts.append((key, "\(value)")) }
    }
    line("limits") { $0.table(parts) }
  }

  private mutating func write(_ inherited: InheritedEnvironment) {
    switch inherited {
    case .none: line("inherit-environment", flag: false)
    case .all: line("inherit-environment", flag: true)
    case .names(let names): line("inherit-environment", strings: names)
    }
  }

  // MARK: Lines of what may be absent

  private mutating func line(_ key: String, _ value: String?) {
    if let value { line(key, string: value) }
  }

  private mutating func line(_ key: String, _ value: Int?) {
    if let value { line(key, number: value) }
  }

  private mutating func line(_ key: String, _ value: TimeSpan?) {
    if let value { line(key, string: value.text) }
  }

  private mutating func line(_ key: String, _ targets: [NoticeTarget]) {
    if !targets.isEmpty { line(key, strings: targets.map(\.text)) }
  }
}

extension FailureCause {
  /// The cause as a job file has it; one that no job file can name has a text of its own, which is
  /// refused when it is read.
  fileprivate var exactText: String {
    switch self {
    case .exitCode(let code) where !(0...255).contains(code): "\"exit \(code)\""
    case .signal(let number?) where !(1...Self.signals.count).contains(Int(number)):
      "\"signal \(number)\""
    case .httpStatus(let first, let last)
    where first == last ? !(300...599).contains(first) : !Self.isClass(first, last):
      "\"status \(first)-\(last)\""
    default: text
    }
  }

  private static func isClass(_ first: Int, _ last: Int) -> Bool {
    [300, 400, 500].contains(first) && last == first + 99
  }
}
