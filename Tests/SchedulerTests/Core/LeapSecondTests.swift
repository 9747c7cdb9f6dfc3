// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import SchedulerTesting
import Support
import Testing

/// Clocks that are made to run slow or fast, or show a second twice: row F25 of the catalogue of
/// faults.
@Suite struct LeapSecondTests {
  private let midnight = at("2027-01-01T00:00:00Z")

  /// A clock that has shown 23:59:59 shows it again: the step back of one second.
  @Test func `a second that comes twice runs nothing twice, and midnight is on time`() throws {
    let scheduler = try ManualScheduler(
      at: midnight - .seconds(10), jobs: [.cron("j", "* * * * * *"), .cron("day", "0 0 * * *")])
    try scheduler.advance(to: midnight - TimeSpan(milliseconds: 1))
    try scheduler.setWallClock(to: midnight - TimeSpan(milliseconds: 1_001))
    try scheduler.advance(to: midnight + .seconds(3))
    let ran = scheduler.started.map(\.scheduledFor)
    #expect(ran.filter { $0 == midnight }.count == 2, "each of the two jobs once")
    #expect(ran.filter { $0 != midnight }.count == 9 + 3)
    #expect(Set(ran).count == 13)
  }

  /// A leap second is smeared over 2,000 seconds, at 500 parts in a million, either way.
  @Test(arguments: [Int64(-1), 1])
  func `a smeared second moves no instant, repeats none and starts none early`(_ sign: Int64) throws
  {
    let start = midnight - .seconds(1_000)
    let scheduler = try ManualScheduler(at: start, jobs: [.cron("j", "* * * * * *")])
    for _ in 0..<1_000 {
      try scheduler.advance(by: TimeSpan(milliseconds: 1_997))
      try scheduler.setWallClock(to: scheduler.now.wall + TimeSpan(milliseconds: sign))
    }
    let ran = scheduler.started.map(\.scheduledFor)
    #expect(Set(ran).count == ran.count)
    let last = try #require(ran.last)
    #expect(ran.count == Int((last - start).milliseconds / 1_000))
    #expect(scheduler.started.allSatisfy { $0.scheduledFor <= scheduler.now.wall })
    #expect(try scheduler.history().compactMap(\.stretch).isEmpty)
  }
}
