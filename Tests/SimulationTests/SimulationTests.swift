// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct SimulationTests {
  @Test func `under any faults every instant is accounted for, once, and nothing starts early`()
    throws
  {
    let settings = Campaign.Settings(seeds: 300, steps: 300).adjustedByEnvironment()
    if let report = try Campaign(settings: settings).run() { Issue.record("\(report)") }
  }
}
