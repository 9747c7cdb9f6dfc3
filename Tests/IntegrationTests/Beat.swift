// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Glibc

/// A beatd of a test's own, with its schedules, state and socket in a folder of its own.
final class Beat {
  struct Answer {
    let code: Int32
    let output: String
    let errors: String
  }

  let folder: String
  /// The state file.
  var state: String
  /// More options of beatd's.
  var options: [String] = []
  private(set) var daemon: ChildProcess?
  private var notices: Int32 = -1
  private var calls = 0

  init() throws {
    var template = Array("/tmp/beat-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFailure("no temporary folder") }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    state = folder + "/beat.db"
    mkdir(folder + "/schedules", 0o700)
  }

  deinit {
    if let daemon {
      daemon.send(SIGKILL)
      _ = daemon.wait()
    }
    if notices >= 0 { close(notices) }
    let remove = try? ChildProcess(
      "/bin/rm", ["-rf", folder], environment: [:], output: "/dev/null", errors: "/dev/null")
    _ = remove?.wait()
  }

  var log: String { contents(of: folder + "/log") }

  /// The folder in which the test runner and the programs lie.
  static let programs: String = {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(
      decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }()

  func write(_ name: String, _ text: String) throws {
    // Written beside and renamed over, as a careful editor does.
    let path = folder + "/schedules/" + name
    guard let file = fopen(path + "~", "w") else { throw TestFailure("cannot write \(path)") }
    fputs(text, file)
    fclose(file)
    rename(path + "~", path)
  }

  /// Starts beatd and returns when it says that it is ready.
  ///
  /// With `wrapper` through that program, which takes beatd's command line as its last arguments.
  func start(
    through wrapper: [String] = [], environment extra: [String: String] = [:]
  ) throws {
    try launch(through: wrapper, environment: extra)
    try waitForNotice("READY=1")
  }

  /// Starts beatd and returns at once.
  func launch(
    through wrapper: [String] = [], environment extra: [String: String] = [:]
  ) throws {
    if notices < 0 { notices = try Self.listen(at: folder + "/notify") }
    forgetNotices()
    daemon = try spawn(
      wrapper, environment: extra.merging(["NOTIFY_SOCKET": folder + "/notify"]) { _, new in new })
  }

  /// What a daemon that was killed had still said.
  private func forgetNotices() {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while recv(notices, &buffer, buffer.count, Int32(MSG_DONTWAIT)) > 0 {}
  }

  /// Starts another beatd on the same state file, and returns at once.
  func launchAnother() throws -> ChildProcess {
    try ChildProcess(
      Self.programs + "/beatd", arguments + ["--socket", folder + "/other.sock"],
      environment: environment.merging(["NOTIFY_SOCKET": folder + "/notify"]) { _, new in new },
      output: folder + "/other.out", errors: folder + "/other.err")
  }

  /// Starts another beatd on the same state file, and waits for its end.
  func startAnother() throws -> Answer {
    let child = try launchAnother()
    let code = child.wait()
    return Answer(
      code: code, output: contents(of: folder + "/other.out"),
      errors: contents(of: folder + "/other.err"))
  }

  /// Sends a signal and waits for the end.
  @discardableResult
  func stop(_ signal: Int32 = SIGTERM) -> Int32 {
    guard let daemon else { return 0 }
    if signal != 0 { daemon.send(signal) }
    self.daemon = nil
    return daemon.wait()
  }

  /// Waits for a message to the service manager that holds this line.
  func waitForNotice(_ line: String, seconds: Int32 = 20) throws {
    while true {
      var poll = pollfd(fd: notices, events: Int16(POLLIN), revents: 0)
      guard Glibc.poll(&poll, 1, seconds * 1_000) > 0 else {
        throw TestFailure("beatd did not say \(line). Its log:\n\(log)")
      }
      var buffer = [UInt8](repeating: 0, count: 4_096)
      let count = recv(notices, &buffer, buffer.count, 0)
      let text = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
      if text.split(separator: "\n").contains(line[...]) { return }
    }
  }

  /// Runs beatctl.
  @discardableResult
  func ctl(_ words: String...) throws -> Answer { try ctl(all: words) }

  /// Runs beatctl.
  func ctl(all words: [String]) throws -> Answer {
    calls += 1
    let output = "\(folder)/ctl-\(calls).out"
    let errors = "\(folder)/ctl-\(calls).err"
    let child = try ChildProcess(
      Self.programs + "/beatctl", ["--socket", folder + "/beatd.sock"] + words,
      environment: environment, output: output, errors: errors)
    let code = child.wait()
    return Answer(code: code, output: contents(of: output), errors: contents(of: errors))
  }

  /// Runs beatctl on the other beatd.
  func ctlOther(_ word: String) throws -> Answer {
    let child = try ChildProcess(
      Self.programs + "/beatctl", ["--socket", folder + "/other.sock", word],
      environment: environment, output: folder + "/other-ctl.out",
      errors: folder + "/other-ctl.err")
    let code = child.wait()
    return Answer(
      code: code, output: contents(of: folder + "/other-ctl.out"),
      errors: contents(of: folder + "/other-ctl.err"))
  }

  func job(_ name: String) throws -> JobSummary {
    let list = try APICoder.decode(
      JobListReply.self, from: Array(try ctl("--json", "list").output.utf8))
    guard let job = list.jobs.first(where: { $0.name == name }) else {
      throw TestFailure("no job \(name) among \(list.jobs.map(\.name))")
    }
    return job
  }

  /// A job's ledger, oldest first.
  func history(_ name: String, limit: Int = 1_000) throws -> [RunSummary] {
    let answer = try ctl("--json", "history", name, "--limit", "\(limit)")
    return try APICoder.decode(HistoryReply.self, from: Array(answer.output.utf8)).runs.reversed()
  }

  private var arguments: [String] {
    ["--schedules", folder + "/schedules", "--state", state] + options
  }

  private var environment: [String: String] {
    ["PATH": "/usr/bin:/bin", "HOME": folder, "TZ": "UTC"]
  }

  private func spawn(
    _ wrapper: [String], environment extra: [String: String]
  ) throws -> ChildProcess {
    let words =
      wrapper + [Self.programs + "/beatd"] + arguments + ["--socket", folder + "/beatd.sock"]
    return try ChildProcess(
      words[0], Array(words.dropFirst()),
      environment: environment.merging(extra) { _, new in new }, output: folder + "/log",
      errors: folder + "/log")
  }

  private static func listen(at path: String) throws -> Int32 {
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0 else { throw TestFailure("cannot listen at \(path)") }
    return descriptor
  }
}

/// A pipe by name: a job writes a line into it, the test waits for the line.
final class Whistle {
  let path: String
  private let descriptor: Int32
  private var rest = ""

  init(_ path: String) throws {
    self.path = path
    mkfifo(path, 0o600)
    descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw TestFailure("cannot open \(path)") }
  }

  deinit { close(descriptor) }

  /// Writes into the pipe, for a job that waits for it.
  func write(_ text: String) throws {
    guard Glibc.write(descriptor, text, text.utf8.count) > 0 else {
      throw TestFailure("cannot write to \(path)")
    }
  }

  /// The next line that a job has written.
  func nextLine(seconds: Int32 = 20) throws -> String {
    while true {
      if let end = rest.firstIndex(of: "\n") {
        let line = String(rest[..<end])
        rest = String(rest[rest.index(after: end)...])
        return line
      }
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard Glibc.poll(&poll, 1, seconds * 1_000) > 0 else {
        throw TestFailure("no job wrote to \(path) within \(seconds) s")
      }
      var buffer = [UInt8](repeating: 0, count: 4_096)
      let count = read(descriptor, &buffer, buffer.count)
      rest += String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }
  }
}

/// Lets real time pass: only where the passing of time itself is tested.
func letPass(milliseconds: Int32) {
  poll(nil, 0, milliseconds)
}
