// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import CronParser
internal import Glibc

/// A child that runs.
struct StartedProcess: Sendable {
  /// Which it is.
  let identity: ProcessIdentity
  /// Readable once it has ended.
  let process: SharedDescriptor
  /// The end of its output that is read.
  let output: SharedDescriptor
}

/// Why a child does not run.
struct StartFailure: Error, Hashable {
  /// The errno.
  let number: Int32
  /// Which step, on what, and why, for people.
  let message: String

  /// The program is open for writing, which passes in a moment.
  var isBusyProgram: Bool { number == ETXTBSY }
}

extension ProcessPlan {
  /// Starts the child.
  ///
  /// Holds the calling thread until it runs, 0.4 to 0.9 ms.
  func start(boot: String) throws(StartFailure) -> StartedProcess {
    let strings = try packed()
    let input = try inputDescriptor()
    let output = try outputPipe()
    let plan = clinux_plan(
      programs: Int32(programs.count), arguments: Int32(arguments.count),
      variables: Int32(environment.count), input: input.number, output: output.write.number,
      file_mask: fileMask, sets_niceness: niceness == nil ? 0 : 1, niceness: niceness ?? 0,
      limits: Int32(limits.count), switches_user: account.credentials == nil ? 0 : 1,
      uid: account.credentials?.user ?? 0, gid: account.credentials?.group ?? 0,
      groups: Int32(account.credentials?.groups.count ?? 0))
    var child = clinux_child()
    let result = unsafe clinux_spawn(
      strings, strings.count, plan, limits.map(\.packed), account.credentials?.groups ?? [],
      &child)
    guard result == 0 else { throw failure(SystemError(number: -result), of: child) }
    let ticks = ProcessStatus(pid: child.pid)?.startTicks ?? 0
    return StartedProcess(
      identity: ProcessIdentity(pid: child.pid, startTicks: ticks, boot: boot),
      process: SharedDescriptor(FileDescriptor(owning: child.pidfd)),
      output: SharedDescriptor(output.read))
  }

  private func inputDescriptor() throws(StartFailure) -> FileDescriptor {
    do throws(SystemError) {
      guard let input else { return try FileDescriptor.nothing() }
      return try FileDescriptor.memory(input)
    } catch {
      throw failure(error, "its standard input could not be made ready")
    }
  }

  private func outputPipe() throws(StartFailure) -> PipeEnds {
    do throws(SystemError) {
      return try isLeft ? FileDescriptor.lastingPipe() : FileDescriptor.pipe()
    } catch {
      throw failure(error, "there is no pipe for its output")
    }
  }

  /// All strings as the shim takes them.
  private func packed() throws(StartFailure) -> [CChar] {
    var characters: [CChar] = []
    for text in [directory] + programs + arguments + environment {
      for byte in text.utf8 {
        guard byte != 0 else {
          let message = "not started: a NUL byte stands in \"\(text.prefix(40))\""
          throw StartFailure(number: EINVAL, message: message)
        }
        characters.append(CChar(bitPattern: byte))
      }
      characters.append(0)
    }
    return characters
  }
}

extension ProcessPlan {
  private func failure(_ error: SystemError, _ what: String) -> StartFailure {
    StartFailure(number: error.number, message: "not started: \(what): \(error.text)")
  }

  private func failure(_ error: SystemError, of child: clinux_child) -> StartFailure {
    switch child.step {
    case Int32(CLINUX_STEP_DIRECTORY.rawValue):
      failure(error, "the working directory \(directory) could not be entered\(asUser)")
    case Int32(CLINUX_STEP_EXEC.rawValue):
      execFailure(error, program: Int(child.index))
    case Int32(CLINUX_STEP_LIMITS.rawValue):
      failure(error, "its limit \(limit(Int(child.index))) could not be set")
    case Int32(CLINUX_STEP_GROUPS.rawValue):
      failure(error, "it could not be given the groups of user \(account.name)")
    case Int32(CLINUX_STEP_GROUP.rawValue):
      failure(error, "it could not be given the group of user \(account.name)")
    case Int32(CLINUX_STEP_USER.rawValue):
      failure(error, "it could not be made user \(account.name)")
    case Int32(CLINUX_STEP_VERIFY.rawValue):
      failure(error, "it did not become user \(account.name), or could have gone back")
    case Int32(CLINUX_STEP_CLONE.rawValue):
      failure(error, "the kernel gave no process")
    case Int32(CLINUX_STEP_PLAN.rawValue):
      failure(error, "its command line could not be made ready")
    case Int32(CLINUX_STEP_SIGNALS.rawValue):
      failure(error, "its signals could not be set to their defaults")
    case Int32(CLINUX_STEP_NICENESS.rawValue):
      failure(error, "its niceness could not be set to \(niceness ?? 0)")
    case Int32(CLINUX_STEP_SESSION.rawValue):
      failure(error, "it could not be given a session")
    default:
      failure(error, "its descriptors could not be set up")
    }
  }

  private func execFailure(_ error: SystemError, program: Int) -> StartFailure {
    let path = programs.indices.contains(program) ? programs[program] : arguments[0]
    if error.number == ENOENT || error.number == ENOTDIR, programs.count > 1 {
      let places = programs.map { $0.prefix($0.count - arguments[0].count - 1) }
      let list = places.joined(separator: ":")
      return failure(error, "the program \(arguments[0]) is not in the job's PATH (\(list))")
    }
    let what = "the program \(path) could not be run\(asUser)"
    switch error.number {
    case ENOENT where isThere(path):
      return failure(error, "\(what): the interpreter that its first line names is missing")
    case ENOEXEC:
      return failure(error, "\(what): it is no binary of this machine and has no #! line")
    case EAGAIN:
      return failure(error, "\(what): its user has as many processes as they may")
    case E2BIG:
      return failure(error, "\(what): its arguments and environment are too long")
    default:
      return failure(error, what)
    }
  }

  /// Who was refused something, where that is not the daemon's user.
  private var asUser: String { account.credentials == nil ? "" : " as user \(account.name)" }

  private func limit(_ index: Int) -> String {
    guard limits.indices.contains(index) else { return "" }
    return "`\(limits[index].key)` of \(limits[index].most)"
  }

  private func isThere(_ path: String) -> Bool {
    unsafe access(path.hasPrefix("/") ? path : "\(directory)/\(path)", F_OK) == 0
  }
}
