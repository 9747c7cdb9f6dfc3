// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc

/// A copy of the state file on its way: written beside its place, and put there when it is whole.
struct BackupFile: Sendable {
  /// Where it is to be.
  let path: String
  /// Takes the place of a file that is there.
  let replaces: Bool
  /// Where it is written.
  let draft: String

  /// A file for `path`, which must be absolute.
  ///
  /// - Throws: ``StoreError`` where it can't go there.
  init(_ path: String, replacing: Bool, stateFile: String?) throws(StoreError) {
    guard path.hasPrefix("/"), !path.hasSuffix("/"), !path.utf8.contains(0) else {
      throw StoreError(.failed, "\(path) is no absolute path of a file")
    }
    self.path = path
    replaces = replacing
    draft = "\(path).\(getpid()).part"
    guard let there = StateFile.identity(path) else { return }
    for ending in ["", "-wal", "-shm", "-journal", ".lock"] {
      guard let stateFile, StateFile.identity(stateFile + ending) == there else { continue }
      throw StoreError(.failed, "\(path) is the state file itself: name another file")
    }
    guard replacing else {
      throw StoreError(.failed, "\(path) is there already: use --force to replace it")
    }
    guard Self.isPlain(path) else {
      throw StoreError(.failed, "\(path) is no plain file: name another")
    }
  }

  private static func isPlain(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Checks the draft and puts it in its place, off the caller's thread.
  func settle() async throws {
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      DispatchQueue.global(qos: .utility).async {
        done.resume(with: Result { try self.settleNow() })
      }
    }
  }

  private func settleNow() throws(StoreError) {
    try CopiedFile.verify(draft)
    try sync(draft, O_RDONLY)
    if replaces {
      guard unsafe rename(draft, path) == 0 else { throw failure("put in its place", errno) }
    } else {
      // Unlike a renaming, this never takes the place of a file that came meanwhile.
      guard unsafe link(draft, path) == 0 else { throw failure("put in its place", errno) }
      unsafe unlink(draft)
    }
    let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    try sync(folder.isEmpty ? "/" : String(folder), O_RDONLY | O_DIRECTORY)
  }

  private func sync(_ path: String, _ flags: Int32) throws(StoreError) {
    let descriptor = unsafe open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("synced", errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("synced", errno) }
  }

  private func failure(_ what: String, _ code: Int32) -> StoreError {
    StoreError(
      .failed, "\(path) can't be \(what): \(StateFileLock.text(of: code))", underlying: code)
  }

  /// Removes what was written of it.
  func remove() {
    for ending in ["", "-wal", "-shm", "-journal"] { unsafe unlink(draft + ending) }
  }

  /// How many bytes the file has.
  var size: Int { StateFile.size(path) }
}
