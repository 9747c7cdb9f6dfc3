// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// A request that a job sends; its parts cannot be wrong.
public struct HTTPRequest: Hashable, Sendable {
  /// The methods that can be asked for.
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// Asks for something.
    case get = "GET"
    /// Asks for the head of an answer only.
    case head = "HEAD"
    /// Hands something in.
    case post = "POST"
    /// Puts something in a place.
    case put = "PUT"
    /// Changes a part.
    case patch = "PATCH"
    /// Takes something away.
    case delete = "DELETE"
    /// Asks what can be done.
    case options = "OPTIONS"
  }

  /// Which redirects are followed, never one to anything but HTTP and HTTPS, or from HTTPS to HTTP.
  public enum Redirects: String, Hashable, Sendable, CaseIterable {
    /// None: a redirect is the answer.
    case never = "none"
    /// Those to the same host and port, or from HTTP to HTTPS on their usual ports.
    case sameHost = "same-host"
    /// All; another host is given none of the job's own headers but harmless ones.
    case any
  }

  /// A header; a later one of the same name is one more.
  public struct Header: Hashable, Sendable {
    /// The name: a token of RFC 9110, and none that the request sets itself.
    public let name: String
    /// The value, without control characters.
    public let value: String

    /// A header; nil where the name is no token or one that the request sets itself (`Host`,
    /// `Content-Length`, `Idempotency-Key`, …), or the value holds a control character.
    public init?(name: String, value: String) {
      guard HTTPRequest.isToken(name), HTTPRequest.isLine(value),
        !HTTPRequest.ownHeaders.contains(name.lowercased())
      else { return nil }
      self.init(checked: name, value)
    }

    init(checked name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// How long name, connection and TLS may take, where the request does not say.
  public static let usualConnectTimeout = TimeSpan.seconds(10)
  /// How long all of it may take, where neither request nor job says.
  public static let usualTimeout = TimeSpan.seconds(300)

  /// Headers that the request makes itself.
  static let ownHeaders = [
    "host", "content-length", "transfer-encoding", "connection", "te", "upgrade", "trailer",
    "idempotency-key", "beat-job", "beat-run-id", "beat-scheduled-for", "beat-attempt",
    "beat-trigger",
  ]

  /// An HTTP or HTTPS URL with a host and no user.
  public let url: String
  /// The method; nil: `POST` where there is a body, else `GET`.
  public var method: Method?
  /// The job's own headers.
  public var headers: [Header] = []
  /// What is sent; a `HEAD` request sends none.
  public var body: String?
  /// Statuses that count as success.
  public var expected: [ClosedRange<Int>] = [200...299]
  /// How long all of it may take, redirects included; nil: as long as the job's `timeout`, and
  /// ``usualTimeout`` where it has none.
  public var timeout: TimeSpan?
  /// How long name, connection and TLS may take; nil: ``usualConnectTimeout``.
  public var connectTimeout: TimeSpan?
  /// Which redirects are followed.
  public var redirects = Redirects.sameHost
  /// Whether link-local addresses, where clouds answer with credentials, may be asked by a daemon
  /// that runs as root.
  public var allowsLinkLocal = false

  /// A request to a URL; nil where that is not one of HTTP or HTTPS, or holds a user.
  public init?(url: String) {
    guard URLRule.fault(in: url) == nil else { return nil }
    self.url = url
  }

  /// The method that is sent.
  public var sentMethod: Method { method ?? (body == nil ? .get : .post) }

  /// Whether a status counts as success.
  func expects(_ status: Int) -> Bool { expected.contains { $0.contains(status) } }

  /// RFC 9110, section 5.6.2.
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  /// Whether a text is one line without control characters but tabs.
  static func isLine(_ text: String) -> Bool {
    !text.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }
  }
}
