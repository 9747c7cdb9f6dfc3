// SPDX-License-Identifier: Apache-2.0

import BeatAPI

/// A request's path and query, percent-decoded once, part by part.
///
/// Decoding comes after splitting, so that a job's name may hold `/`, `?` and `&`.
struct RequestTarget: Hashable, Sendable {
  /// The path's parts between slashes.
  let segments: [String]
  /// The query's names and values, in order.
  let query: [String: String]

  /// Reads an origin-form target (RFC 9112 section 3.2.1).
  ///
  /// - Throws: ``Problem`` with status 400 for anything else, for `.`, `..` and empty parts, wrong
  ///   percent-encoding, control characters, and a name that is there twice.
  init(parsing text: String) throws(Problem) {
    guard text.hasPrefix("/") else {
      throw Problem(400, .request, "the request target must begin with `/`")
    }
    let mark = text.firstIndex(of: "?")
    let path = text[..<(mark ?? text.endIndex)].dropFirst()
    var segments: [String] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      segments.append(try Self.segment(part))
    }
    self.segments = segments
    guard let mark else {
      query = [:]
      return
    }
    query = try Self.pairs(text[text.index(after: mark)...])
  }

  private static func segment(_ part: Substring) throws(Problem) -> String {
    guard part != ".", part != "..", !part.isEmpty else {
      throw Problem(400, .request, "the path holds an empty part, `.` or `..`")
    }
    return try decode(part)
  }

  private static func pairs(_ text: Substring) throws(Problem) -> [String: String] {
    var result: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let equals = pair.firstIndex(of: "=") ?? pair.endIndex
      let name = try decode(pair[..<equals])
      let value = try decode(pair[equals...].dropFirst())
      guard result.updateValue(value, forKey: name) == nil else {
        throw Problem(400, .request, "`\(name.prefix(80))` is there twice in the query")
      }
    }
    return result
  }

  private static func decode(_ text: Substring) throws(Problem) -> String {
    guard let decoded = PercentEncoding.decode(text) else {
      throw Problem(
        400, .encoding, "the request target is not well percent-encoded UTF-8",
        hint: "encode every byte but letters, digits and -._~ as %XX")
    }
    return decoded
  }
}
