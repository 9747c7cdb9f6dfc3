// SPDX-License-Identifier: Apache-2.0

internal import CronParser
internal import FoundationEssentials

/// A handler's payload: a JSON object of known keys.
protocol HandlerPayload: Decodable {
  /// Every key that there is.
  static var keys: [String] { get }
}

/// A key of a payload.
struct PayloadKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension HandlerPayload {
  /// Reads a payload.
  ///
  /// - Throws: ``HandlerError/permanent(_:)`` that names the key, what was expected and, for a
  ///   misspelt one, the nearest.
  static func read(_ text: String) throws(HandlerError) -> Self {
    do {
      return try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    } catch let error as HandlerError {
      throw error
    } catch let error as DecodingError {
      throw .permanent("payload: \(explain(error))")
    } catch {
      throw .permanent("payload: \(error)")
    }
  }

  /// The payload's fields, after unknown keys were refused.
  static func fields(
    of decoder: any Decoder
  ) throws -> KeyedDecodingContainer<PayloadKey> {
    let fields = try decoder.container(keyedBy: PayloadKey.self)
    let unknown = fields.allKeys.map(\.stringValue).filter { !keys.contains($0) }.sorted()
    guard let first = unknown.first else { return fields }
    throw HandlerError.permanent(
      "payload: \"\(first)\" is no key of it\(hint(first, among: keys)); known: "
        + keys.joined(separator: ", "))
  }

  private static func explain(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _):
      return "\"\(key.stringValue)\" is missing"
    case .typeMismatch(let type, let context):
      return "\(path(context)) has to be \(noun(type))"
    case .valueNotFound(let type, let context):
      return "\(path(context)) has to be \(noun(type)), and is null"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? "it is no JSON object" : "\(path(context)): \(context.debugDescription)"
    @unknown default:
      return "\(error)"
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    let names = context.codingPath.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }
    return names.isEmpty ? "it" : "\"\(names.joined(separator: "."))\""
  }

  private static func noun(_ type: any Any.Type) -> String {
    if type == String.self { return "a text" }
    if type == Int.self { return "a whole number" }
    if type == [String].self || type == [Any].self { return "a list of texts" }
    return "a table"
  }
}

extension KeyedDecodingContainer<PayloadKey> {
  /// What must be there.
  func required<Value: Decodable>(_ name: String) throws -> Value {
    try decode(Value.self, forKey: PayloadKey(name))
  }

  /// What may be there.
  func optional<Value: Decodable>(_ name: String) throws -> Value? {
    try decodeIfPresent(Value.self, forKey: PayloadKey(name))
  }

  /// One of the words of an enumeration.
  func word<Word: RawRepresentable & CaseIterable>(
    _ name: String
  ) throws -> Word? where Word.RawValue == String {
    guard let text: String = try optional(name) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let words = Word.allCases.map(\.rawValue)
    throw HandlerError.permanent(
      "payload: \"\(name)\" is \"\(text)\"\(hint(text, among: words)); expected: "
        + words.joined(separator: ", "))
  }

  /// A length of time such as `50ms`.
  func timeSpan(_ name: String) throws -> TimeSpan? {
    guard let text: String = try optional(name) else { return nil }
    do throws(CronSyntaxError) {
      return try TimeSpan(parsing: text)
    } catch {
      throw HandlerError.permanent("payload: \"\(name)\": \(error.message)")
    }
  }
}

/// `; did you mean "x"?` where something is near, else nothing.
func hint(_ name: String, among known: [String]) -> String {
  nearestName(to: name, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
}
