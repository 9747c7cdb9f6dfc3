// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Synchronization

/// A server on the loopback address that gives its answers one after another, a connection each,
/// and then leaves whoever comes without one.
final class ScriptedServer: Sendable {
  let url: String
  private let listener: Int32
  private let seen = Mutex<[String]>([])
  private let arrivals = DispatchSemaphore(value: 0)

  init(_ answers: [String]) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard isBound else { throw TestFailure("no loopback socket") }
    self.listener = listener
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/hook"
    DispatchQueue(label: "test.server").async { [weak self] in
      var silent: [Int32] = []
      var rest = answers[...]
      while true {
        let connection = accept(listener, nil, nil)
        // Closed here alone: elsewhere its number could be another's at the next accept.
        guard connection >= 0 else {
          close(listener)
          break
        }
        self?.note(Self.read(connection))
        guard let answer = rest.popFirst() else {
          silent.append(connection)
          continue
        }
        _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
        close(connection)
      }
      silent.forEach { close($0) }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  var requests: [String] { seen.withLock { $0 } }

  func waitForRequest() { arrivals.wait() }

  private func note(_ request: String) {
    seen.withLock { $0.append(request) }
    arrivals.signal()
  }

  /// What comes up to the end of a request's head.
  private static func read(_ connection: Int32) -> String {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while !text.contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    return text
  }
}
