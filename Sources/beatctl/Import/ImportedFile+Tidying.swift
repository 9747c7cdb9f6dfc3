// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

extension ImportedFile {
  /// Options that move to `[defaults]` where all jobs have the same.
  private static let shared = [
    "shell", "user", "directory", "overlap", "catch-up", "retries", "on-failure",
  ]

  /// The order of options in a job: what it is, when, what it does, and how.
  private static let order = [
    "description", "enabled", "cron", "every", "every-after", "timezone", "command", "exec",
    "shell",
    "stdin", "user", "directory", "environment", "environment-file",
  ]

  /// Makes names unique, puts options in order, and says once what all jobs say.
  mutating func tidy() {
    makeNamesUnique()
    for index in jobs.indices { jobs[index].options = Self.ordered(jobs[index].options) }
    guard jobCount > 1 else { return }
    hoistTimezone()
    for key in Self.shared { hoist(key) }
    hoistVariables()
  }

  private static func ordered(_ options: [ImportedOption]) -> [ImportedOption] {
    order.flatMap { key in options.filter { $0.key == key } }
      + options.filter { !order.contains($0.key) }
  }

  // MARK: Names

  /// Names that the loader takes, each once: the second `backup` is `backup-2`.
  private mutating func makeNamesUnique() {
    var used: Set<String> = []
    var numbers: [String: Int] = [:]
    for index in jobs.indices {
      let base = Self.fit(jobs[index].name)
      var name = base
      while !used.insert(name).inserted {
        let number = numbers[base, default: 1] + 1
        numbers[base] = number
        name = "\(base)-\(number)"
      }
      jobs[index].name = name
    }
  }

  private static func fit(_ text: String) -> String {
    var name = ""
    for scalar in text.unicodeScalars {
      let isFit = JobName("x\(scalar)") != nil
      name.unicodeScalars.append(isFit ? scalar : "-")
    }
    while name.hasPrefix("-") { name.removeFirst() }
    while name.utf8.count > 180 { name.unicodeScalars.removeLast() }
    return name.isEmpty ? "job" : name
  }

  // MARK: What all jobs share

  private var whole: [ImportedJob] { jobs.filter { $0.refusal == nil } }

  /// The option that all jobs have alike.
  private func common(_ key: String) -> ImportedOption? {
    guard let first = whole.first?.options.first(where: { $0.key == key }),
      whole.allSatisfy({ $0.value(key) == first.value })
    else { return nil }
    return first
  }

  private mutating func remove(_ option: ImportedOption) {
    for index in jobs.indices {
      jobs[index].options.removeAll { $0.key == option.key && $0.value == option.value }
    }
  }

  private mutating func hoistTimezone() {
    guard let option = common("timezone") else { return }
    timezone = option
    remove(option)
  }

  private mutating func hoist(_ key: String) {
    guard let option = common(key) else { return }
    defaults.append(option)
    remove(option)
  }

  /// A job's own variables are added to those of the defaults, so each moves by itself.
  private mutating func hoistVariables() {
    guard case .table(let first)? = whole.first?.value("environment") else { return }
    let common = first.filter { entry in
      whole.allSatisfy { job in
        if case .table(let entries)? = job.value("environment") {
          entries.contains(entry)
        } else {
          false
        }
      }
    }
    guard !common.isEmpty else { return }
    defaults.append(ImportedOption(key: "environment", value: .table(common)))
    for index in jobs.indices {
      guard let at = jobs[index].options.firstIndex(where: { $0.key == "environment" }),
        case .table(let entries) = jobs[index].options[at].value
      else { continue }
      let own = entries.filter { !common.contains($0) }
      jobs[index].options[at].value = .table(own)
      if own.isEmpty { jobs[index].options.remove(at: at) }
    }
  }
}
