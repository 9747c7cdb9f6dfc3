// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Room that is kept beside a state file for the day when its disk is full.
///
/// On a full disk SQLite can neither delete rows nor write its log back: either needs room first.
/// Then the ballast, a file of no content at `PATH.ballast`, is removed, and what is under way can
/// be recorded and old rows be pruned until somebody makes room.
struct Ballast {
  /// What the log grows to before it is written back, in bytes.
  static let usualSize = 4 * 1_024 * 1_024
  /// So many times its size has to be free where it is made: it must not be what fills the disk.
  private static let leastRoom = 4

  let path: String
  let size: Int

  init(stateFile: String, size: Int = usualSize) {
    path = stateFile + ".ballast"
    self.size = size
  }

  /// Takes the room, unless it is taken or there is little left; whether it is taken now.
  @discardableResult
  func lay() -> Bool {
    if isLaid { return true }
    guard hasRoom else { return false }
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
    let descriptor = unsafe open(path, flags, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard posix_fallocate(descriptor, 0, off_t(size)) == 0 else {
      unsafe unlink(path)
      return false
    }
    return true
  }

  /// Gives the room back; false where there was none to give.
  func release() -> Bool { unsafe unlink(path) == 0 }

  /// Whether the file is there and its blocks are its own.
  private var isLaid: Bool {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return Int(status.st_size) >= size && Int(status.st_blocks) >= size / 512
  }

  private var hasRoom: Bool {
    let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    var room = statvfs()
    guard unsafe statvfs(folder.isEmpty ? "/" : String(folder), &room) == 0 else { return false }
    let (bytes, isLarge) = UInt(room.f_bavail).multipliedReportingOverflow(by: UInt(room.f_frsize))
    return isLarge || bytes / UInt(Self.leastRoom) >= UInt(size)
  }
}
