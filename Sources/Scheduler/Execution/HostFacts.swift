// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What reading schedules needs to know of the machine and of the process.
public enum HostFacts {
  /// The machine's id (`/etc/machine-id`); empty where it has none, as in most containers.
  public static func machineID() -> String {
    let descriptor = unsafe open("/etc/machine-id", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = unsafe read(descriptor, &buffer, buffer.count)
    let word = buffer.prefix(max(0, count)).prefix { $0 > 0x20 && $0 < 0x7F }
    return String(decoding: word, as: UTF8.self)
  }

  /// Whom the process runs as: the login name, or the number of a user without one.
  public static func userName() -> String { Account.current().name }

  /// The number of the user that the process runs as.
  public static func userID() -> UInt32 { geteuid() }
}
