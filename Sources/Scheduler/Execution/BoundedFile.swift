// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// Reads small files whole.
enum BoundedFile {
  /// Why a file was not read.
  enum Failure: Error, Hashable {
    /// The kernel refused.
    case system(SystemError)
    /// It is a folder, a device or a pipe.
    case notRegular
    /// It is larger than so many bytes.
    case tooLarge(Int)

    /// For people.
    var text: String {
      switch self {
      case .system(let error): error.text
      case .notRegular: "it is not a regular file"
      case .tooLarge(let limit): "it is larger than \(limit) bytes"
      }
    }

    /// There is no such file.
    var isAbsence: Bool {
      guard case .system(let error) = self else { return false }
      return error.number == ENOENT || error.number == ENOTDIR
    }
  }

  /// The bytes of a regular file of at most `limit` bytes; a pipe or a device is never waited for.
  static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    guard !path.utf8.contains(0) else { throw .system(SystemError(number: EINVAL)) }
    let number = unsafe clinux_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    guard number >= 0 else { throw .system(SystemError(number: -number)) }
    let file = FileDescriptor(owning: number)
    var status = stat()
    guard unsafe fstat(file.number, &status) == 0 else {
      throw .system(SystemError(number: errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = unsafe Glibc.read(file.number, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(SystemError(number: errno))
      }
      bytes += buffer.prefix(count)
      guard bytes.count <= limit else { throw .tooLarge(limit) }
    }
  }
}
