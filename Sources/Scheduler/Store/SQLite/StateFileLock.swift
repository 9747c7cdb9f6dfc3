// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc

/// Holds `PATH.lock` locked as long as it lives, so that a state file has one owner, and names that
/// owner to whoever comes second.
///
/// The kernel lets go of the lock when the process dies, however it dies. The file holds the
/// owner's pid and name; since when is its time of change.
final class StateFileLock {
  private let descriptor: Int32
  private let path: String
  /// Whether the lock file was made by this lock.
  private let isNew: Bool

  /// Takes the lock, or says who has it.
  init(stateFile: String) throws(StoreError) {
    path = stateFile + ".lock"
    while true {
      let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW
      var made = false
      var opened = unsafe open(path, flags)
      if opened < 0, errno == ENOENT {
        opened = unsafe open(path, flags | O_CREAT | O_EXCL, 0o600)
        if opened < 0, errno == EEXIST { continue }
        made = true
      }
      guard opened >= 0 else { throw Self.unusable(path, errno) }
      guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
        let reason = errno
        defer { close(opened) }
        guard reason == EWOULDBLOCK else { throw Self.unusable(path, reason) }
        throw Self.held(stateFile, by: opened)
      }
      // The file may have been removed between the opening and the locking.
      guard Self.isStill(opened, at: path) else {
        close(opened)
        continue
      }
      descriptor = opened
      isNew = made
      break
    }
    fchmod(descriptor, 0o600)
    write(Self.owner)
  }

  deinit {
    ftruncate(descriptor, 0)
    // Closing would not do: a child between clone and exec still has the descriptor.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Removes the lock file if it was not there before: for a state file that turns out not to be
  /// one.
  func leaveNoTrace() {
    if isNew { unsafe unlink(path) }
  }

  private func write(_ text: String) {
    ftruncate(descriptor, 0)
    let bytes = Array(text.utf8)
    // A lock without a name in it still locks: a full disk does not matter here.
    _ = unsafe pwrite(descriptor, bytes, bytes.count, 0)
  }

  /// `PID NAME` of this process.
  private static var owner: String { "\(getpid()) \(name(of: getpid()))\n" }

  /// A process's name.
  static func name(of pid: Int32) -> String {
    let name = read("/proc/\(pid)/comm")
    return name.isEmpty ? "a process" : name
  }

  private static func held(_ stateFile: String, by descriptor: Int32) -> StoreError {
    let words = read(descriptor).split(separator: " ", maxSplits: 1)
    guard words.count == 2, let pid = Int32(words[0]) else {
      return StoreError(
        .held, "state file \(stateFile) is held by another process, which has not said which")
    }
    var status = stat()
    let since = unsafe fstat(descriptor, &status) == 0 ? status.st_mtim.tv_sec : 0
    let instant = Instant(milliseconds: Int64(since) * 1_000)
    return StoreError(
      .held,
      "state file \(stateFile) is held by \(words[1]), pid \(pid), since \(instant.rfc3339): end "
        + "that one first, or use a state file of its own")
  }

  private static func unusable(_ path: String, _ code: Int32) -> StoreError {
    StoreError(
      .unwritable,
      "lock file \(path) cannot be used: \(text(of: code)). Its folder has to be there and "
        + "writable",
      underlying: code)
  }

  private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
    var opened = stat()
    var named = stat()
    return unsafe fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0
      && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
  }

  private static func read(_ path: String) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    return read(descriptor)
  }

  /// The first line, cut to 200 bytes and to what a terminal can show.
  private static func read(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 200)
    let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
    let line = bytes.prefix(max(0, count)).prefix { $0 >= 0x20 && $0 != 0x7F }
    return String(decoding: line, as: UTF8.self)
  }

  /// The system's words for an error number.
  static func text(of code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
