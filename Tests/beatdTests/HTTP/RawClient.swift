// SPDX-License-Identifier: Apache-2.0

import Glibc

@testable import beatd

/// A client that sends the very bytes it is told to, over a Unix socket.
final class RawClient: Sendable {
  private let descriptor: Int32

  init?(path: String) {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
    }
    guard connected == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Sends all of it.
  func send(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
  }

  /// What comes until the other end closes the connection.
  func readToEnd() async -> String { await read { _ in false } }

  /// One response, by its Content-Length.
  func readResponse() async -> Reply {
    Reply(
      await read { bytes in
        let reply = Reply(String(decoding: bytes, as: UTF8.self))
        guard let length = reply.headers["content-length"].flatMap(Int.init) else { return false }
        return reply.body.utf8.count >= length
      })
  }

  /// Sends a request and reads its response.
  func ask(
    _ method: String, _ target: String, headers: [String] = [], body: String? = nil
  ) async -> Reply {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
    for header in headers { text += header + "\r\n" }
    if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
    send(text + "\r\n" + (body ?? ""))
    return await readResponse()
  }

  private func read(until done: @escaping @Sendable ([UInt8]) -> Bool) async -> String {
    await withCheckedContinuation { continuation in
      inThread { [self] in
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !done(all) {
          let count = recv(descriptor, &buffer, buffer.count, 0)
          guard count > 0 else { break }
          all += buffer[..<count]
        }
        continuation.resume(returning: String(decoding: all, as: UTF8.self))
      }
    }
  }
}

/// Runs work that may block on a thread of its own: the test's threads are also those of the
/// server's handlers, and there are as many as processors.
private func inThread(_ work: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }
  var thread = pthread_t()
  let context = Unmanaged.passRetained(Box(work)).toOpaque()
  let made = pthread_create(
    &thread, nil,
    { context in
      guard let context else { return nil }
      Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work()
      return nil
    }, context)
  precondition(made == 0)
  pthread_detach(thread)
}

/// A response taken apart; status 0 where there was none.
struct Reply: Sendable {
  var status = 0
  var headers: [String: String] = [:]
  var body = ""

  init(_ text: String) {
    let crlf: Character = "\r\n"
    guard let end = text.range(ofBlankLine: ()) else { return }
    let lines = text[..<end.lowerBound].split(separator: crlf)
    guard let first = lines.first else { return }
    status = Int(first.split(separator: " ").dropFirst().first ?? "") ?? 0
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      headers[line[..<colon].lowercased()] = String(value)
    }
    body = String(text[end.upperBound...])
  }
}

extension String {
  /// Where the blank line after the headers is.
  func range(ofBlankLine: Void) -> Range<String.Index>? {
    var index = startIndex
    while index < endIndex {
      let next = self.index(after: index)
      if self[index] == "\r\n", next < endIndex, self[next] == "\r\n" {
        return index..<self.index(after: next)
      }
      index = next
    }
    return nil
  }
}
