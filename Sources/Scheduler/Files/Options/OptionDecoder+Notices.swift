// SPDX-License-Identifier: Apache-2.0

import CronParser

/// The options of what is told, to whom, and what is kept.
extension OptionDecoder {
  /// Whom a notice goes to: one target or a list of them.
  mutating func targets(_ value: TOMLValue, _ key: String) -> [NoticeTarget]? {
    guard case .array(let elements) = value.content else {
      return target(value, key).map { [$0] }
    }
    guard elements.count <= 16 else {
      fail(.limit, "`\(key)` names \(elements.count) targets", at: value.range, expected: "1 to 16")
      return nil
    }
    let before = faults.count
    let targets = elements.compactMap { target($0, key) }
    return faults.count == before ? targets : nil
  }

  private mutating func target(_ value: TOMLValue, _ key: String) -> NoticeTarget? {
    let takes = "a URL, mail:ADDRESS, or job:NAME"
    guard let text = string(value, key, takes: takes) else { return nil }
    if text.hasPrefix("mail:") {
      let address = String(text.dropFirst(5))
      if Self.isAddress(address) { return .mail(address) }
      fail(
        .syntax, "\"\(Diagnostic.shown(address))\" is no address for mail", at: value.range,
        expected: "mail:NAME@DOMAIN, or mail:USER")
      return nil
    }
    if text.hasPrefix("job:") {
      guard let name = jobName(String(text.dropFirst(4)), at: value.range) else { return nil }
      note(link: .init(to: name, key: key, range: value.range))
      return .job(name)
    }
    guard text.contains(":") else {
      fail(
        .syntax, "`\(key)` cannot be \"\(Diagnostic.shown(text))\"", at: value.range,
        expected: takes)
      return nil
    }
    return url(text, at: value.range).map { .webhook($0) }
  }

  /// A user's name or `NAME@DOMAIN`, of the characters that need no quoting in a mail's header.
  private static func isAddress(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 254 else {
      return false
    }
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count <= 2 && parts.allSatisfy { !$0.isEmpty }
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "@.!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
      }
  }

  /// The name of a job that another option means.
  mutating func jobName(_ value: TOMLValue, _ key: String) -> JobName? {
    guard let text = string(value, key, takes: "the name of a job") else { return nil }
    return jobName(text, at: value.range)
  }

  private mutating func jobName(_ text: String, at range: TOMLRange) -> JobName? {
    if let name = JobName(text) { return name }
    fail(
      text.utf8.count > 200 ? .limit : .syntax,
      "\"\(Diagnostic.shown(text))\" cannot be the name of a job", at: range,
      expected: JobName.rule)
    return nil
  }

  /// The URL that is told of starts, successes and failures.
  mutating func url(_ value: TOMLValue, _ key: String) -> String? {
    guard let text = string(value, key, takes: "a URL, such as \"https://example.org/x\"") else {
      return nil
    }
    return url(text, at: value.range)
  }

  /// A URL, checked.
  mutating func url(_ text: String, at range: TOMLRange) -> String? {
    guard let fault = URLRule.fault(in: text) else { return text }
    fail(
      text.utf8.count > URLRule.limit ? .limit : .syntax,
      "\"\(Diagnostic.shown(text))\" is no URL that can be asked: \(fault.message)", at: range,
      expected: fault.expected)
    return nil
  }

  /// The queue of a job: one that is there, where it is known which are.
  mutating func queue(_ value: TOMLValue) -> String? {
    guard let text = string(value, "queue", takes: Self.queueNames),
      let name = queueName(text, at: value.range)
    else { return nil }
    guard let known = context.queues else {
      if context.warningsAt != nil, name != "default" {
        warn(
          .state, "queue \"\(name)\" has to be named in beatd.toml", at: value.range,
          expected: "--config FILE, for `check` to know the queues")
      }
      return name
    }
    if known.contains(name) { return name }
    fail(
      .state, "there is no queue \"\(name)\"", at: value.range,
      expected:
        "one of \(known.sorted().joined(separator: ", ")), or [queues.\(name)] in beatd.toml",
      suggestion: nearestName(to: name, among: known.sorted()))
    return nil
  }

  private static let queueNames = "the name of a queue: 1 to 64 letters, digits, `-`, `_` and `.`"

  /// A text that may be the name of a queue.
  mutating func queueName(_ name: String, at range: TOMLRange) -> String? {
    let isFit = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
      default: false
      }
    }
    if isFit, (1...64).contains(name.utf8.count) { return name }
    fail(
      .syntax, "\"\(Diagnostic.shown(name))\" cannot be the name of a queue", at: range,
      expected: Self.queueNames)
    return nil
  }

  /// A number of runs, an age, or both in a table.
  mutating func keep(_ value: TOMLValue) -> KeepPolicy? {
    var policy = KeepPolicy()
    switch value.content {
    case .integer, .float:
      guard let runs = integer(value, "keep", in: Self.kept) else { return nil }
      policy.runs = runs
    case .string:
      guard let age = span(value, "keep", atLeast: .zero) else { return nil }
      policy.age = age
    case .table(let entries):
      let before = faults.count
      for entry in entries {
        switch entry.key {
        case "runs": policy.runs = integer(entry.value, "runs", in: Self.kept) ?? 0
        case "age": policy.age = span(entry.value, "age", atLeast: .zero) ?? .zero
        default: unknown(entry, in: "keep", among: ["runs", "age"])
        }
      }
      guard faults.count == before else { return nil }
    default:
      wrongType(
        value, "keep", takes: "a number of runs, an age, or { runs = 100, age = \"30d\" }")
      return nil
    }
    return policy
  }

  private static var kept: ClosedRange<Int64> { 0...1_000_000 }

  /// What failures are retried: a list.
  mutating func causes(_ value: TOMLValue) -> [FailureCause]? {
    let takes =
      "a list of exit codes, \"timeout\", signals and HTTP statuses, such as [75, \"5xx\"]"
    guard case .array(let elements) = value.content else {
      wrongType(value, "on", takes: takes)
      return nil
    }
    guard !elements.isEmpty, elements.count <= 64 else {
      fail(.range, "`on` names \(elements.count) failures", at: value.range, expected: "1 to 64")
      return nil
    }
    let before = faults.count
    let causes = elements.compactMap { cause($0) }
    return faults.count == before ? causes : nil
  }

  private mutating func cause(_ value: TOMLValue) -> FailureCause? {
    let takes = "an exit code (0-255), an HTTP status (300-599), or a word"
    switch value.content {
    case .integer(let code) where (0...255).contains(code): return .exitCode(Int32(code))
    case .integer(let status) where (300...599).contains(status):
      return .httpStatus(from: Int(status), through: Int(status))
    case .integer(let number):
      fail(.range, "\(number) is neither exit code nor status", at: value.range, expected: takes)
    case .string(let text):
      if let cause = FailureCause(word: text) { return cause }
      fail(
        .key, "`on` cannot name \"\(Diagnostic.shown(text))\"", at: value.range,
        expected: FailureCause.words.joined(separator: ", ") + ", or a signal such as SIGTERM",
        suggestion: nearestName(
          to: text, among: FailureCause.words + FailureCause.signals.map { "SIG\($0)" }))
    default: wrongType(value, "on", takes: takes)
    }
    return nil
  }
}
