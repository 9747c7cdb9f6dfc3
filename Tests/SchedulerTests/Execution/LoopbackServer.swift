// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Synchronization

/// An HTTP server on the loopback address that does what a test tells it to, one thread a
/// connection.
final class LoopbackServer: Sendable {
  let port: Int
  private let listener: Int32
  private let accepting = DispatchQueue(label: "test.accept")
  private let seen = Mutex<[Request]>([])

  struct Request: Sendable {
    let head: String
    let body: String

    /// The request line.
    var line: String { String(head.prefix { $0 != "\r\n" }) }

    func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n").dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.first?.lowercased() == name.lowercased() {
          return parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
      }
      return nil
    }
  }

  /// What a client has at the other end.
  struct Connection {
    let descriptor: Int32
    let request: Request

    /// False where the client is gone.
    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
      var written = 0
      while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes {
          send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return false }
        written += count
      }
      return true
    }

    func answer(_ status: String, _ headers: String..., body: String = "") {
      let lines = (["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers)
      write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Waits until the client closes, or for so many milliseconds; true where it closed.
    ///
    /// Without a limit, however busy the machine, the test decides when.
    @discardableResult
    func waitForClose(milliseconds: Int32 = -1) -> Bool {
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      while true {
        let count = Glibc.poll(&poll, 1, milliseconds)
        if count >= 0 || errno != EINTR { return count > 0 }
      }
    }

    /// Makes the close at the end a reset.
    func reset() {
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(
        descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }
  }

  init(_ respond: @escaping @Sendable (Connection) -> Void) {
    (listener, port) = Self.listen(backlog: 64)
    accepting.async { [weak self, listener] in
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else {
          // Only here: closed elsewhere, its number could be another server's at the next accept.
          close(listener)
          return
        }
        DispatchQueue(label: "test.connection").async {
          defer { close(descriptor) }
          guard let request = Self.read(descriptor) else { return }
          self?.note(request)
          respond(Connection(descriptor: descriptor, request: request))
        }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func note(_ request: Request) { seen.withLock { $0.append(request) } }

  var requests: [Request] { seen.withLock { $0 } }

  func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

  /// Reads one request, with as much of a body as it says; nothing of a TLS handshake.
  private static func read(_ descriptor: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let end = text.firstRange(of: "\r\n\r\n") {
        let head = String(text[..<end.lowerBound])
        let body = String(text[end.upperBound...])
        let request = Request(head: head, body: body)
        let wanted = request.header("Content-Length").flatMap { Int($0) } ?? 0
        if body.utf8.count >= wanted { return request }
      }
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
      // A client that wants TLS first.
      if bytes[0] == 0x16 { return Request(head: "", body: "") }
    }
  }

  /// A listening socket on a port of the system's choice.
  static func listen(backlog: Int32) -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && Glibc.listen(descriptor, backlog) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    precondition(isBound, "no loopback socket")
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }

  /// Begins to connect, without waiting.
  static func connect(to port: Int) -> Int32 {
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let descriptor = socket(AF_INET, Int32(kind), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return descriptor
  }
}
