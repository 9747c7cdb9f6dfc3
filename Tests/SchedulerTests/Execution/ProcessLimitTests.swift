// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Support
import Testing

@testable import Scheduler

struct ProcessLimitTests {
  private func run(
    _ text: String, _ change: (inout ProcessLimits) -> Void
  ) async -> EventLog.End {
    var rare = RareOptions()
    change(&rare.limits)
    return await runShell(text) { $0.rare = Shared(rare) }
  }

  @Test func `every limit is both soft and hard`() async {
    let end = await run("cat /proc/self/limits") {
      $0.cpu = TimeSpan(milliseconds: 90_500)
      $0.memory = 1 << 30
      $0.fileSize = 4_096
      $0.core = 0
      $0.openFiles = 64
      $0.processes = 900
    }
    let rows = end.text.split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    for (name, most) in [
      ("Max cpu time", "91"), ("Max address space", "1073741824"), ("Max file size", "4096"),
      ("Max core file size", "0"), ("Max open files", "64"), ("Max processes", "900"),
    ] {
      let words = name.split(separator: " ").map(String.init)
      let row = rows.first { $0.starts(with: words) } ?? []
      #expect(row.dropFirst(words.count).prefix(2) == [most, most], "\(name)")
    }
  }

  @Test func `a file that grows too large ends the process`() async {
    let folder = TemporaryFolder()
    let end = await run("exec head -c 100000 /dev/zero > \(folder.path)/x") { $0.fileSize = 1_000 }
    #expect(end.outcome == .signalled(SIGXFSZ))
  }

  @Test func `processor time that is used up ends the process`() async {
    let end = await run("while :; do :; done") { $0.cpu = .seconds(1) }
    #expect(end.outcome == .signalled(SIGKILL))
  }

  @Test func `a limit that the daemon may not raise is named`() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 250, rlim_max: 250)
      guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { exit(2) }
      if geteuid() == 0, setuid(65_534) != 0 { exit(3) }
      var rare = RareOptions()
      rare.limits.core = 0
      rare.limits.openFiles = 251
      let end = await runShell("true") { $0.rare = Shared(rare) }
      let expected =
        "not started: its limit `open-files` of 251 could not be set: Operation not permitted"
      exit(end.outcome == .notStarted(expected) ? 0 : 4)
    }
  }
}
