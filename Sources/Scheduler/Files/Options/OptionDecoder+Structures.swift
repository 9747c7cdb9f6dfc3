// SPDX-License-Identifier: Apache-2.0

import CronParser

extension OptionDecoder {
  /// The most retries that can be asked for.
  static let retryLimit: Int64 = 10_000
  /// The most variables that a job's options may set.
  static let variableLimit = 1_000
  /// The longest path, in bytes, and one more (Linux `PATH_MAX`).
  static let pathLimit = 4_096

  /// A number, or a table of a number and how the delays grow.
  mutating func retries(_ value: TOMLValue) -> RetryPolicy? {
    guard case .table(let entries) = value.content else {
      if case .integer = value.content {
        return integer(value, "retries", in: 0...Self.retryLimit).map { RetryPolicy(maximum: $0) }
      }
      if case .float = value.content {
        return integer(value, "retries", in: 0...Self.retryLimit).map { RetryPolicy(maximum: $0) }
      }
      wrongType(value, "retries", takes: "a whole number, or a table such as { max = 5 }")
      return nil
    }
    let before = faults.count
    var policy = RetryPolicy()
    for entry in entries { read(entry, into: &policy) }
    if faults.count == before, !entries.contains(where: { $0.key == "max" }) {
      fail(
        .key, "`retries` does not say how many", at: value.range, expected: "max = N in the table")
    }
    return faults.count == before ? policy : nil
  }

  private mutating func read(_ entry: TOMLEntry, into policy: inout RetryPolicy) {
    let value = entry.value
    switch entry.key {
    case "max": policy.maximum = integer(value, "max", in: 0...Self.retryLimit) ?? 0
    case "backoff":
      policy.backoff = choice(value, "backoff", of: RetryPolicy.Backoff.self) ?? policy.backoff
    case "base": policy.base = span(value, "base") ?? policy.base
    case "cap": policy.cap = span(value, "cap") ?? policy.cap
    case "jitter":
      policy.jitter = choice(value, "jitter", of: RetryPolicy.Jitter.self) ?? policy.jitter
    case "on": policy.causes = causes(value)
    default:
      unknown(
        entry, in: "retries", among: ["max", "backoff", "base", "cap", "jitter", "on"])
    }
  }

  /// Exit codes: a list that is not empty.
  mutating func exitCodes(_ value: TOMLValue) -> Set<Int32>? {
    let takes = "a list of exit codes, such as [0, 75]"
    guard case .array(let elements) = value.content else {
      wrongType(value, "success", takes: takes)
      return nil
    }
    guard !elements.isEmpty else {
      fail(.range, "no exit code counts as success", at: value.range, expected: takes)
      return nil
    }
    let before = faults.count
    let codes = elements.compactMap { integer($0, "success", in: 0...255).map(Int32.init) }
    return faults.count == before ? Set(codes) : nil
  }

  /// Variables for the process.
  mutating func environment(_ value: TOMLValue) -> [EnvironmentVariable]? {
    guard case .table(let entries) = value.content else {
      wrongType(value, "environment", takes: "a table, such as { LANG = \"C.UTF-8\" }")
      return nil
    }
    let before = faults.count
    var variables: [EnvironmentVariable] = []
    for entry in entries {
      if entry.key.isEmpty || entry.key.utf8.contains(where: { $0 == 0 || $0 == 0x3D }) {
        fail(
          .environment, "\"\(Diagnostic.shown(entry.key))\" cannot be the name of a variable",
          at: entry.keyRange, expected: "a name that is not empty and has no `=`")
      } else if let text = string(entry.value, entry.key, takes: "a string, in quotes") {
        variables.append(EnvironmentVariable(name: entry.key, value: text))
      }
    }
    return faults.count == before ? variables : nil
  }

  /// A path from the root.
  mutating func path(_ value: TOMLValue, _ key: String) -> String? {
    let takes = "a path that begins with `/`"
    guard let text = pathText(value, key, takes: takes) else { return nil }
    if text.utf8.first == UInt8(ascii: "/") { return text }
    fail(
      .syntax, "`\(key)` cannot be \"\(Diagnostic.shown(text))\"", at: value.range, expected: takes)
    return nil
  }

  /// A file or folder: from the root, or from the folder of the file that names it.
  mutating func file(_ value: TOMLValue, _ key: String) -> String? {
    let takes = "a path, from `/` or from the folder of this file"
    guard let text = pathText(value, key, takes: takes) else { return nil }
    if text.utf8.first == UInt8(ascii: "/") { return text }
    guard !text.isEmpty, text.utf8.first != UInt8(ascii: "~") else {
      fail(
        .syntax, text.isEmpty ? "`\(key)` is empty" : "`~` is not expanded in `\(key)`",
        at: value.range, expected: takes)
      return nil
    }
    return "\(folder)/\(text)"
  }

  private mutating func pathText(_ value: TOMLValue, _ key: String, takes: String) -> String? {
    guard let text = string(value, key, takes: takes) else { return nil }
    if text.utf8.count < Self.pathLimit { return text }
    fail(.limit, "the path is longer than \(Self.pathLimit - 1) bytes", at: value.range)
    return nil
  }

  /// A program and its arguments.
  mutating func arguments(_ value: TOMLValue) -> [String]? {
    let takes = "a list of a program and its arguments, such as [\"pg_dump\", \"app\"]"
    guard case .array(let elements) = value.content, let first = elements.first else {
      wrongType(value, "exec", takes: takes)
      return nil
    }
    let before = faults.count
    let words = elements.compactMap { string($0, "exec", takes: "a string") }
    guard faults.count == before else { return nil }
    guard words.first?.isEmpty == false else {
      fail(.syntax, "the program's name is empty", at: first.range, expected: takes)
      return nil
    }
    return words
  }

  /// One instant or a list of them, sorted and each once.
  mutating func instants(_ value: TOMLValue) -> [Instant]? {
    guard case .array(let elements) = value.content else {
      return instant(value, "at").map { [$0] }
    }
    guard !elements.isEmpty, elements.count <= 10_000 else {
      fail(
        elements.isEmpty ? .never : .limit, "`at` names \(elements.count) instants",
        at: value.range, expected: "1 to 10000 instants")
      return nil
    }
    let before = faults.count
    let instants = elements.compactMap { instant($0, "at") }
    return faults.count == before ? Array(Set(instants)).sorted() : nil
  }
}
