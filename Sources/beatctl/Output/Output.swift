// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Text on its way to a descriptor, in few large writes.
final class Output {
  /// The reader has gone away: nothing is wrong, and nothing more is wanted.
  struct Closed: Error {}

  private static let limit = 64 * 1024
  private let descriptor: Int32?
  private var pending: [UInt8] = []
  /// Everything written, where there is no descriptor.
  private(set) var collected: [UInt8] = []

  /// Writes to a descriptor, or, for tests, only collects.
  init(descriptor: Int32?) { self.descriptor = descriptor }

  /// Adds text.
  ///
  /// - Throws: ``Closed``, or ``Failure`` where it can't be written.
  func write(_ text: String) throws { try write(bytes: Array(text.utf8)) }

  /// Adds text and a newline.
  func line(_ text: String) throws { try write(text + "\n") }

  /// Adds bytes.
  func write(bytes: [UInt8]) throws {
    pending += bytes
    if pending.count >= Self.limit { try flush() }
  }

  /// Sends all that was added.
  func flush() throws {
    defer { pending.removeAll(keepingCapacity: true) }
    guard let descriptor else {
      collected += pending
      return
    }
    var sent = 0
    while sent < pending.count {
      let count = unsafe pending[sent...].withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        sent += count
      } else if errno == EPIPE {
        throw Closed()
      } else if errno != EINTR {
        throw Failure(.failed, unsafe "cannot write: \(String(cString: strerror(errno)))")
      }
    }
  }
}
