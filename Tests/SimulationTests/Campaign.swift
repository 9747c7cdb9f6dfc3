// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Many worlds, one after the other, until one breaks a law.
struct Campaign {
  /// What the environment asks for: `SIM_SEED` one seed, `SIM_SEEDS` how many (or `FROM-TO`),
  /// `SIM_STEPS` how many decisions a world draws, `SIM_TRACE` a file with decisions to replay,
  /// `SIM_SHRINK=no` not to cut down what fails.
  struct Settings {
    var seeds: ClosedRange<UInt64>
    var steps: Int
    var trace: String?
    var shrinks = true

    init(seeds: UInt64, steps: Int) {
      self.seeds = 1...max(1, seeds)
      self.steps = steps
    }

    /// These, where the environment says nothing else.
    func adjustedByEnvironment() -> Settings {
      var settings = self
      if let range = Self.text("SIM_SEEDS") {
        let ends = range.split(separator: "-").compactMap { UInt64($0) }
        if ends.count == 2, ends[0] <= ends[1] { settings.seeds = ends[0]...ends[1] }
        if ends.count == 1, ends[0] > 0 { settings.seeds = 1...ends[0] }
      }
      if let seed = Self.text("SIM_SEED").flatMap({ UInt64($0) }) { settings.seeds = seed...seed }
      if let steps = Self.text("SIM_STEPS").flatMap({ Int($0) }) { settings.steps = steps }
      settings.trace = Self.text("SIM_TRACE")
      settings.shrinks = Self.text("SIM_SHRINK") != "no"
      return settings
    }

    private static func text(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }
    }
  }

  let settings: Settings

  /// Runs them; what was wrong with the first that broke a law, shrunk, or nil.
  func run(progress: (UInt64) -> Void = { _ in }) throws -> String? {
    if let path = settings.trace { return try replay(path) }
    for seed in settings.seeds {
      let trial = try Trial(seed: seed, steps: settings.steps)
      progress(seed)
      guard trial.violation != nil else { continue }
      return report(trial, shrunk: settings.shrinks ? try trial.shrunk() : trial)
    }
    return nil
  }

  private func replay(_ path: String) throws -> String? {
    guard let file = fopen(path, "r") else { return "\(path) can't be read" }
    defer { fclose(file) }
    var text = ""
    var buffer = [CChar](repeating: 0, count: 4096)
    while fgets(&buffer, 4096, file) != nil {
      text += String(
        decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    guard let trial = try Trial.replaying(text) else {
      return "\(path) is no trace: its first line must be `seed NUMBER`"
    }
    return trial.violation.map { _ in report(trial, shrunk: trial) }
  }

  private func report(_ trial: Trial, shrunk: Trial) -> String {
    """
    seed \(trial.seed), after \(trial.decisions.count) steps: \(trial.violation ?? "")
    SIM_SEED=\(trial.seed) SIM_STEPS=\(settings.steps) runs it again. It ended so:
    \(trial.trail.joined(separator: "\n"))
    Shrunk to \(shrunk.decisions.count) decisions: \(shrunk.violation ?? "")
    \(shrunk.trail.joined(separator: "\n"))
    The trace for SIM_TRACE=FILE:
    \(shrunk.trace)
    """
  }
}
