// SPDX-License-Identifier: Apache-2.0

import Support

/// Draws what happens next.
///
/// Each kind has a generator of its own, so that a draw more in one does not shift the others.
struct DecisionSource {
  private let knobs: Knobs
  private let up: [Decision.Kind]
  private let down: [Decision.Kind]
  private var choice: SeededGenerator
  private var generators: [Decision.Kind: SeededGenerator] = [:]

  init(seed: UInt64, _ knobs: Knobs) {
    self.knobs = knobs
    up = knobs.kinds.flatMap { Array(repeating: $0.kind, count: $0.weight) }
    let possible: [Decision.Kind] = [.step, .to1970, .setRight, .reboot, .edit, .remove, .rename]
    let open = Set(up)
    down = possible.filter(open.contains) + [.advance, .advance, .advance, .start, .start, .start]
    choice = SeededGenerator(seed: seed ^ 0xC401CE)
    for (place, kind) in Decision.Kind.allCases.enumerated() {
      generators[kind] = SeededGenerator(seed: seed &* 31 &+ UInt64(place) &* 0x9E37_79B9)
    }
  }

  mutating func next(isUp: Bool) -> Decision {
    let kind = choice.pick(isUp ? up : down)
    guard var generator = generators[kind] else { return Decision(kind) }
    defer { generators[kind] = generator }
    return draw(kind, &generator)
  }

  private func draw(_ kind: Decision.Kind, _ g: inout SeededGenerator) -> Decision {
    switch kind {
    case .advance:
      let longest = g.pick([90_000, 90_000, 90_000, 1_000, 600_000, 7_200_000])
      return Decision(kind, number(0...Int64(longest), &g))
    case .step: return Decision(kind, clockStep(&g))
    case .to1970: return Decision(kind, number(0...200, &g))
    case .suspend, .stall: return Decision(kind, number(0...g.pick([5_000, 7_200_000]), &g))
    case .crash: return Decision(kind, number(0...4, &g), number(0...2, &g), number(0...1, &g))
    case .drain: return Decision(kind, number(0...60_000, &g))
    case .failCommits: return Decision(kind, number(1...3, &g), number(0...7, &g))
    case .storeDown: return Decision(kind, number(0...600_000, &g))
    case .storeSlow: return Decision(kind, g.pick([0, 5, 30_000]))
    case .edit: return Decision(kind, place(&g), number(0...1_000_000, &g))
    case .remove, .rename, .cancel: return Decision(kind, place(&g))
    case .pause:
      return Decision(kind, place(&g), g.chance(50) ? 0 : number(1...3_600_000, &g))
    case .resume, .trigger: return Decision(kind, place(&g), number(0...1, &g))
    case .backfill: return Decision(kind, place(&g), number(0...3, &g), number(0...1, &g))
    case .enqueue:
      return Decision(
        kind, number(0...4, &g), g.chance(50) ? 0 : number(1...900_000, &g), number(0...99, &g))
    case .setRight, .start, .reboot, .bringBack, .reload, .replay, .probe: return Decision(kind)
    }
  }

  private func clockStep(_ g: inout SeededGenerator) -> Int64 {
    let hour: Int64 = 3_600_000
    let sizes = [
      1_000, hour, 3 * hour - 60_000, 3 * hour + 60_000, 24 * hour, number(1_000...hour, &g),
    ]
    let size = g.pick(sizes)
    guard knobs.stepsBack else { return size }
    return knobs.stepsForward && g.chance(50) ? size : -size
  }

  private func place(_ g: inout SeededGenerator) -> Int64 { number(0...999, &g) }

  private func number(_ range: ClosedRange<Int64>, _ g: inout SeededGenerator) -> Int64 {
    Int64.random(in: range, using: &g)
  }
}
