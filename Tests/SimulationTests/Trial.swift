// SPDX-License-Identifier: Apache-2.0

import Support

/// One world from its beginning to its end, and what was wrong with it.
struct Trial {
  let seed: UInt64
  let decisions: [Decision]
  let violation: String?
  let trail: [String]

  /// Runs a world that draws so many decisions.
  init(seed: UInt64, steps: Int) throws {
    let world = try World(seed: seed)
    for _ in 0..<steps where world.violations.isEmpty { world.step() }
    self.init(seed, world)
  }

  /// Runs a world in which these decisions are made.
  init(seed: UInt64, _ decisions: [Decision]) throws {
    let world = try World(seed: seed)
    for decision in decisions where world.violations.isEmpty { world.carryOut(decision) }
    self.init(seed, world)
  }

  private init(_ seed: UInt64, _ world: World) {
    if world.violations.isEmpty { world.settle() }
    self.seed = seed
    decisions = world.decisions
    violation = world.violations.first
    trail = world.trail.suffix(World.trailLength).map(\.description)
  }

  /// The kind of what was wrong: its text without numbers, names and instants.
  var kind: String? {
    violation.map { String($0.filter { !$0.isNumber }.prefix(28)) }
  }

  /// The shortest list of decisions that was found to break the same law.
  ///
  /// Pieces are left out, halves first, then ever smaller ones, as long as the law stays broken
  /// (Zeller and Hildebrandt 2002); then numbers are made smaller.
  func shrunk(tries: Int = 600) throws -> Trial {
    guard violation != nil else { return self }
    var best = self
    var left = tries
    var size = max(1, decisions.count / 2)
    while size >= 1, left > 0 {
      var from = 0
      var isShorter = false
      while from < best.decisions.count, left > 0 {
        var fewer = best.decisions
        fewer.removeSubrange(from..<min(from + size, fewer.count))
        left -= 1
        let trial = try Trial(seed: seed, fewer)
        if trial.violation != nil, trial.kind == kind {
          best = trial
          isShorter = true
        } else {
          from += size
        }
      }
      if size == 1, !isShorter { break }
      size = max(1, size / 2)
    }
    return try best.rounded(tries: left)
  }

  private func rounded(tries: Int) throws -> Trial {
    var best = self
    var left = tries
    for place in decisions.indices {
      for index in decisions[place].numbers.indices where left > 0 {
        for unit in [Int64(3_600_000), 60_000, 1_000] {
          guard place < best.decisions.count else { continue }
          var rounder = best.decisions
          let number = rounder[place].numbers[index]
          guard number.magnitude > unit.magnitude, number % unit != 0 else { continue }
          rounder[place].numbers[index] = number / unit * unit
          left -= 1
          let trial = try Trial(seed: seed, rounder)
          guard trial.violation != nil, trial.kind == kind else { continue }
          best = trial
          break
        }
      }
    }
    return best
  }

  /// The list that `SIM_TRACE` reads: the seed, then a decision a line.
  var trace: String {
    (["seed \(seed)"] + decisions.map(\.description)).joined(separator: "\n") + "\n"
  }

  /// Reads a trace and runs it; nil where the text is none.
  static func replaying(_ trace: String) throws -> Trial? {
    let lines = trace.split(separator: "\n").filter { !$0.hasPrefix("#") }
    guard let first = lines.first, first.hasPrefix("seed "), let seed = UInt64(first.dropFirst(5))
    else { return nil }
    return try Trial(seed: seed, lines.dropFirst().compactMap { Decision($0) })
  }
}
