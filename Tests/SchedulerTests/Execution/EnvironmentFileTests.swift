// SPDX-License-Identifier: Apache-2.0

import Glibc
import Support
import Testing

@testable import Scheduler

struct EnvironmentFileTests {
  private func parsed(_ text: String) -> [String] {
    let variables = try? EnvironmentFile.variables(in: Array(text.utf8))
    return variables?.map { "\($0.name)=\($0.value)" } ?? ["in error"]
  }

  private func fault(_ bytes: [UInt8]) -> EnvironmentFile.Fault? {
    do throws(EnvironmentFile.Fault) {
      _ = try EnvironmentFile.variables(in: bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("A=1", "A=1"), ("A=", "A="), ("  A = x y \t\r", "A=x y"), ("A=b=c", "A=b=c"),
    ("_a1=\"x y \"", "_a1=x y "), ("A='x \\ \" $y '", "A=x \\ \" $y "),
    ("A=\"a\\\"b\\\\c\\$d\\`e\\n\"", "A=a\"b\\c$d`e\\n"), ("A=a\\ b\\\\c", "A=a b\\c"),
    ("A=a'b", "A=a'b"), ("A=$HOME", "A=$HOME"), ("A=x # y", "A=x # y"), ("A=\"\"", "A="),
    ("A=\u{301}é", "A=\u{301}é"),
  ])
  func `a line is a variable`(line: String, expected: String) {
    #expect(parsed(line + "\n") == [expected])
  }

  @Test func `comments and empty lines are passed over, and a last line needs no end`() {
    #expect(parsed("# A=1\n\n ; B=2\n\t\nC=3") == ["C=3"])
    #expect(parsed("") == [])
  }

  @Test(arguments: [
    "AB", "=x", "1A=x", "A B=x", "A-B=x", "export A=1", "A=\"x", "A='x", "A=\"x\"y", "A='x' # y",
    "A=x\\", "A=\"x\\\"", "é=1",
  ])
  func `a line that is none of these is an error that does not quote it`(line: String) {
    let fault = fault(Array("GOOD=1\n\(line)\n".utf8))
    #expect(fault?.line == 2)
    #expect(fault?.message.contains(line) == false)
  }

  @Test func `what is not text and what is too much is refused`() {
    #expect(fault([0x41, 0x3D, 0xFF])?.message == "is not text in UTF-8")
    #expect(fault([0x41, 0x3D, 0x00])?.message == "is not text in UTF-8")
    let many = (0...1_000).map { "A\($0)=1\n" }.joined()
    #expect(fault(Array(many.utf8))?.line == 1_001)
  }
}

struct ProcessEnvironmentTests {
  private func run(
    _ path: String, _ text: String = "echo $A $B $C"
  ) async -> EventLog.End {
    var rare = RareOptions()
    rare.environmentFile = path
    return await runShell(text) {
      $0.rare = Shared(rare)
      $0.surroundings.environment = [
        EnvironmentVariable(name: "A", value: "own"), EnvironmentVariable(name: "B", value: "own"),
      ]
    }
  }

  private func message(_ end: EventLog.End) -> String {
    guard case .notStarted(let message) = end.outcome else { return "\(end.outcome)" }
    return message
  }

  @Test func `an environment file is read at each start, and overrides the job's variables`()
    async throws
  {
    let folder = TemporaryFolder()
    let path = folder.path + "/env"
    _ = await runShell("printf 'B=file\\nC=file\\nLOGNAME=eve\\n' > \(path)")
    #expect(await run(path).text == "own file file\n")
    _ = await runShell("printf 'C=later\\n' > \(path)")
    #expect(await run(path).text == "own own later\n")
    #expect(await run("-" + path).text == "own own later\n")
  }

  @Test func `a missing environment file ends the attempt unless it may be absent`() async {
    #expect(
      message(await run("/no/such/env")) == """
        not started: the environment file /no/such/env could not be read: No such file or directory
        """)
    #expect(await run("-/no/such/env").text == "own own\n")
  }

  @Test func `what is no small regular file is not read`() async {
    let folder = TemporaryFolder()
    mkfifo(folder.path + "/pipe", 0o600)
    _ = await runShell("truncate -s 2M \(folder.path)/large")
    #expect(message(await run("-" + folder.path)).contains("not a regular file"))
    #expect(message(await run(folder.path + "/pipe")).contains("not a regular file"))
    #expect(message(await run("/dev/zero")).contains("not a regular file"))
    #expect(message(await run("-" + folder.path + "/large")).contains("larger than 1048576 bytes"))
  }

  @Test func `a line in error is named by its number, not its text`() async {
    let folder = TemporaryFolder()
    let path = folder.path + "/env"
    _ = await runShell("printf 'A=1\\nsecret\\n' > \(path)")
    #expect(
      message(await run(path))
        == "not started: line 2 of the environment file \(path) is not NAME=VALUE")
  }

  @Test func `of the daemon's environment a job gets what it asks for and no more`() async {
    await #expect(processExitsWith: .success) {
      for name in ["KEPT", "OTHER", "NOTIFY_SOCKET", "HOME", "SHELL", "USER", "PATH"] {
        setenv(name, name == "PATH" ? "/bin:/usr/bin:/own" : "daemon's", 1)
      }
      func variables(_ inherited: InheritedEnvironment?, user: String? = nil) async -> Set<String> {
        var rare = RareOptions()
        rare.inherited = inherited
        rare.user = user
        let end = await runProgram(["env"]) { $0.rare = Shared(rare) }
        return Set(
          end.text.split(separator: "\n").filter { $0.hasSuffix("daemon's") || $0.hasSuffix("own") }
            .map { String($0.prefix { $0 != "=" }) })
      }
      guard await variables(nil) == [], await variables(InheritedEnvironment.none) == [] else {
        exit(2)
      }
      let all = await variables(.all)
      guard all.isSuperset(of: ["KEPT", "OTHER", "HOME", "PATH"]) else { exit(3) }
      guard all.isDisjoint(with: ["SHELL", "USER", "NOTIFY_SOCKET"]) else { exit(4) }
      guard
        await variables(.names(["KEPT", "NOTIFY_SOCKET", "ABSENT"])) == ["KEPT", "NOTIFY_SOCKET"]
      else { exit(5) }
      if geteuid() == 0 {
        let another = await variables(.all, user: "nobody")
        guard another.contains("KEPT"), !another.contains("HOME") else { exit(6) }
      }
      exit(0)
    }
  }

  @Test func `the first process of a container passes its environment on, but to no other user`() {
    #expect(order(.exec(["x"], input: nil)).inheritedEnvironment(isFirstProcess: true) == .all)
    let plain = order(.exec(["x"], input: nil)).inheritedEnvironment(isFirstProcess: false)
    #expect(plain == InheritedEnvironment.none)
    var rare = RareOptions()
    rare.user = "nobody"
    let other = order(.exec(["x"], input: nil)) { $0.rare = Shared(rare) }
    #expect(other.inheritedEnvironment(isFirstProcess: true) == InheritedEnvironment.none)
    rare.inherited = .all
    let asked = order(.exec(["x"], input: nil)) { $0.rare = Shared(rare) }
    #expect(asked.inheritedEnvironment(isFirstProcess: false) == .all)
  }
}
