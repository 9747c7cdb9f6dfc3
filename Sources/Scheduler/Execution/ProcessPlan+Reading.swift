// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// What a start reads from the machine: the user database, the environment file, and the daemon's
/// own environment. Any of it may hold the calling thread.
extension ProcessPlan {
  /// What an order asks for, with all that has to be read for it, as it stands at this moment.
  ///
  /// `own` is the daemon's user.
  static func read(_ order: AttemptOrder, own: Account) throws(StartFailure) -> ProcessPlan {
    let account = try account(of: order, own: own)
    let outside = OutsideVariables(
      inherited: inherited(by: order, own: own), file: try fileVariables(of: order))
    guard let plan = ProcessPlan(order, account: account, outside: outside) else {
      throw StartFailure(number: EINVAL, message: "not started: its command is empty")
    }
    return plan
  }

  // MARK: User

  private static func account(
    of order: AttemptOrder, own: Account
  ) throws(StartFailure) -> Account {
    guard let name = order.user else { return own }
    do throws(AccountError) {
      if geteuid() == 0 { return try Account.named(name) }
      guard name == own.name else { throw .notRoot(name, own: own.name) }
      return own
    } catch {
      throw StartFailure(number: EPERM, message: "not started: \(error.message)")
    }
  }

  // MARK: Environment file

  /// The variables of the order's environment file; none where it has none.
  static func fileVariables(
    of order: AttemptOrder
  ) throws(StartFailure) -> [EnvironmentVariable] {
    guard let given = order.options.value.rare?.value.environmentFile else { return [] }
    let isOptional = given.hasPrefix("-")
    let path = isOptional ? String(given.dropFirst()) : given
    let bytes: [UInt8]
    do throws(BoundedFile.Failure) {
      bytes = try BoundedFile.read(path, limit: EnvironmentFile.sizeLimit)
    } catch {
      if isOptional, error.isAbsence { return [] }
      let message = "not started: the environment file \(path) could not be read: \(error.text)"
      throw StartFailure(number: EIO, message: message)
    }
    return try variables(in: bytes, of: path)
  }

  private static func variables(
    in bytes: [UInt8], of path: String
  ) throws(StartFailure) -> [EnvironmentVariable] {
    do throws(EnvironmentFile.Fault) {
      return try EnvironmentFile.variables(in: bytes)
    } catch {
      let message =
        "not started: line \(error.line) of the environment file \(path) \(error.message)"
      throw StartFailure(number: EINVAL, message: message)
    }
  }

  // MARK: The daemon's environment

  /// What systemd tells the daemon about itself, and means for no other process.
  private static let daemonsOwn: Set<String> = [
    "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS",
    "LISTEN_FDNAMES", "MAINPID", "MANAGERPID", "SYSTEMD_EXEC_PID", "INVOCATION_ID",
    "JOURNAL_STREAM", "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CONFIGURATION_DIRECTORY",
    "CREDENTIALS_DIRECTORY",
  ]

  /// Variables that say who a process is are never inherited by another user's.
  private static func inherited(by order: AttemptOrder, own: Account) -> [EnvironmentVariable] {
    let rule = order.inheritedEnvironment(isFirstProcess: getpid() == 1)
    if case .none = rule { return [] }
    let isAnothers = order.user.map { $0 != own.name } ?? false
    return ownVariables().filter { variable in
      if variable.name == "SHELL" || isAnothers && variable.name == "HOME" { return false }
      return switch rule {
      case .none: false
      case .all: !daemonsOwn.contains(variable.name)
      case .names(let names): names.contains(variable.name)
      }
    }
  }

  private static func ownVariables() -> [EnvironmentVariable] {
    guard var entry = unsafe clinux_environment() else { return [] }
    var variables: [EnvironmentVariable] = []
    while let text = unsafe entry.pointee {
      let line = unsafe String(cString: text)
      if let sign = line.firstIndex(of: "="), sign != line.startIndex {
        let value = String(line[line.index(after: sign)...])
        variables.append(EnvironmentVariable(name: String(line[..<sign]), value: value))
      }
      unsafe entry += 1
    }
    return variables
  }
}

extension AttemptOrder {
  /// Whom the process is to run as; nil: the daemon's own user.
  var user: String? { options.value.rare?.value.user }

  /// What the process gets of the daemon's environment.
  ///
  /// By default nothing; in a container, where the daemon is the first process and is configured by
  /// its environment, everything, but for a job that names its user.
  func inheritedEnvironment(isFirstProcess: Bool) -> InheritedEnvironment {
    options.value.rare?.value.inherited
      ?? (isFirstProcess && user == nil ? .all : InheritedEnvironment.none)
  }
}
