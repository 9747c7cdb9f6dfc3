// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A listening Unix socket in the file system, mode 0660, which nobody else has taken.
///
/// Made under umask 0177 and opened to the group afterwards, so that there is no moment in which
/// others could connect. The umask belongs to the whole process: make the socket before anything
/// else runs.
struct ControlSocket: ~Copyable {
  /// The longest path that the kernel takes, in bytes.
  static let longestPath = 107

  /// The listening descriptor, non-blocking and closed on exec.
  let descriptor: Int32
  /// The path as it was given.
  let path: String
  private let identity: FileIdentity

  /// Takes the path.
  ///
  /// A socket file left behind by a daemon that died is removed: only where it is a socket, belongs
  /// to this user, and nobody answers. The last folder of the path is made where it is missing.
  ///
  /// - Throws: ``ControlSocketError``; nothing has been removed then.
  init(path: String) throws(ControlSocketError) {
    guard !path.isEmpty, path.utf8.count <= Self.longestPath, !path.utf8.contains(0) else {
      throw ControlSocketError(
        "cannot listen at \(path): a socket's path has 1 to \(Self.longestPath) bytes; "
          + "give a shorter one with --socket")
    }
    try Self.makeFolder(of: path)
    try Self.removeStale(path)
    let descriptor = try Self.bindAndListen(path)
    guard let identity = FileIdentity(path: path) else {
      close(descriptor)
      throw ControlSocketError("cannot listen at \(path): it vanished at once")
    }
    self.descriptor = descriptor
    self.path = path
    self.identity = identity
  }

  /// Removes the socket file, if it is still the one made here.
  func removeFile() {
    if FileIdentity(path: path) == identity { unsafe unlink(path) }
  }

  deinit { close(descriptor) }

  private static func makeFolder(of path: String) throws(ControlSocketError) {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
    let folder = String(path[..<slash])
    guard unsafe mkdir(folder, geteuid() == 0 ? 0o755 : 0o700) != 0, errno != EEXIST else { return }
    throw ControlSocketError("cannot make the folder \(folder) for the socket", errno)
  }

  private static func removeStale(_ path: String) throws(ControlSocketError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw ControlSocketError("cannot look at \(path)", errno) }
      return
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw ControlSocketError(
        "cannot listen at \(path): something that is not a socket is there; it was left alone: "
          + "move it away, or give another path with --socket")
    }
    guard status.st_uid == geteuid() else {
      throw ControlSocketError(
        "cannot listen at \(path): a socket of user \(status.st_uid) is there; "
          + "give another path with --socket")
    }
    switch try answer(at: path) {
    case ECONNREFUSED: break
    case 0, EAGAIN:
      throw ControlSocketError(
        "cannot listen at \(path): another beatd answers there (see `beatctl status`); "
          + "stop it, or give another path with --socket")
    case let code:
      throw ControlSocketError("cannot tell whether another beatd is at \(path)", code)
    }
    guard unsafe unlink(path) == 0 else {
      throw ControlSocketError("cannot remove the stale socket \(path)", errno)
    }
  }

  /// 0 where somebody accepts connections, else the error of connecting.
  private static func answer(at path: String) throws(ControlSocketError) -> Int32 {
    let descriptor = try newSocket()
    defer { close(descriptor) }
    return unsafe withAddress(of: path) { unsafe connect(descriptor, $0, $1) == 0 ? 0 : errno }
  }

  private static func bindAndListen(_ path: String) throws(ControlSocketError) -> Int32 {
    let descriptor = try newSocket()
    let mask = umask(0o177)
    let bound = unsafe withAddress(of: path) { unsafe bind(descriptor, $0, $1) == 0 ? 0 : errno }
    umask(mask)
    guard bound == 0 else {
      close(descriptor)
      throw ControlSocketError("cannot listen at \(path)", bound)
    }
    guard unsafe chmod(path, 0o660) == 0, listen(descriptor, 128) == 0 else {
      let code = errno
      unsafe unlink(path)
      close(descriptor)
      throw ControlSocketError("cannot listen at \(path)", code)
    }
    return descriptor
  }

  private static func newSocket() throws(ControlSocketError) -> Int32 {
    let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    let descriptor = socket(AF_UNIX, Int32(kind), 0)
    guard descriptor >= 0 else { throw ControlSocketError("cannot make a socket", errno) }
    return descriptor
  }

  /// Calls with the path as an address; the path fits, it was measured first.
  private static func withAddress(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
      unsafe bytes.copyBytes(from: path.utf8.prefix(longestPath))
    }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }
}

/// Which file a path led to.
private struct FileIdentity: Equatable {
  let device: UInt64
  let inode: UInt64

  init?(path: String) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}

/// Why the control socket could not be made, and what to do.
struct ControlSocketError: Error, CustomStringConvertible, Hashable, Sendable {
  /// What was tried, on which path, what came of it, what to do.
  let description: String

  init(_ description: String) { self.description = description }

  init(_ what: String, _ code: Int32) {
    description = unsafe "\(what): \(String(cString: strerror(code)))"
  }
}
