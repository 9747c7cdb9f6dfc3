// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Lines from a descriptor, a block at a time.
final class LineReader {
  /// The longest line that is kept; the rest of a longer one is dropped.
  static let limit = 1024 * 1024

  private let descriptor: Int32?
  private var buffer: [UInt8]
  private var position = 0
  private var isAtEnd = false

  /// Reads from a descriptor.
  init(descriptor: Int32) {
    self.descriptor = descriptor
    buffer = []
  }

  /// Reads from bytes.
  init(bytes: [UInt8]) {
    descriptor = nil
    buffer = bytes
    isAtEnd = true
  }

  /// The next line without its newline, or nil at the end.
  ///
  /// `beforeWaiting` is called when all that has come is used up, before waiting for more.
  func next(beforeWaiting: () throws -> Void) throws -> ArraySlice<UInt8>? {
    var searched = position
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { position = end + 1 }
        return buffer[position..<end]
      }
      guard !isAtEnd else {
        defer { position = buffer.count }
        return position < buffer.count ? buffer[position...] : nil
      }
      buffer.removeFirst(position)
      position = 0
      if buffer.count > Self.limit { buffer.removeLast(buffer.count - Self.limit - 1) }
      searched = buffer.count
      try beforeWaiting()
      try fill()
    }
  }

  private func fill() throws {
    guard let descriptor else { return }
    let start = buffer.count
    let size = 64 * 1024
    buffer.append(contentsOf: repeatElement(0, count: size))
    let count = unsafe buffer[start...].withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, size)
    }
    buffer.removeLast(size - max(0, count))
    if count == 0 { isAtEnd = true }
    guard count >= 0 || errno == EINTR else {
      throw Failure(
        .failed, unsafe "cannot read standard input: \(String(cString: strerror(errno)))")
    }
  }
}
