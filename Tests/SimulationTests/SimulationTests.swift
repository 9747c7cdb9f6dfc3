// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// Set `SIM_SEED` to run one seed and see what happened in it, `SIM_SEEDS` for how many are run,
/// `SIM_STEPS` for how long each is.
@Suite struct SimulationTests {
  private static func setting(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
  }

  private static var seeds: [UInt64] {
    if let seed = setting("SIM_SEED") { return [seed] }
    return Array(1...(setting("SIM_SEEDS") ?? 60))
  }

  @Test func `under any faults every instant is accounted for, once, and nothing starts early`()
    throws
  {
    let steps = Int(Self.setting("SIM_STEPS") ?? 300)
    for seed in Self.seeds {
      let world = try World(seed: seed)
      do {
        for _ in 0..<steps where world.violations.isEmpty { try world.step() }
        if world.violations.isEmpty { try world.settle() }
      } catch {
        world.fail("\(error)")
      }
      guard let violation = world.violations.first else { continue }
      let trail = world.log.suffix(50).joined(separator: "\n")
      Issue.record(
        "seed \(seed): \(violation)\nSIM_SEED=\(seed) runs it again. It ended so:\n\(trail)")
      return
    }
  }
}
