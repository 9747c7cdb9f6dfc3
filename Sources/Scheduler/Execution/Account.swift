// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// Whom processes run as, as the system's user database knows them.
struct Account: Hashable, Sendable {
  /// The login name.
  let name: String
  /// The home directory.
  let home: String

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

  private static func text(_ characters: [CChar]) -> String {
    let bytes = characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
