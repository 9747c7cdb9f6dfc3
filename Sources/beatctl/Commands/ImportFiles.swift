// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Reads what is to be imported, and writes what was made of it.
enum ImportFiles {
  /// The largest file that is read.
  static let sizeLimit = 32 * 1024 * 1024

  /// The files of this machine.
  static let library = FileLibrary(read: { try? read($0) }, list: list)

  /// A file's bytes.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      if count == 0 { return bytes }
      if count > 0 {
        bytes += block[..<count]
      } else if errno != EINTR {
        throw failure("read", path)
      }
      guard bytes.count <= sizeLimit else {
        throw Failure(.failed, "\(path) is larger than 32 MiB")
      }
    }
  }

  /// The names in a folder, sorted; nil where it cannot be read.
  static func list(_ path: String) -> [String]? {
    guard let stream = unsafe opendir(path) else { return nil }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes a new file; one that is there already stays as it is.
  static func write(_ text: String, to path: String) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      if errno == EEXIST {
        throw Failure.usage(
          "\(path) is there already", hint: "take it away, or choose another name")
      }
      throw failure("write", path)
    }
    defer { close(descriptor) }
    let output = Output(descriptor: descriptor)
    try output.write(text)
    try output.flush()
  }

  private static func failure(_ what: String, _ path: String) -> Failure {
    Failure(.failed, unsafe "cannot \(what) \(path): \(String(cString: strerror(errno)))")
  }
}
