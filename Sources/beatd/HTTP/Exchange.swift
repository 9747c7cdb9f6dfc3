// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CMicroHTTPD

/// One request while it comes in: made at its first line, gone when its answer is sent.
///
/// Only libmicrohttpd's thread touches it. What other threads need of it goes by its number.
final class Exchange {
  /// Tells the exchanges of one server apart.
  let number: UInt64
  private let target: String
  private let limits: HTTPLimits
  private var headersSeen = false
  private var body: [UInt8] = []
  /// What the client is told instead of being served.
  private(set) var refusal: Problem?
  private(set) var isAsked = false

  init(number: UInt64, target: String, limits: HTTPLimits) {
    self.number = number
    self.target = target
    self.limits = limits
  }

  /// True once: at the first call, when headers are there and the body is not.
  func beginsNow() -> Bool {
    defer { headersSeen = true }
    return !headersSeen
  }

  /// True once: when the request is whole.
  func asksNow() -> Bool {
    defer { isAsked = true }
    return !isAsked
  }

  /// Judges the request's first line and headers.
  func begin(method: String, version: String, headers: [(name: String, value: String)]) {
    refusal = Self.objection(method, version, headers, limits)
  }

  /// Takes a piece of the body; what is beyond the limit is dropped, and the request refused.
  func receive(_ bytes: UnsafeRawBufferPointer) {
    guard refusal == nil else { return }
    guard bytes.count <= limits.bodyBytes - body.count else {
      body = []
      refusal = Self.tooLarge(limits)
      return
    }
    unsafe body.append(contentsOf: bytes)
  }

  /// The whole request, or why it is refused.
  func request(method: String, peer: Peer) throws(Problem) -> HTTPRequest {
    if let refusal { throw refusal }
    guard method == "POST" || body.isEmpty else {
      throw Problem(400, .request, "\(method.prefix(20)) takes no body")
    }
    return HTTPRequest(
      method: method, target: try RequestTarget(parsing: target), body: body, peer: peer)
  }

  private static func objection(
    _ method: String, _ version: String, _ headers: [(name: String, value: String)],
    _ limits: HTTPLimits
  ) -> Problem? {
    guard version == "HTTP/1.1" else { return Problem(505, .request, "only HTTP/1.1 is spoken") }
    guard headers.count <= limits.headerFields else {
      return Problem(431, .limit, "more than \(limits.headerFields) header fields")
    }
    let values = { (name: String) in headers.filter { $0.name == name }.map(\.value) }
    guard values("host").count == 1 else {
      return Problem(400, .request, "expected one Host header")
    }
    let lengths = values("content-length")
    let codings = values("transfer-encoding")
    guard lengths.count <= 1, codings.count <= 1, lengths.isEmpty || codings.isEmpty else {
      return Problem(400, .request, "Content-Length and Transfer-Encoding contradict each other")
    }
    if let text = lengths.first {
      guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return Problem(400, .request, "Content-Length is not a number")
      }
      guard let length = Int(text), length <= limits.bodyBytes else { return tooLarge(limits) }
    }
    if let coding = codings.first, coding.lowercased() != "chunked" {
      return Problem(400, .request, "the only Transfer-Encoding is chunked")
    }
    let hasBody = !codings.isEmpty || lengths.contains { $0.contains { $0 != "0" } }
    return hasBody ? mediaTypeObjection(values("content-type")) : nil
  }

  private static func mediaTypeObjection(_ types: [String]) -> Problem? {
    let type = types.first?.prefix { $0 != ";" && $0 != " " }.lowercased()
    guard types.count == 1, type == "application/json" else {
      return Problem(
        415, .request, "a body must be JSON", hint: "send Content-Type: application/json")
    }
    return nil
  }

  private static func tooLarge(_ limits: HTTPLimits) -> Problem {
    Problem(413, .limit, "the body is larger than \(limits.bodyBytes) bytes")
  }
}
