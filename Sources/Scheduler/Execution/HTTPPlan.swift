// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// Everything about one request of an attempt that is settled before it is sent.
///
/// Pure: made from an order alone, or from the request before it and where that was sent on to.
struct HTTPPlan: Hashable, Sendable {
  /// What milliseconds of libcurl's hold on every machine: some 24 days.
  private static let longest = TimeSpan(milliseconds: Int64(Int32.max))

  var method: HTTPRequest.Method
  var url: String
  /// The job's own headers, then those that say which attempt it is.
  var headers: [HTTPRequest.Header]
  var body: String?
  /// How long name, connection and TLS may take.
  let connectTimeout: TimeSpan
  /// How long all of it may take, redirects included.
  let timeout: TimeSpan

  /// The first request of an attempt.
  init(_ order: AttemptOrder, _ request: HTTPRequest, agent: String) {
    method = request.sentMethod
    url = request.url
    body = method == .head ? nil : request.body
    headers = request.headers
    if !request.headers.contains(where: { $0.name.lowercased() == "user-agent" }) {
      headers.append(.init(checked: "User-Agent", agent))
    }
    headers += Self.identity(of: order)
    let limits = [request.timeout, order.options.value.timeout].compactMap(\.self)
    timeout = min(limits.min() ?? HTTPRequest.usualTimeout, Self.longest)
    connectTimeout = min(request.connectTimeout ?? HTTPRequest.usualConnectTimeout, Self.longest)
  }

  /// Which run and attempt a request belongs to: what a process has in its environment.
  static func identity(of order: AttemptOrder) -> [HTTPRequest.Header] {
    [
      .init(checked: "Idempotency-Key", order.runText),
      .init(checked: "Beat-Job", encoded(order.job.text)),
      .init(checked: "Beat-Run-Id", order.runText),
      .init(checked: "Beat-Scheduled-For", order.scheduledFor.rfc3339),
      .init(checked: "Beat-Attempt", "\(order.attempt)"),
      .init(checked: "Beat-Trigger", order.trigger.word),
    ]
  }

  /// What is beyond ASCII in percent signs, as headers have no letters for it.
  private static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "%") {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.utf8.count < 2 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }

  /// The headers as libcurl takes them: `Name;` stands for one without a value, `Name:` keeps out
  /// what libcurl would send by itself.
  var lines: [String] {
    let names = Set(headers.map { $0.name.lowercased() })
    let unwanted = ["Expect", "Content-Type"].filter { !names.contains($0.lowercased()) }
    return headers.map { header in
      header.value.utf8.contains { $0 != 0x20 && $0 != 0x09 }
        ? "\(header.name): \(header.value)" : "\(header.name);"
    } + unwanted.map { "\($0):" }
  }
}
