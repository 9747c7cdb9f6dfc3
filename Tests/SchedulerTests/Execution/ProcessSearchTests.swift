// SPDX-License-Identifier: Apache-2.0

import CLinux
import CronParser
import Glibc
import Testing

@testable import Scheduler

struct ProcessSearchTests {
  private func environment(_ variables: String...) -> [UInt8] {
    variables.flatMap { Array($0.utf8) + [0] }
  }

  @Test func `an environment names its attempt`() {
    let bytes = environment("A=1", "BEAT_RUN_ID=abc-7", "BEAT_ATTEMPT=3", "Z=")
    #expect(
      ProcessSearch.key(inEnvironment: bytes) == ProcessSearch.Key(run: "abc-7", attempt: 3))
  }

  @Test func `an environment that names none, or half of one, is nobody's`() {
    for bytes in [
      [], environment("A=1"), environment("BEAT_RUN_ID=abc-7"), environment("BEAT_ATTEMPT=3"),
      environment("XBEAT_RUN_ID=abc-7", "BEAT_ATTEMPT=3"),
      environment("BEAT_RUN_ID=abc-7", "BEAT_ATTEMPT=many"), [0, 0, 255],
    ] {
      #expect(ProcessSearch.key(inEnvironment: bytes) == nil)
    }
  }

  @Test func `a process that was not recorded is found by its run, and what it starts is not`()
    async
  {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    let work = Work.command("sleep 600 & wait", input: nil)
    let order = order(work, run: 987_654_321, attempt: 2)
    executor.start([order])
    let process = await log.start(of: 987_654_321)
    let key = ProcessSearch.Key(run: order.runText, attempt: 2)
    let other = ProcessSearch.Key(run: order.runText, attempt: 1)
    let found = ProcessSearch.processes(of: [key, other])
    #expect(found == [key: process])
    executor.stop(RunID(987_654_321))
    _ = await log.end(of: 987_654_321)
  }
}
