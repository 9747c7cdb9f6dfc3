// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Testing

@testable import Scheduler

struct ProcessStatusTests {
  private func line(name: String, state: String = "S", ticks: String = "12345") -> [UInt8] {
    Array(
      "77 (\(name)) \(state) 1 77 70 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 \(ticks) 9 10\n".utf8)
  }

  @Test(arguments: ["cat", "a b", "x) R 1 2 3 (y", ")", "", "((("])
  func `a program's name may hold blanks and parentheses`(name: String) {
    let status = ProcessStatus(parsing: line(name: name))
    #expect(status?.startTicks == 12_345)
    #expect(status?.group == 77)
    #expect(status?.hasEnded == false)
  }

  @Test func `a zombie has ended`() {
    #expect(ProcessStatus(parsing: line(name: "z", state: "Z"))?.hasEnded == true)
  }

  @Test(arguments: ["", ")", "1 (a", "1 (a) S 1 2", "nothing at all"])
  func `what is no status line is none`(text: String) {
    #expect(ProcessStatus(parsing: Array(text.utf8)) == nil)
  }

  @Test func `a start time beyond 64 bits is none`() {
    #expect(ProcessStatus(parsing: line(name: "a", ticks: "99999999999999999999")) == nil)
  }

  @Test func `this very process is found`() throws {
    let status = try #require(ProcessStatus(pid: getpid()))
    #expect(status.group == getpgrp())
    #expect(status.startTicks > 0)
    #expect(ProcessStatus.living(inGroup: getpgrp()).contains(getpid()))
    #expect(readBootIdentifier().count == 36)
  }
}

extension ProcessStatusTests {
  private func ended(_ waitStatus: Int32) throws -> ProcessStatus {
    let rest = Array(repeating: "0", count: 46).joined(separator: " ")
    return try #require(ProcessStatus(parsing: Array("7 (a) Z 1 7 \(rest) \(waitStatus)\n".utf8)))
  }

  @Test func `a process that was not reaped says how it ended, to whom may know`() throws {
    #expect(try ended(7 << 8).end(mayRead: true)?.code == 7)
    #expect(try ended(9).end(mayRead: true)?.signal_number == 9)
    #expect(try ended(0).end(mayRead: true)?.code == 0)
    #expect(try ended(0).end(mayRead: false) == nil, "it is shown as 0 to whom may not know")
  }
}
