// SPDX-License-Identifier: Apache-2.0

/// A status of an HTTP answer, for people and for programs.
enum HTTPStatus {
  /// `HTTP 503 Service Unavailable`; a status without a usual phrase by its number alone.
  static func text(_ status: Int) -> String {
    phrases[status].map { "HTTP \(status) \($0)" } ?? "HTTP \(status)"
  }

  /// What stands as the result of a run, as JSON text.
  static func result(_ status: Int) -> String { "{\"http_status\":\(status)}" }

  /// RFC 9110, section 15, and RFC 6585.
  private static let phrases = [
    301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
    307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
    408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required",
    412: "Precondition Failed", 413: "Content Too Large", 414: "URI Too Long",
    415: "Unsupported Media Type", 422: "Unprocessable Content", 425: "Too Early",
    428: "Precondition Required", 429: "Too Many Requests", 500: "Internal Server Error",
    501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout",
  ]
}
