// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// JSON as the API writes and reads it: UTF-8 on one line, keys sorted, so that equal messages are
/// equal bytes.
public enum APICoder {
  /// A message's JSON.
  ///
  /// - Throws: `EncodingError` for a number that JSON cannot hold.
  public static func encode(_ message: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(message))
  }

  /// Reads a message; keys that it does not know are passed over, so that an older beatctl reads a
  /// newer beatd.
  ///
  /// - Throws: ``APIMessageError`` that says what was wrong and where.
  public static func decode<Message: Decodable>(
    _ type: Message.Type, from bytes: [UInt8]
  ) throws(APIMessageError) -> Message {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw APIMessageError(error)
    } catch {
      throw APIMessageError("not JSON")
    }
  }

  /// Reads what a client asks for: an empty body counts as `{}`, and a key that is not known is an
  /// error, because passing over it would do something else than was asked.
  ///
  /// - Throws: ``APIMessageError`` that says what was wrong and where.
  public static func decodeRequest<Message: APIRequest>(
    _ type: Message.Type, from bytes: [UInt8]
  ) throws(APIMessageError) -> Message {
    let body = bytes.isEmpty ? Array("{}".utf8) : bytes
    guard case .object(let object) = try decode(JSONValue.self, from: body) else {
      throw APIMessageError("expected a JSON object")
    }
    let known = Set(Message.CodingKeys.allCases.map(\.stringValue))
    if let unknown = object.keys.sorted().first(where: { !known.contains($0) }) {
      let list = known.sorted().joined(separator: ", ")
      throw APIMessageError("unknown key `\(unknown.prefix(80))`: expected one of \(list)")
    }
    return try decode(type, from: body)
  }
}

/// A message with a closed set of keys.
public protocol APIRequest: Codable, Sendable {
  /// The keys.
  associatedtype CodingKeys: CodingKey & CaseIterable
}

/// What is wrong with a message, and where in it.
public struct APIMessageError: Error, Hashable, Sendable {
  /// For people.
  public let message: String

  init(_ message: String) { self.message = message }

  init(_ error: DecodingError) {
    switch error {
    case .dataCorrupted(let context):
      message = Self.text(context.debugDescription, at: context.codingPath)
    case .keyNotFound(let key, let context):
      message = Self.text("key `\(key.stringValue)` is missing", at: context.codingPath)
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      message = Self.text(context.debugDescription, at: context.codingPath)
    @unknown default:
      message = "not the JSON that was expected"
    }
  }

  private static func text(_ what: String, at path: [any CodingKey]) -> String {
    guard !path.isEmpty else { return what }
    let place = path.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return "at `\(place.joined(separator: "."))`: \(what)"
  }
}
