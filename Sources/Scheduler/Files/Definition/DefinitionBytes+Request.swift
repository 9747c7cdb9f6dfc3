// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A job's HTTP request, what of it is not at its default.
extension DefinitionBytes {
  mutating func write(_ request: HTTPRequest) {
    var parts = [("url", Self.quoted(request.url))]
    if let method = request.method { parts.append(("method", Self.quoted(method.rawValue))) }
    if !request.headers.isEmpty {
      let headers = request.headers.map { "\($0.name) = \(Self.quoted($0.value))" }
      parts.append(("headers", "{ " + headers.joined(separator: ", ") + " }"))
    }
    if let body = request.body { parts.append(("body", Self.quoted(body))) }
    if request.expected != [200...299] {
      let statuses = request.expected.map(Self.status)
      parts.append(("expected", "[" + statuses.joined(separator: ", ") + "]"))
    }
    if let limit = request.timeout { parts.append(("timeout", Self.quoted(limit.text))) }
    if let limit = request.connectTimeout {
      parts.append(("connect-timeout", Self.quoted(limit.text)))
    }
    if request.redirects != .sameHost {
      parts.append(("redirects", Self.quoted(request.redirects.rawValue)))
    }
    if request.allowsLinkLocal { parts.append(("link-local", "true")) }
    line("http") { $0.table(parts) }
  }

  private static func status(_ range: ClosedRange<Int>) -> String {
    range.count == 1 ? "\(range.lowerBound)" : quoted("\(range.lowerBound / 100)xx")
  }
}
