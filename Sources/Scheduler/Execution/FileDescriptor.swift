// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// The one owner of an open descriptor, which is closed with it.
struct FileDescriptor: ~Copyable, Sendable {
  /// The number that the kernel knows it by.
  let number: Int32

  /// Takes an open descriptor over.
  init(owning number: Int32) { self.number = number }

  deinit { close(number) }

  /// Both ends of a new pipe; the one that is read does not block.
  static func pipe() throws(SystemError) -> PipeEnds {
    var read: Int32 = -1
    var write: Int32 = -1
    try SystemError.check(unsafe clinux_pipe(&read, &write))
    return PipeEnds(read: FileDescriptor(owning: read), write: FileDescriptor(owning: write))
  }

  /// Both ends of a pipe whose writer outlives its reader: the writing end can be read as well, so
  /// that the pipe never is without a reader, and who writes is not ended by SIGPIPE.
  static func lastingPipe() throws(SystemError) -> PipeEnds {
    let ends = try pipe()
    let path = "/proc/self/fd/\(ends.write.number)"
    let both = try SystemError.check(unsafe clinux_open(path, O_RDWR))
    return PipeEnds(read: ends.read, write: FileDescriptor(owning: both))
  }

  /// The reading end of the lasting pipe that a process of an earlier daemon writes to; nil where
  /// it writes to something else.
  static func lastingPipe(of pid: Int32) -> FileDescriptor? {
    for number in [STDOUT_FILENO, STDERR_FILENO] {
      // No other pipe is open for both: of one that is, nothing may be taken.
      guard let flags = openFlags(of: number, pid), flags & O_ACCMODE == O_RDWR else { continue }
      let opened = unsafe clinux_open("/proc/\(pid)/fd/\(number)", O_RDONLY | O_NONBLOCK)
      guard opened >= 0 else { continue }
      let file = FileDescriptor(owning: opened)
      var status = stat()
      guard unsafe fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else {
        continue
      }
      return file
    }
    return nil
  }

  /// How a process has opened a descriptor: the line `flags:` of its fdinfo, in octal.
  private static func openFlags(of number: Int32, _ pid: Int32) -> Int32? {
    guard let bytes = readKernelFile("/proc/\(pid)/fdinfo/\(number)") else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags:") }),
      let word = line.split(whereSeparator: { $0 == "\t" || $0 == " " }).last
    else { return nil }
    return Int32(word, radix: 8)
  }

  /// What a process without input reads: nothing.
  static func nothing() throws(SystemError) -> FileDescriptor {
    FileDescriptor(owning: try SystemError.check(unsafe clinux_open("/dev/null", O_RDONLY)))
  }

  /// A file in memory that holds `text`.
  ///
  /// It needs nobody to feed it: a child that never reads it holds nothing up, and one that
  /// outlives the daemon still finds all of it.
  static func memory(_ text: String) throws(SystemError) -> FileDescriptor {
    let bytes = Array(text.utf8)
    let number = unsafe clinux_memory_file(bytes, bytes.count)
    return FileDescriptor(owning: try SystemError.check(number))
  }

  /// A descriptor of a process that is there now.
  static func process(_ pid: Int32) throws(SystemError) -> FileDescriptor {
    FileDescriptor(owning: try SystemError.check(clinux_pidfd_open(pid)))
  }

  /// How many bytes a read would give now; 0 where that cannot be known.
  var readableCount: Int { max(0, Int(clinux_readable_bytes(number))) }

  /// Reads once into `buffer`, at most `limit` bytes.
  func read(into buffer: inout [UInt8], limit: Int) -> ReadResult {
    while true {
      let most = min(limit, buffer.count)
      let count = unsafe Glibc.read(number, &buffer, most)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .end }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .nothingYet : .end
    }
  }

  /// What one read gave.
  enum ReadResult {
    /// So many bytes.
    case bytes(Int)
    /// Nothing now, perhaps later.
    case nothingYet
    /// Nothing any more: no writer is left, or the descriptor is broken.
    case end
  }
}

/// Both ends of a pipe.
struct PipeEnds: ~Copyable, Sendable {
  /// Does not block.
  let read: FileDescriptor
  /// Blocks where the pipe is full.
  let write: FileDescriptor
}

/// A system call that the kernel refused.
struct SystemError: Error, Hashable {
  /// The errno.
  let number: Int32

  /// In English, e.g.
  ///
  /// `No such file or directory`.
  var text: String { unsafe String(cString: clinux_error_text(number)) }

  /// Passes a result on, or throws where it is -errno.
  @discardableResult
  static func check(_ result: Int32) throws(SystemError) -> Int32 {
    guard result < 0 else { return result }
    throw SystemError(number: -result)
  }
}
