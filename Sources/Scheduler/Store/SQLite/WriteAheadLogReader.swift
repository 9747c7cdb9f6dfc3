// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Reads a write-ahead log as SQLite would take it up, without changing anything: its file format,
/// section 4.
struct WriteAheadLogReader {
  static let headerSize = 32
  private static let frameHeaderSize = 24

  let pageSize: Int
  private let bytes: [UInt8]
  private let isBigEndian: Bool

  /// Nil where the file has no header of a log.
  init?(_ path: String) {
    guard let bytes = Self.contents(path), bytes.count > Self.headerSize else { return nil }
    self.bytes = bytes
    let magic = Self.number(bytes, at: 0)
    guard magic == 0x377F_0682 || magic == 0x377F_0683 else { return nil }
    isBigEndian = magic & 1 == 1
    pageSize = Int(Self.number(bytes, at: 8))
    let isPower = pageSize & (pageSize - 1) == 0
    guard isPower, (512...65_536).contains(pageSize) else { return nil }
    let sums = checksum(0..<24, from: (0, 0))
    guard sums == (Self.number(bytes, at: 24), Self.number(bytes, at: 28)) else { return nil }
  }

  /// The first and the last version of a page that whole transactions wrote; fewer where there are
  /// fewer.
  func committed(page wanted: Int) -> [[UInt8]] {
    var sums = (Self.number(bytes, at: 24), Self.number(bytes, at: 28))
    let salts = bytes[16..<24]
    var versions: [[UInt8]] = []
    var pending: [UInt8]?
    var start = Self.headerSize
    while start + Self.frameHeaderSize + pageSize <= bytes.count {
      let content = start + Self.frameHeaderSize
      guard bytes[start + 8..<start + 16] == salts else { break }
      sums = checksum(start..<start + 8, from: sums)
      sums = checksum(content..<content + pageSize, from: sums)
      let own = (Self.number(bytes, at: start + 16), Self.number(bytes, at: start + 20))
      guard sums == own else { break }
      if Int(Self.number(bytes, at: start)) == wanted {
        pending = Array(bytes[content..<content + pageSize])
      }
      // The last page of a transaction names the size of the file after it.
      if Self.number(bytes, at: start + 4) != 0, let version = pending {
        versions = versions.prefix(1) + [version]
        pending = nil
      }
      start = content + pageSize
    }
    return versions
  }

  /// Goes on with the running sums over a range whose length is a multiple of 8.
  private func checksum(_ range: Range<Int>, from sums: (UInt32, UInt32)) -> (UInt32, UInt32) {
    var (first, second) = sums
    unsafe bytes.withUnsafeBytes { raw in
      for index in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
        first &+= word(unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt32.self)) &+ second
        second &+=
          word(unsafe raw.loadUnaligned(fromByteOffset: index + 4, as: UInt32.self)) &+ first
      }
    }
    return (first, second)
  }

  private func word(_ raw: UInt32) -> UInt32 {
    isBigEndian ? UInt32(bigEndian: raw) : UInt32(littleEndian: raw)
  }

  private static func number(_ bytes: [UInt8], at index: Int) -> UInt32 {
    bytes[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func contents(_ path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = unsafe bytes[filled...].withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress, $0.count, off_t(filled))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      filled += count
    }
    return bytes
  }
}
