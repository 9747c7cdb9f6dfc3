// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A request that a job asks for.
struct HTTPRequest: Hashable, Sendable {
  /// A header; a later one of the same name is one more.
  struct Header: Hashable, Sendable {
    let name: String
    let value: String
  }

  /// The methods that can be asked for.
  static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
  /// Headers that the request makes itself.
  static let ownHeaders = [
    "host", "content-length", "transfer-encoding", "connection", "te", "upgrade", "trailer",
    "idempotency-key", "beat-job", "beat-run-id", "beat-scheduled-for", "beat-attempt",
    "beat-trigger",
  ]

  var method: String?
  var url = ""
  var headers: [Header] = []
  var body: String?
  /// Statuses that count as success.
  var expected: [ClosedRange<Int>] = [200...299]
  var timeout: TimeSpan?
}

extension OptionDecoder {
  /// The longest body of a request, in bytes.
  private static let bodyLimit = 1 << 20

  /// A URL, or a table that has one.
  mutating func request(_ value: TOMLValue) -> HTTPRequest? {
    var request = HTTPRequest()
    guard case .table(let entries) = value.content else {
      guard case .string = value.content else {
        wrongType(value, "http", takes: "a URL, or a table such as { url = \"https://…\" }")
        return nil
      }
      return url(value, "http").map {
        request.url = $0
        return request
      }
    }
    let before = faults.count
    for entry in entries { read(entry, into: &request) }
    if faults.count == before, request.url.isEmpty {
      fail(.key, "`http` has no URL", at: value.range, expected: "url = \"https://…\" in the table")
    }
    return faults.count == before ? request : nil
  }

  private mutating func read(_ entry: TOMLEntry, into request: inout HTTPRequest) {
    let value = entry.value
    switch entry.key {
    case "url": request.url = url(value, "url") ?? ""
    case "method": request.method = method(value)
    case "headers": request.headers = headers(value) ?? []
    case "body":
      request.body = string(value, "body")
      if let body = request.body, body.utf8.count > Self.bodyLimit {
        fail(.limit, "the body is longer than 1 MiB", at: value.range)
      }
    case "expected": request.expected = statuses(value) ?? []
    case "timeout": request.timeout = span(value, "timeout")
    default:
      unknown(
        entry, in: "http", among: ["url", "method", "headers", "body", "expected", "timeout"])
    }
  }

  private mutating func method(_ value: TOMLValue) -> String? {
    guard let text = string(value, "method") else { return nil }
    if HTTPRequest.methods.contains(text) { return text }
    fail(
      .key, "`method` cannot be \"\(Diagnostic.shown(text))\"", at: value.range,
      expected: "one of \(HTTPRequest.methods.joined(separator: ", "))",
      suggestion: nearestName(to: text, among: HTTPRequest.methods))
    return nil
  }

  private mutating func headers(_ value: TOMLValue) -> [HTTPRequest.Header]? {
    guard case .table(let entries) = value.content else {
      wrongType(value, "headers", takes: "a table, such as { Accept = \"text/plain\" }")
      return nil
    }
    guard entries.count <= 64 else {
      fail(.limit, "more than 64 headers", at: value.range)
      return nil
    }
    let before = faults.count
    var headers: [HTTPRequest.Header] = []
    for entry in entries {
      guard let text = string(entry.value, entry.key, takes: "a string, in quotes") else {
        continue
      }
      if HTTPRequest.ownHeaders.contains(entry.key.lowercased()) {
        fail(
          .syntax, "the header \(Diagnostic.shown(entry.key)) is set by the request itself",
          at: entry.keyRange)
      } else if !Self.isToken(entry.key) {
        fail(
          .syntax, "\"\(Diagnostic.shown(entry.key))\" cannot be the name of a header",
          at: entry.keyRange, expected: "letters, digits and `-`")
      } else if text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
        fail(
          .syntax, "the value of a header holds a control character", at: entry.value.range,
          expected: "one line of text")
      } else {
        headers.append(HTTPRequest.Header(name: entry.key, value: text))
      }
    }
    return faults.count == before ? headers : nil
  }

  /// RFC 9110, section 5.6.2.
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  /// One status, a word such as `2xx`, or a list of them.
  private mutating func statuses(_ value: TOMLValue) -> [ClosedRange<Int>]? {
    guard case .array(let elements) = value.content else { return status(value).map { [$0] } }
    guard !elements.isEmpty else {
      fail(.range, "no status counts as success", at: value.range, expected: "such as [200, 204]")
      return nil
    }
    let before = faults.count
    let found = elements.compactMap { status($0) }
    return faults.count == before ? found : nil
  }

  private mutating func status(_ value: TOMLValue) -> ClosedRange<Int>? {
    let takes = "a status from 100 to 599, or 2xx"
    if case .string(let text) = value.content {
      if let first = text.utf8.first, (0x31...0x35).contains(first),
        text.utf8.dropFirst().elementsEqual("xx".utf8)
      {
        let start = Int(first - 0x30) * 100
        return start...start + 99
      }
      fail(
        .range, "`expected` cannot be \"\(Diagnostic.shown(text))\"", at: value.range,
        expected: takes)
      return nil
    }
    return integer(value, "expected", in: 100...599).map { $0...$0 }
  }
}
