// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Scheduler

struct StartThreadsTests {
  @Test func `held threads are stood in for up to the limit, and the stand-ins let go`() throws {
    var threads = StartThreads()
    let held = (0..<StartThreads.usual).compactMap { _ in threads.take() }
    #expect(held.count == StartThreads.usual && threads.areAllBusy && threads.take() == nil)
    var more = 0
    while threads.add() { more += 1 }
    #expect(more == StartThreads.limit - StartThreads.usual)
    let standIns = (0..<more).compactMap { _ in threads.take() }
    #expect(standIns.count == more && threads.areAllBusy)
    for thread in standIns + held { threads.giveBack(thread) }
    var free = 0
    while threads.take() != nil { free += 1 }
    #expect(free == StartThreads.usual)
  }
}
