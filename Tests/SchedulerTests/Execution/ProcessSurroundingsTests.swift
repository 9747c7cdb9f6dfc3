// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Scheduler
import Support
import Testing

struct ProcessSurroundingsTests {
  @Test func `the environment is exactly what is documented`() async {
    setenv("BEAT_TEST_SECRET", "leaked", 1)
    let end = await runProgram(["env"]) {
      $0.surroundings.environment = [EnvironmentVariable(name: "HOME", value: "/tmp")]
      $0.surroundings.environment.append(EnvironmentVariable(name: "LANG", value: "C"))
    }
    let account = String(cString: getpwuid(geteuid())!.pointee.pw_name)
    #expect(
      end.text.split(separator: "\n") == [
        "SHELL=/bin/sh", "HOME=/tmp",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C",
        "LOGNAME=\(account)", "USER=\(account)", "BEAT_JOB=a-job", "BEAT_RUN_ID=t-1",
        "BEAT_SCHEDULED_FOR=2027-01-15T08:00:00.123Z", "BEAT_ATTEMPT=1", "BEAT_TRIGGER=schedule",
      ])
  }

  @Test func `descriptors 0 to 2 and no others are open`() async {
    let held = open("/dev/null", O_RDONLY)
    defer { close(held) }
    #expect(await runShell("ls /proc/$$/fd; true").text == "0\n1\n2\n")
  }

  @Test func `no signal is blocked or ignored`() async {
    let end = await runProgram(["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"])
    let zero = String(repeating: "0", count: 16)
    #expect(end.text == "SigBlk:\t\(zero)\nSigIgn:\t\(zero)\n")
  }

  @Test func `an ignored SIGPIPE is not passed on, nor taken from the daemon`() async {
    let before = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, before) }
    let end = await runProgram(["grep", "SigIgn", "/proc/self/status"])
    #expect(end.text == "SigIgn:\t0000000000000000\n")
    var action = sigaction()
    #expect(sigaction(SIGPIPE, nil, &action) == 0)
    let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
    #expect(unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == ignored)
  }

  @Test func `it leads a session and a process group of its own`() async {
    let end = await runShell("cut -d' ' -f1,5,6 /proc/$$/stat")
    let numbers = end.text.split(whereSeparator: \.isWhitespace)
    #expect(numbers.count == 3 && Set(numbers).count == 1)
    #expect(numbers.first != "\(getsid(0))"[...])
  }

  @Test func `the file mask is 022, whatever the daemon's is`() async {
    #expect(await runShell("umask").text == "0022\n")
  }

  @Test func `a job has a file mask and a niceness of its own`() async {
    var rare = RareOptions()
    rare.fileMask = 0o077
    rare.niceness = 7
    let end = await runShell("umask; nice") { $0.rare = Shared(rare) }
    #expect(end.text == "0077\n7\n")
  }

  @Test func `it runs in the directory that the job names`() async throws {
    let folder = TemporaryFolder()
    #expect(
      await runShell("pwd") { $0.surroundings.directory = folder.path }.text == folder.path + "\n")
    let atHome = await runShell("pwd") {
      $0.surroundings.directory = nil
      $0.surroundings.environment = [EnvironmentVariable(name: "HOME", value: folder.path)]
    }
    #expect(atHome.text == folder.path + "\n")
  }

  @Test func `a program is looked for in the job's own PATH, relative to its directory`()
    async throws
  {
    let folder = TemporaryFolder()
    _ = await runShell(
      "printf '#!/bin/sh\\necho found' > \(folder.path)/my-tool; chmod +x \(folder.path)/my-tool")
    let end = await runProgram(["my-tool"]) {
      $0.surroundings.directory = folder.path
      $0.surroundings.environment = [EnvironmentVariable(name: "PATH", value: "/nowhere::/bin")]
    }
    #expect(end.text == "found\n")
  }
}

struct ProcessFailureTests {
  private func message(_ end: EventLog.End) -> String {
    guard case .notStarted(let message) = end.outcome else { return "\(end.outcome)" }
    return message
  }

  @Test func `a missing program is named with the path that was searched`() async {
    let end = await runProgram(["no-such-tool"])
    #expect(
      message(end) == """
        not started: the program no-such-tool is not in the job's PATH \
        (/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin): No such file or directory
        """)
    #expect(end.output == nil)
  }

  @Test func `a missing program with a path is named`() async {
    let text = message(await runProgram(["/no/such"]))
    #expect(text == "not started: the program /no/such could not be run: No such file or directory")
  }

  @Test func `a program that may not be run is named`() async throws {
    let folder = TemporaryFolder()
    _ = await runShell("echo x > \(folder.path)/tool; chmod 644 \(folder.path)/tool")
    let text = message(await runProgram(["\(folder.path)/tool"]))
    #expect(text.contains("\(folder.path)/tool could not be run: Permission denied"))
    let inPath = await runProgram(["tool"]) {
      $0.surroundings.environment = [
        EnvironmentVariable(name: "PATH", value: folder.path + ":/bin")
      ]
    }
    #expect(message(inPath).contains("\(folder.path)/tool could not be run: Permission denied"))
  }

  @Test func `a missing interpreter and a missing first line are told apart`() async throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/script"
    _ = await runShell("printf '#!/no/such\\n' > \(path); chmod +x \(path)")
    #expect(message(await runProgram([path])).contains("the interpreter that its first line names"))
    _ = await runShell("printf 'echo x\\n' > \(path)")
    #expect(message(await runProgram([path])).contains("has no #! line"))
  }

  @Test func `a program behind a loop of links is refused`() async {
    let folder = TemporaryFolder()
    symlink("b", "\(folder.path)/a")
    symlink("a", "\(folder.path)/b")
    let text = message(await runProgram(["\(folder.path)/a"]))
    #expect(text.contains("could not be run: Too many levels of symbolic links"))
  }

  @Test(arguments: ["/nonexistent/sh", "/tmp", "no-such-shell"])
  func `B055: a shell that is none fails the run`(shell: String) async {
    let end = await runShell("true") { $0.surroundings.shell = shell }
    guard case .notStarted = end.outcome else {
      Issue.record("\(end.outcome)")
      return
    }
  }

  @Test func `a missing directory is named`() async {
    let end = await runShell("true") { $0.surroundings.directory = "/no/such/place" }
    #expect(
      message(end) == """
        not started: the working directory /no/such/place could not be entered: \
        No such file or directory
        """)
  }

  @Test func `arguments that are too long for the kernel are refused`() async {
    let text = message(await runProgram(["true", String(repeating: "x", count: 200_000)]))
    #expect(text.contains("its arguments and environment are too long"))
  }

  @Test func `a NUL in a command is refused`() async {
    #expect(message(await runShell("echo a\u{0}b")).contains("a NUL byte stands in"))
  }

  @Test func `an empty program name is refused`() async {
    #expect(message(await runProgram([""])).contains("could not be run"))
  }

  @Test func `a program that is open for writing is tried again until it is closed`() async throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/busy"
    _ = await runShell("cp /bin/true \(path)")
    let writer = open(path, O_WRONLY)
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.start([order(.exec([path], input: nil))])
    #expect(message(await log.end()).contains("Text file busy"))
    close(writer)
    // A child of another test may have the descriptor until its program runs.
    var outcome = await runProgram([path]).outcome
    for _ in 0..<50 where outcome != .exited(0) { outcome = await runProgram([path]).outcome }
    #expect(outcome == .exited(0))
  }

  @Test func `a busy program holds up no other start`() async throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/busy"
    _ = await runShell("cp /bin/true \(path)")
    let writer = open(path, O_WRONLY)
    defer { close(writer) }
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.start((1...8).map { order(.exec([path], input: nil), run: $0) })
    executor.start([order(.exec(["true"], input: nil), run: 9)])
    #expect(await log.end(of: 9).outcome == .exited(0))
    if case .started(RunID(9), _, _)? = log.events.first {
    } else {
      Issue.record("\(log.events)")
    }
    for run: Int64 in 1...8 { #expect(message(await log.end(of: run)).contains("busy")) }
  }

  @Test func `a start that waits for a busy program can be stopped`() async throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/busy"
    _ = await runShell("cp /bin/sleep \(path)")
    let writer = open(path, O_WRONLY)
    defer { close(writer) }
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    executor.start([order(.exec([path, "600"], input: nil))])
    executor.stop(RunID(1))
    #expect(await log.end().outcome == .stopped(exitCode: nil, signal: nil))
  }
}
