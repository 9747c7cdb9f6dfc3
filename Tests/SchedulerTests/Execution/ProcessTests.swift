// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Scheduler
import Support
import Testing

struct ProcessTests {
  @Test(arguments: [0, 1, 42, 255] as [Int32])
  func `an exit code is reported`(code: Int32) async {
    #expect(await runShell("exit \(code)").outcome == .exited(code))
  }

  @Test func `a signal that was not ours is reported`() async {
    #expect(await runShell("kill -KILL $$").outcome == .signalled(SIGKILL))
  }

  @Test func `a program runs without a shell, its words as they are`() async {
    let end = await runProgram(["printf", "%s|", "a b", "$HOME", ""])
    #expect(end.outcome == .exited(0))
    #expect(end.text == "a b|$HOME||")
  }

  @Test func `standard output and error come in the order in which they were written`() async {
    let end = await runShell("echo one; echo two >&2; echo three")
    #expect(end.text == "one\ntwo\nthree\n")
    #expect(end.output?.total == 14)
  }

  @Test func `a process that prints nothing has no output`() async {
    #expect(await runShell("true").output == nil)
  }

  @Test func `started comes first and names the process`() async {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.start([order(.command("echo $$", input: nil), attempt: 3)])
    let process = await log.start()
    let end = await log.end()
    #expect(end.text == "\(process.pid)\n")
    #expect(end.attempt == 3)
    #expect(process.startTicks > 0 && process.boot.count == 36)
    guard case .started? = log.events.first, case .ended? = log.events.last else {
      Issue.record("events out of order: \(log.events)")
      return
    }
  }

  @Test func `50 MB of output leave head, tail and total`() async {
    let end = await runShell("yes 0123456789abcde | head -c 50000000; printf END")
    #expect(end.outcome == .exited(0))
    #expect(end.output?.total == 50_000_003)
    #expect(end.output?.head.count == CapturedOutput.limit)
    #expect(end.output?.tail.count == CapturedOutput.limit)
    #expect(end.output?.tail.suffix(3) == Array("END".utf8)[...])
    #expect(end.output?.omitted == 50_000_003 - 2 * CapturedOutput.limit)
  }

  @Test func `NUL and invalid UTF-8 are kept as they are`() async {
    let end = await runShell("printf 'a\\000\\377\\300b'")
    #expect(end.output?.head == [0x61, 0, 0xFF, 0xC0, 0x62])
  }

  @Test func `input is what was given, to the byte`() async {
    #expect(await runShell("od -An -c | tr -d ' \\n'", input: "x\ny").text == "x\\ny")
    #expect(await runShell("wc -c", input: "").text.contains("0"))
  }

  @Test func `without input there is nothing to read`() async {
    #expect(await runShell("readlink /proc/self/fd/0; cat").text == "/dev/null\n")
  }

  @Test func `1 MiB of input that is never read holds nothing up`() async {
    let input = String(repeating: "0123456789abcdef", count: 65_536)
    #expect(await runShell("true", input: input).outcome == .exited(0))
    #expect(await runShell("wc -c", input: input).text == "1048576\n")
    #expect(await runShell("head -c 1 >/dev/null", input: input).outcome == .exited(0))
  }

  @Test func `a job that closes its output at once is awaited all the same`() async {
    #expect(await runShell("exec >&- 2>&-; exit 7").outcome == .exited(7))
  }

  @Test func `a grandchild that holds the pipe does not hold the run`() async throws {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.start([order(.command("sleep 600 & echo $!; exit 3", input: nil))])
    let end = await log.end()
    #expect(end.outcome == .exited(3))
    let grandchild = try #require(Int32(end.text.dropLast()))
    #expect(kill(grandchild, 0) == 0)
    kill(grandchild, SIGKILL)
  }

  @Test func `a grandchild that prints after the run's end is not killed for it`() async throws {
    let folder = TemporaryFolder()
    let fifo = "\(folder.path)/go"
    let done = "\(folder.path)/done"
    let text = "mkfifo \(fifo) \(done); { read x <\(fifo); echo late; echo ok >\(done); } & exit 0"
    let end = await runShell(text)
    #expect(end.outcome == .exited(0))
    // The run is over; a child of its own lets the grandchild go on and hears whether it lived.
    let after = await runShell("echo x >\(fifo); cat \(done)")
    #expect(after.text == "ok\n")
    #expect(end.output == nil)
  }

  @Test func `a running job's output can be read while it runs`() async throws {
    let folder = TemporaryFolder()
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    let text = "mkfifo \(folder.path)/go; echo one; read x <\(folder.path)/go; echo two"
    executor.start([order(.command(text, input: nil))])
    await log.print()
    let first = try #require(executor.output(of: RunID(1), from: 0))
    #expect(String(decoding: first.bytes, as: UTF8.self) == "one\n")
    #expect(first.attempt == 1)
    #expect(executor.output(of: RunID(2), from: 0) == nil)
    _ = await runShell("echo go >\(folder.path)/go")
    #expect(await log.end().text == "one\ntwo\n")
    #expect(executor.output(of: RunID(1), from: 0) == nil)
  }
}
