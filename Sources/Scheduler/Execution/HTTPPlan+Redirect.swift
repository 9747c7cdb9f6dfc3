// SPDX-License-Identifier: Apache-2.0

/// Whom a URL asks.
struct URLOrigin: Hashable, Sendable {
  let isSecure: Bool
  /// In lower case.
  let host: String
  let port: Int

  /// Nil where the URL is none that may be asked.
  init?(_ url: String) {
    guard URLRule.fault(in: url) == nil, let mark = url.firstRange(of: "://") else { return nil }
    isSecure = url[..<mark.lowerBound].lowercased() == "https"
    let authority = url[mark.upperBound...].prefix { !"/?#".contains($0) }
    // A colon inside of brackets belongs to an address.
    let nameEnd = authority.lastIndex(of: "]") ?? authority.startIndex
    let colon = authority[nameEnd...].lastIndex(of: ":")
    host = authority[..<(colon ?? authority.endIndex)].lowercased()
    let digits = colon.map { authority[authority.index(after: $0)...] }
    port = digits.flatMap { Int($0) } ?? (isSecure ? 443 : 80)
  }

  /// Whether `other` is the same place: the same host and port, or the secure side of the same host
  /// where both have the usual ports.
  func leads(to other: URLOrigin) -> Bool {
    guard host == other.host else { return false }
    if isSecure == other.isSecure { return port == other.port }
    return !isSecure && port == 80 && other.port == 443
  }
}

/// What comes of an answer that points elsewhere.
extension HTTPPlan {
  /// The most requests that one attempt sends.
  static let requestLimit = 6
  /// The statuses that send a request on (RFC 9110, section 15.4).
  static let redirects: Set<Int> = [301, 302, 303, 307, 308]
  /// What another host is told of the job's own headers.
  private static let harmless: Set<String> = [
    "accept", "accept-language", "content-type", "user-agent", "idempotency-key", "beat-job",
    "beat-run-id", "beat-scheduled-for", "beat-attempt", "beat-trigger",
  ]

  /// Why a redirect is not followed.
  struct Refusal: Error, Hashable {
    let message: String
  }

  /// The request that follows an answer with one of ``redirects``.
  func redirected(
    by status: Int, to target: String, _ rule: HTTPRequest.Redirects
  ) throws(Refusal) -> HTTPPlan {
    let shown = Diagnostic.shown(target)
    guard let here = URLOrigin(url), let there = URLOrigin(target) else {
      throw Refusal(
        message: "\(HTTPStatus.text(status)): it points to \(shown), which cannot be asked")
    }
    guard there.isSecure || !here.isSecure else {
      throw Refusal(
        message: "\(HTTPStatus.text(status)): it points from https to \(shown), which is not safe")
    }
    guard rule == .any || here.leads(to: there) else {
      throw Refusal(
        message: "\(HTTPStatus.text(status)): it points to another host, \(shown); "
          + "redirects = \"any\" in `http` follows it")
    }
    var next = self
    next.url = target
    if status == 303 && method != .head || (status == 301 || status == 302) && method == .post {
      next.method = .get
    }
    if next.method != method {
      next.body = nil
      next.headers.removeAll { $0.name.lowercased() == "content-type" }
    }
    if !here.leads(to: there) {
      next.headers.removeAll { !Self.harmless.contains($0.name.lowercased()) }
    }
    return next
  }
}
