// SPDX-License-Identifier: Apache-2.0

/// An error as the API tells it: RFC 9457, `application/problem+json`.
public struct Problem: Codable, Hashable, Sendable, Error {
  /// The media type.
  public static let mediaType = "application/problem+json"

  /// What kind, as a URI; `about:blank` says that status and category tell all.
  public var type = "about:blank"
  /// The status in a few words; the same for every problem of that status.
  public var title: String
  /// The HTTP status.
  public var status: Int
  /// What was wrong with this request.
  public var detail: String
  /// What sort of thing was wrong, for programs.
  public var category: Category
  /// What to do about it.
  @OrNull public var hint: String?

  /// What sort of thing was wrong.
  public struct Category: RawRepresentable, Codable, Hashable, Sendable {
    /// `E_` and a word.
    public let rawValue: String

    /// A category.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The request itself: path, method, form.
    public static let request = Category(rawValue: "E_PROTO")
    /// The one who asks may not.
    public static let permission = Category(rawValue: "E_AUTH")
    /// A value out of its range.
    public static let range = Category(rawValue: "E_RANGE")
    /// Bytes that are not UTF-8, or a character that has no place here.
    public static let encoding = Category(rawValue: "E_ENCODING")
    /// Too much, too many, too long.
    public static let limit = Category(rawValue: "E_LIMIT")
    /// Things as they stand: no such job or run, or not in a state for this.
    public static let state = Category(rawValue: "E_STATE")
  }

  /// A problem of a status.
  public init(_ status: Int, _ category: Category, _ detail: String, hint: String? = nil) {
    self.status = status
    self.title = Self.title(of: status)
    self.detail = detail
    self.category = category
    self.hint = hint
  }

  /// There is no such job or run; beatctl exits 4.
  public static func noSuch(_ what: String, hint: String? = nil) -> Problem {
    Problem(404, .state, "no such \(what)", hint: hint)
  }

  /// Whether it says that there is no such job or run, not that there is no such path.
  public var isNoSuch: Bool { status == 404 && category == .state }

  private static func title(of status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 421: "Misdirected Request"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    default: "Error"
    }
  }
}
