// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import beatd

struct PlausibleClockTests {
  @Test func `nothing before this program was made, or long before what is remembered, can be`() {
    let fresh = PlausibleClock(newestStamp: nil)
    #expect(!fresh.allows(Instant(milliseconds: 0)))
    #expect(!fresh.allows(PlausibleClock.made - .seconds(1)))
    #expect(fresh.allows(PlausibleClock.made))
    let stamp = PlausibleClock.made + .seconds(10 * 86_400)
    let used = PlausibleClock(newestStamp: stamp)
    #expect(!used.allows(stamp - .seconds(3 * 86_400)))
    #expect(used.allows(stamp - .seconds(86_400)), "a clock may be set back by a day")
    #expect(PlausibleClock(newestStamp: Instant(milliseconds: -1)) == fresh)
  }

  @Test func `a clock that is right is not waited for, and one that is not only for so long`() async
  {
    #expect(await PlausibleClock(newestStamp: nil).wait(for: .seconds(60)))
    let never = PlausibleClock(newestStamp: Instant(milliseconds: 9_000_000_000_000))
    #expect(await !never.wait(for: TimeSpan(milliseconds: 20)))
  }
}
