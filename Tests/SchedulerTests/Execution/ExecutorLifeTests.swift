// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

struct ExecutorLifeTests {
  @Test func `a runner that nobody holds reports all it was given, and goes then`() async {
    let log = EventLog()
    weak var runner: ProcessRunner?
    do {
      let made = ProcessRunner(account: .current(), boot: readBootIdentifier(), sink: log.sink)
      runner = made
      made.start((1...5).map { order(.exec(["sleep", "0.05"], input: nil), run: $0) })
    }
    for run in 1...5 { #expect(await log.end(of: Int64(run)).outcome == .exited(0)) }
    // The queue that reported the last end lets go of it in its own time.
    while runner != nil { await Task.yield() }
    #expect(log.events.count == 10)
  }
}
