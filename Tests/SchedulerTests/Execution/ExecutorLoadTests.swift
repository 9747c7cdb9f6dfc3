// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Scheduler
import Testing

@Suite(.serialized) struct ExecutorLoadTests {
  private func openDescriptors() throws -> Set<String> {
    let directory = try #require(opendir("/proc/self/fd"))
    defer { closedir(directory) }
    var names: Set<String> = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var target = [UInt8](repeating: 0, count: 256)
      let count = readlink("/proc/self/fd/\(name)", &target, target.count)
      if count > 0 { names.insert(String(decoding: target[..<count], as: UTF8.self)) }
    }
    return names
  }

  @Test func `a thousand jobs at once see descriptors 0 to 2, and none is left open after`() async {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    let text = "ls /proc/$$/fd; exec sleep 600"
    executor.start(
      (1...1_000).map { order(.command(text, input: "x"), run: $0) })
    for run in 1...1_000 { await log.print(of: Int64(run)) }
    for run in 1...1_000 { executor.stop(RunID(Int64(run))) }
    for run in 1...1_000 { #expect(await log.end(of: Int64(run)).text == "0\n1\n2\n") }
    let children = log.events.compactMap { event -> Int32? in
      if case .started(_, _, let process) = event { process.pid } else { nil }
    }
    #expect(Set(children).count == 1_000)
    for pid in children { #expect(kill(pid, 0) == -1 && errno == ESRCH) }
  }

  @Test func `descriptors do not add up over many runs`() async throws {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    for run: Int64 in 1...300 {
      executor.start([order(.exec(["true"], input: "x"), run: run)])
      _ = await log.end(of: run)
    }
    // Other tests of this process hold some; three hundred runs that leak would show.
    let pipes = try openDescriptors().filter { $0.hasPrefix("pipe:") || $0.contains("memfd") }
    #expect(pipes.count < 200, "\(pipes.count) are open")
  }
}
