// SPDX-License-Identifier: Apache-2.0

import CronParser

extension OptionDecoder {
  /// The longest body of a request, in bytes.
  private static let bodyLimit = 1 << 20

  private static let requestKeys = [
    "url", "method", "headers", "body", "expected", "timeout", "connect-timeout", "redirects",
    "link-local",
  ]

  /// A URL, or a table that has one.
  mutating func request(_ value: TOMLValue) -> HTTPRequest? {
    guard case .table(let entries) = value.content else {
      guard case .string = value.content else {
        wrongType(value, "http", takes: "a URL, or a table such as { url = \"https://…\" }")
        return nil
      }
      return url(value, "http").flatMap(HTTPRequest.init(url:))
    }
    let before = faults.count
    let address = entries.first { $0.key == "url" }.flatMap { url($0.value, "url") }
    // Where the URL is at fault, the rest is read for what is wrong with it.
    guard var request = HTTPRequest(url: address ?? "http://localhost/") else { return nil }
    for entry in entries where entry.key != "url" { read(entry, into: &request) }
    if !entries.contains(where: { $0.key == "url" }) {
      fail(.key, "`http` has no URL", at: value.range, expected: "url = \"https://…\" in the table")
    }
    if request.method == .head, request.body != nil,
      let body = entries.first(where: { $0.key == "body" })
    {
      fail(.key, "a HEAD request sends no body", at: body.keyRange)
    }
    return faults.count == before ? request : nil
  }

  private mutating func read(_ entry: TOMLEntry, into request: inout HTTPRequest) {
    let value = entry.value
    switch entry.key {
    case "method": request.method = choice(value, "method", of: HTTPRequest.Method.self)
    case "headers": request.headers = headers(value) ?? []
    case "body":
      request.body = string(value, "body")
      if let body = request.body, body.utf8.count > Self.bodyLimit {
        fail(.limit, "the body is longer than 1 MiB", at: value.range)
      }
    case "expected": request.expected = statuses(value) ?? []
    case "timeout": request.timeout = span(value, "timeout")
    case "connect-timeout": request.connectTimeout = span(value, "connect-timeout")
    case "redirects":
      request.redirects = choice(value, "redirects", of: HTTPRequest.Redirects.self) ?? .never
    case "link-local": request.allowsLinkLocal = boolean(value, "link-local") ?? false
    default: unknown(entry, in: "http", among: Self.requestKeys)
    }
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
      } else if !HTTPRequest.isToken(entry.key) {
        fail(
          .syntax, "\"\(Diagnostic.shown(entry.key))\" cannot be the name of a header",
          at: entry.keyRange, expected: "letters, digits and `-`")
      } else if !HTTPRequest.isLine(text) {
        fail(
          .syntax, "the value of a header holds a control character", at: entry.value.range,
          expected: "one line of text")
      } else {
        headers.append(HTTPRequest.Header(checked: entry.key, text))
      }
    }
    return faults.count == before ? headers : nil
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
