// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Looks at a state file before SQLite does, so that a file that is not ours is not touched, and
/// makes it where there is none.
enum StateFile {
  /// The file that `path` means, with symbolic links followed: one file has one name, and one lock.
  static func resolve(_ path: String) throws(StoreError) -> String {
    if let whole = realPath(path) { return whole }
    guard errno == ENOENT else { throw unusable(path, errno) }
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { path[...$0] } ?? "."
    let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
    guard !name.isEmpty, let real = realPath(String(folder)) else { throw unusable(path, ENOENT) }
    return (real == "/" ? "" : real) + "/" + name
  }

  /// Makes an empty file where there is none, readable by its owner only whatever the umask;
  /// refuses a file that is not a state file.
  static func prepare(_ path: String) throws(StoreError) {
    let made = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if made >= 0 {
      fchmod(made, 0o600)
      close(made)
      return
    }
    guard errno == EEXIST else { throw unusable(path, errno) }
    try check(path)
  }

  /// Refuses a file on a network file system.
  static func refuseNetwork(_ path: String) throws(StoreError) {
    guard let name = NetworkFileSystem.name(at: path) else { return }
    throw StoreError(
      .unwritable,
      "state file \(path) is on a network file system (\(name)), where no lock and no sync can be "
        + "relied on. Put it on a local disk; or say --state-on-network, and see that no other "
        + "machine uses it")
  }

  /// Makes an empty file that must not be there, readable by its owner only.
  static func makeEmpty(_ path: String) throws(StoreError) {
    let made = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard made >= 0 else {
      throw StoreError(
        .failed, "\(path) can't be made: \(StateFileLock.text(of: errno))", underlying: errno)
    }
    fchmod(made, 0o600)
    close(made)
  }

  /// How many bytes the file has, 0 where there is none.
  static func size(_ path: String) -> Int {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// What a file is, whatever its name.
  struct Identity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
  }

  /// Which file the name stands for now; nil where there is none.
  static func identity(_ path: String) -> Identity? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    return Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// The process that has SQLite's locks on the file, with its name; nil where there is none.
  ///
  /// Not to be asked while a connection of this process is open: it would lose its own locks.
  static func lockHolder(_ path: String) -> String? {
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var lock = wholeLock
    guard unsafe fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else {
      return nil
    }
    return "\(StateFileLock.name(of: lock.l_pid)), pid \(lock.l_pid)"
  }

  /// Returns when no other process has SQLite's locks on the file, or it is not there.
  ///
  /// Not to be called while a connection of this process is open.
  static func waitForLocks(_ path: String) {
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var lock = wholeLock
    while unsafe fcntl(descriptor, F_SETLKW, &lock) < 0, errno == EINTR {}
  }

  /// All the bytes that SQLite locks, for writing.
  private static var wholeLock: flock {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_start = 0x4000_0000
    lock.l_len = 512
    return lock
  }

  private static func check(_ path: String) throws(StoreError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw unusable(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw foreign(path, status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a plain file")
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw unusable(path, errno) }
    defer { close(descriptor) }
    var header = [UInt8](repeating: 0, count: 100)
    let count = unsafe pread(descriptor, &header, header.count, 0)
    guard count >= 0 else { throw unusable(path, errno) }
    try check(header.prefix(count), of: path)
  }

  /// Judges the first 100 bytes of a file by SQLite's file format, section 1.3.
  private static func check(_ header: ArraySlice<UInt8>, of path: String) throws(StoreError) {
    if header.isEmpty { return }
    let isDatabase = header.starts(with: Array("SQLite format 3\0".utf8))
    guard header.count == 100 else {
      if isDatabase { throw .damaged(path, "it ends inside its header") }
      throw foreign(path, "no SQLite database")
    }
    let mark = header[68..<72].reduce(Int64(0)) { $0 << 8 | Int64($1) }
    switch (isDatabase, mark == Migrations.applicationID) {
    case (true, true): return
    case (false, true): throw .damaged(path, "its header is not that of a SQLite database")
    case (true, false): throw foreign(path, "a SQLite database of another program")
    case (false, false): throw foreign(path, "no SQLite database")
    }
  }

  private static func realPath(_ path: String) -> String? {
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  private static func foreign(_ path: String, _ what: String) -> StoreError {
    StoreError(
      .notOurs,
      "\(path) is \(what), not a state file of Beat's, and is left as it is. Name another file for "
        + "the state")
  }

  private static func unusable(_ path: String, _ code: Int32) -> StoreError {
    StoreError(
      .unwritable,
      "state file \(path) cannot be used: \(StateFileLock.text(of: code)). Its folder has to be "
        + "there and writable", underlying: code)
  }
}
