// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc
import Support
import Testing

@testable import Scheduler

/// Runs one shell command as a user, to its end.
private func runShell(
  as user: String, _ text: String, options change: (inout JobOptions) -> Void = { _ in }
) async -> EventLog.End {
  await runShell(text) {
    var rare = RareOptions()
    rare.user = user
    $0.rare = Shared(rare)
    change(&$0)
  }
}

private func message(_ end: EventLog.End) -> String {
  guard case .notStarted(let message) = end.outcome else { return "\(end.outcome)" }
  return message
}

/// Jobs of other users, which only root can run.
@Suite(.enabled(if: geteuid() == 0, "only root may switch users")) struct UserSwitchTests {
  @Test func `a process has its user's numbers and groups and no capability`() async throws {
    let account = try #require(try? Account.named("www-data"))
    let numbers = try #require(account.credentials)
    let end = await runShell(
      as: "www-data", "grep -E '^(Uid|Gid|Groups|CapPrm|CapEff):' /proc/self/status")
    let (uid, gid) = (numbers.user, numbers.group)
    let lines = end.text.split(separator: "\n").map(String.init)
    try #require(lines.count == 5, "\(end.outcome) \(end.text)")
    #expect(lines[0] == "Uid:\t\(uid)\t\(uid)\t\(uid)\t\(uid)")
    #expect(lines[1] == "Gid:\t\(gid)\t\(gid)\t\(gid)\t\(gid)")
    let groups = lines[2].dropFirst(7).split(whereSeparator: { " \t".contains($0) })
    #expect(Set(groups.compactMap { UInt32($0) }) == Set(numbers.groups))
    #expect(lines[3...].allSatisfy { $0.hasSuffix("\t0000000000000000") })
  }

  @Test func `home, names and directory are the user's`() async throws {
    let account = try #require(try? Account.named("backup"))
    let end = await runShell(as: "backup", "pwd; echo $HOME $LOGNAME $USER; id -un") {
      $0.surroundings.directory = nil
      $0.surroundings.environment = [EnvironmentVariable(name: "LOGNAME", value: "root")]
    }
    #expect(end.text == "\(account.home)\n\(account.home) backup backup\nbackup\n")
  }

  @Test func `the daemon's own groups are not passed on`() async {
    await #expect(processExitsWith: .success) {
      var groups: [gid_t] = [6, 42]
      guard setgroups(groups.count, &groups) == 0 else { exit(2) }
      for user in ["nobody", "root"] {
        let end = await runShell(as: user, "id -G")
        let ids = end.text.split(whereSeparator: \.isWhitespace)
        guard !ids.isEmpty, !ids.contains("6"), !ids.contains("42") else { exit(3) }
      }
      exit(0)
    }
  }

  @Test func `the directory is entered as the user`() async throws {
    let folder = TemporaryFolder()
    chmod(folder.path, 0o700)
    let mark = "/tmp/beat-mark-\(getpid())-directory"
    let end = await runShell(as: "nobody", "touch \(mark)") {
      $0.surroundings.directory = folder.path
    }
    #expect(
      message(end)
        == "not started: the working directory \(folder.path) could not be entered as user nobody: "
        + "Permission denied")
    #expect(access(mark, F_OK) != 0)
  }

  @Test func `a program that the user may not run is not run`() async {
    let folder = TemporaryFolder()
    chmod(folder.path, 0o755)
    _ = await runShell("cp /bin/true \(folder.path)/tool; chmod 700 \(folder.path)/tool")
    var rare = RareOptions()
    rare.user = "nobody"
    let end = await runProgram(["\(folder.path)/tool"]) { $0.rare = Shared(rare) }
    #expect(message(end).contains("could not be run as user nobody: Permission denied"))
  }

  @Test func `a user that is gone is named, and nothing runs`() async {
    let mark = "/tmp/beat-mark-\(getpid())-gone"
    let end = await runShell(as: "no-such-user", "touch \(mark)")
    #expect(
      message(end) == "not started: there is no user \"no-such-user\" on this machine")
    #expect(access(mark, F_OK) != 0)
  }

  @Test func `a file that the user makes is theirs, with the mask of the job`() async throws {
    let folder = TemporaryFolder()
    chmod(folder.path, 0o777)
    _ = await runShell(as: "nobody", "echo x > \(folder.path)/made")
    var status = stat()
    try #require(stat("\(folder.path)/made", &status) == 0)
    #expect(status.st_uid == getpwnam("nobody")!.pointee.pw_uid)
    #expect(status.st_mode & 0o777 == 0o644)
  }

  @Test func `a negative niceness is set before root is given up`() async {
    var rare = RareOptions()
    rare.user = "nobody"
    rare.niceness = -3
    let end = await runShell("id -un; nice") { $0.rare = Shared(rare) }
    #expect(end.text == "nobody\n-3\n")
  }

  @Test func `a user with as many processes as they may is named as the reason`() async {
    let log = EventLog()
    let executor = LocalExecutor(handlers: [:], sink: log.sink)
    var rare = RareOptions()
    rare.user = "nobody"
    executor.start([order(.exec(["sleep", "600"], input: nil)) { $0.rare = Shared(rare) }])
    _ = await log.start()
    rare.limits.processes = 0
    let end = await runShell("true") { $0.rare = Shared(rare) }
    #expect(message(end).contains("its user has as many processes as they may"))
    executor.stop(RunID(1))
    _ = await log.end()
  }

  @Test func `a daemon that is not root runs its own user's jobs and no other's`() async {
    await #expect(processExitsWith: .success) {
      guard setgid(65_534) == 0, setuid(65_534) == 0 else {
        exit(2)
      }
      guard await runShell(as: "nobody", "id -un").text == "nobody\n" else { exit(3) }
      for user in ["www-data", "root"] {
        let text = message(await runShell(as: user, "true"))
        guard
          text == "not started: beatd runs as nobody: it must run as root to run a job as \(user)"
        else { exit(4) }
      }
      exit(0)
    }
  }

  @Test func `without processes left for its user a start fails with the reason`() async {
    await #expect(processExitsWith: .success) {
      let log = EventLog()
      let executor = LocalExecutor(handlers: [:], sink: log.sink)
      executor.start([order(.exec(["true"], input: nil), run: 1)])
      guard await log.end(of: 1).outcome == .exited(0) else { exit(2) }
      var limit = rlimit(rlim_cur: 0, rlim_max: 4_000)
      guard setrlimit(__rlimit_resource_t(__RLIMIT_NPROC.rawValue), &limit) == 0,
        setuid(65_534) == 0
      else { exit(3) }
      executor.start([order(.exec(["true"], input: nil), run: 2)])
      let text = message(await log.end(of: 2))
      guard text.contains("the kernel gave no process: Resource temporarily unavailable") else {
        exit(4)
      }
      limit.rlim_cur = 4_000
      setrlimit(__rlimit_resource_t(__RLIMIT_NPROC.rawValue), &limit)
      executor.start([order(.exec(["true"], input: nil), run: 3)])
      exit(await log.end(of: 3).outcome == .exited(0) ? 0 : 5)
    }
  }
}
