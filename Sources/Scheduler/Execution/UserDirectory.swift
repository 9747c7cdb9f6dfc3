// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import CronParser
internal import Glibc
internal import Synchronization

/// The names of the system's users, as they are while schedule files are read.
///
/// An answer is kept, so that thousands of lines of one user ask once: a new directory sees what
/// has changed.
public final class UserDirectory: Sendable {
  private let isThere: @Sendable (String) -> Bool
  private let names: @Sendable () -> [String]
  private let answers = Mutex<[String: Bool]>([:])

  /// The users of this machine.
  public init() {
    isThere = { name in
      do throws(AccountError) {
        _ = try Account.named(name)
        return true
      } catch {
        // What gives no answer is asked again when a job starts.
        if case .unknown = error { return false }
        return true
      }
    }
    names = localNames
  }

  /// Users of these names and no others.
  public init(of users: [String]) {
    isThere = { users.contains($0) }
    names = { users }
  }

  /// Whether there is a user of this name; true where the user database gives no answer.
  public func knows(_ name: String) -> Bool {
    if let answer = answers.withLock({ $0[name] }) { return answer }
    let answer = isThere(name)
    answers.withLock { $0[name] = answer }
    return answer
  }

  /// The user of this machine whose name is most like this one.
  public func nearest(to name: String) -> String? { nearestName(to: name, among: names()) }
}

/// The names in `/etc/passwd`: users that a server keeps could be too many to ask for.
private func localNames() -> [String] {
  guard let bytes = try? BoundedFile.read("/etc/passwd", limit: 1_048_576) else { return [] }
  return bytes.split(separator: 0x0A).compactMap { line in
    line.firstIndex(of: UInt8(ascii: ":")).map {
      String(decoding: line[..<$0], as: UTF8.self)
    }
  }
}
