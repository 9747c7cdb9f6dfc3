// SPDX-License-Identifier: Apache-2.0

/// Which URLs may be asked: HTTP and HTTPS with a host, no user, and nothing that another parser
/// might read as a second line or another host.
enum URLRule {
  /// The longest URL, in bytes.
  static let limit = 8_192

  /// What is wrong with a URL.
  struct Fault {
    let message: String
    let expected: String
  }

  /// What is wrong with a text as a URL; nil where nothing is.
  static func fault(in text: String) -> Fault? {
    let usual = "http://HOST/… or https://HOST/…"
    guard text.utf8.count <= limit else {
      return Fault(message: "it is longer than \(limit) bytes", expected: usual)
    }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return Fault(
        message: "it has a blank, a control character or a letter beyond ASCII",
        expected: "such characters percent-encoded, as %20")
    }
    guard let mark = text.firstRange(of: "://"),
      ["http", "https"].contains(text[..<mark.lowerBound].lowercased())
    else { return Fault(message: "its scheme is not http or https", expected: usual) }
    let rest = text[mark.upperBound...]
    let authority = rest.prefix { !"/?#\\".contains($0) }
    if rest.dropFirst(authority.count).first == "\\" {
      return Fault(message: "a backslash parts nothing in a URL", expected: usual)
    }
    guard !authority.contains("@") else {
      return Fault(
        message: "it holds a user's name or password", expected: "these in a header instead")
    }
    return hostFault(authority, usual)
  }

  private static func hostFault(_ authority: Substring, _ usual: String) -> Fault? {
    var host = authority
    if let end = authority.lastIndex(of: "]"), authority.first == "[" {
      let inside = authority[authority.index(after: authority.startIndex)..<end]
      let isAddress =
        inside.contains(":") && inside.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
      guard isAddress else { return Fault(message: "its IPv6 address is none", expected: usual) }
      let after = authority[authority.index(after: end)...]
      return after.isEmpty || (after.first == ":" && isPort(after.dropFirst()))
        ? nil : portFault(after)
    }
    if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      let port = authority[authority.index(after: colon)...]
      guard !host.hasPrefix("[") else {
        return Fault(message: "its `[` is not closed", expected: "http://[::1]/…")
      }
      guard isPort(port) else { return portFault(port) }
    }
    guard !host.isEmpty else { return Fault(message: "it has no host", expected: usual) }
    let isName = host.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
      default: false
      }
    }
    return isName ? nil : Fault(message: "its host is no name and no address", expected: usual)
  }

  private static func portFault(_ text: Substring) -> Fault {
    Fault(message: "\"\(text)\" is no port", expected: "a port from 1 to 65535")
  }

  private static func isPort(_ text: Substring) -> Bool {
    guard text.utf8.count <= 5, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = Int(text)
    else { return false }
    return (1...65_535).contains(port)
  }
}
