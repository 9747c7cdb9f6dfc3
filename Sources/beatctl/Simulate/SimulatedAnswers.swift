// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting

/// How long attempts take in a simulation, and how they end: what `--takes` and `--fails` say.
struct SimulatedAnswers {
  private var durations: [String: TimeSpan] = [:]
  private var failures: [String: Int] = [:]

  /// Reads `JOB=DURATION` and `JOB=N`; a `*` for the job stands for all jobs not named.
  init(takes: [String], fails: [String], jobs: [Job]) throws(Failure) {
    let names = jobs.map(\.name.text)
    let known = Set(names)
    for text in takes {
      let (job, value) = try Self.parts(text, "--takes", "DURATION")
      try Self.check(job, known, names, "--takes")
      guard let span = try? TimeSpan(parsing: value) else {
        throw Failure.usage("--takes: \"\(value)\" is not a duration", hint: "as in backup=90m")
      }
      durations[job] = span
    }
    for text in fails {
      let (job, value) = try Self.parts(text, "--fails", "N")
      try Self.check(job, known, names, "--fails")
      guard let count = Int(value), count >= 0 else {
        throw Failure.usage("--fails: \"\(value)\" is not a whole number", hint: "as in backup=2")
      }
      failures[job] = count
    }
  }

  /// What an attempt does.
  func work(for order: AttemptOrder) -> SimulatedWork {
    let options = order.options.value
    let span = durations[order.job.text] ?? durations["*"] ?? .zero
    if let timeout = options.timeout, span > timeout {
      return SimulatedWork(.timedOut(exitCode: nil, signal: 15), taking: timeout)
    }
    let isFailure = order.attempt <= failures[order.job.text] ?? failures["*"] ?? 0
    if case .task = order.work {
      return SimulatedWork(isFailure ? .threw("simulated") : .returned(nil), taking: span)
    }
    if case .http = order.work {
      let failure = AttemptOutcome.answered(status: 500, retryAfter: nil)
      return SimulatedWork(isFailure ? failure : .returned(nil), taking: span)
    }
    let bad = (1...255).first { !options.success.contains($0) } ?? 0
    let good = options.success.contains(0) ? 0 : options.success.min() ?? 0
    return SimulatedWork(.exited(isFailure ? bad : good), taking: span)
  }

  /// A job's name may hold `=`; what comes after the last one is the value.
  private static func parts(
    _ text: String, _ option: String, _ value: String
  ) throws(Failure) -> (String, String) {
    guard let equals = text.lastIndex(of: "=") else {
      throw Failure.usage("\(option): \"\(text)\" is not JOB=\(value)")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  private static func check(
    _ job: String, _ known: Set<String>, _ names: [String], _ option: String
  ) throws(Failure) {
    guard job != "*", !known.contains(job) else { return }
    let near = nearestName(to: job, among: names)
    throw Failure(
      .noSuch, "\(option): the files have no job \"\(job)\"",
      hint: near.map { "did you mean \"\($0)\"?" })
  }
}
