// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// Whom processes run as, as the system's user database knows them.
struct Account: Hashable, Sendable {
  /// The login name.
  let name: String
  /// The home directory.
  let home: String
  /// Whom a process has to become; nil: it is them already.
  var credentials: Credentials?

  /// The numbers that the kernel knows a user by.
  struct Credentials: Hashable, Sendable {
    let user: UInt32
    let group: UInt32
    /// All groups, as `initgroups` has them.
    let groups: [UInt32]
  }

  /// The daemon's own user.
  ///
  /// One that the database does not know (as in a container that was given a bare number) is named
  /// by its number and has `/` for a home.
  static func current() -> Account {
    let uid = geteuid()
    var name = [CChar](repeating: 0, count: 256)
    var home = [CChar](repeating: 0, count: Int(PATH_MAX))
    let found = unsafe clinux_account(uid, &name, name.count, &home, home.count)
    guard found > 0 else { return Account(name: "\(uid)", home: "/") }
    return Account(name: text(name), home: text(home))
  }

  /// The user of a login name, with the groups that they have now.
  ///
  /// May ask the network, and hold the calling thread for as long as that takes.
  static func named(_ name: String) throws(AccountError) -> Account {
    guard !name.utf8.contains(0) else { throw .unknown(name) }
    var (uid, gid): (uid_t, gid_t) = (0, 0)
    var home = [CChar](repeating: 0, count: Int(PATH_MAX))
    let found = unsafe clinux_account_named(name, &uid, &gid, &home, home.count)
    guard found >= 0 else { throw .unanswered(name, SystemError(number: -found)) }
    guard found > 0 else { throw .unknown(name) }
    let credentials = Credentials(user: uid, group: gid, groups: groups(of: name, gid))
    return Account(name: name, home: text(home), credentials: credentials)
  }

  private static func groups(of name: String, _ group: gid_t) -> [gid_t] {
    var groups = [gid_t](repeating: 0, count: 64)
    while true {
      let count = Int(unsafe clinux_groups(name, group, &groups, Int32(groups.count)))
      if count <= groups.count { return Array(groups.prefix(max(0, count))) }
      groups = [gid_t](repeating: 0, count: count)
    }
  }

  private static func text(_ characters: [CChar]) -> String {
    let bytes = characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Why a user cannot be had.
enum AccountError: Error, Hashable {
  /// There is none of that name.
  case unknown(String)
  /// The user database gave no answer.
  case unanswered(String, SystemError)
  /// Only root may run processes as another.
  case notRoot(String, own: String)

  /// For people.
  var message: String {
    switch self {
    case .unknown(let name): "there is no user \"\(name)\" on this machine"
    case .unanswered(let name, let error):
      "the user database does not say who \"\(name)\" is: \(error.text)"
    case .notRoot(let name, let own):
      "beatd runs as \(own): it must run as root to run a job as \(name)"
    }
  }
}
