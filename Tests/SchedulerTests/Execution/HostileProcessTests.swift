// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Scheduler
import Testing

/// Each in a process of its own, as what they do to it would harm the other tests.
struct HostileProcessTests {
  @Test func `without descriptors left an attempt fails with the reason, and the next works`()
    async
  {
    await #expect(processExitsWith: .success) {
      let log = EventLog()
      let executor = LocalExecutor(handlers: [:], sink: log.sink)
      executor.start([order(.exec(["true"], input: nil), run: 1)])
      guard await log.end(of: 1).outcome == .exited(0) else { exit(2) }
      var before = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before)
      var held: [Int32] = []
      var limit = rlimit(rlim_cur: 64, rlim_max: before.rlim_max)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      while true {
        let number = dup(0)
        if number < 0 { break }
        held.append(number)
      }
      executor.start([order(.exec(["true"], input: nil), run: 2)])
      guard case .notStarted(let message) = await log.end(of: 2).outcome else { exit(3) }
      guard message.contains("Too many open files") else { exit(4) }
      for number in held { close(number) }
      executor.start([order(.exec(["true"], input: nil), run: 3)])
      guard await log.end(of: 3).outcome == .exited(0) else { exit(5) }
      exit(0)
    }
  }

  @Test func `closed standard descriptors, blocked and ignored signals and a mask do no harm`()
    async
  {
    await #expect(processExitsWith: .success) {
      let log = EventLog()
      let executor = LocalExecutor(handlers: [:], sink: log.sink)
      for number: Int32 in 0...2 { close(number) }
      umask(0o777)
      signal(SIGPIPE, SIG_IGN)
      signal(SIGHUP, SIG_IGN)
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_BLOCK, &all, nil)
      let text =
        "ls /proc/$$/fd; umask; grep -E '^Sig(Blk|Ign)' /proc/self/status; readlink /proc/$$/fd/0"
      executor.start([order(.command(text + "; true", input: nil))])
      let zero = "\t0000000000000000\n"
      let expected = "0\n1\n2\n0022\nSigBlk:\(zero)SigIgn:\(zero)/dev/null\n"
      exit(await log.end().text == expected ? 0 : 3)
    }
  }

  @Test func `an ignored SIGCHLD loses an exit code at worst`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGCHLD, SIG_IGN)
      let log = EventLog()
      let executor = LocalExecutor(handlers: [:], sink: log.sink)
      executor.start([order(.command("exit 7", input: nil))])
      switch await log.end().outcome {
      case .exited(7), .lost: exit(0)
      default: exit(3)
      }
    }
  }

  @Test func `three hundred ends at once are all noticed`() async {
    await #expect(processExitsWith: .success) {
      let log = EventLog()
      let executor = LocalExecutor(handlers: [:], sink: log.sink)
      executor.start((1...300).map { order(.exec(["sleep", "600"], input: nil), run: $0) })
      for run in 1...300 { _ = await log.start(of: Int64(run)) }
      for run in 1...300 { kill(await log.start(of: Int64(run)).pid, SIGKILL) }
      for run in 1...300 {
        guard await log.end(of: Int64(run)).outcome == .signalled(SIGKILL) else { exit(3) }
      }
      exit(waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD ? 0 : 4)
    }
  }
}
