// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials

/// One line of a vector file: a fact from the test suite of another cron library.
public struct Vector: Decodable, Sendable {
  public let id: String
  public let variant: [String]
  public let expr: String
  public let tz: String?
  public let from: String?
  public let inclusive: Bool?
  public let skip: Int?
  public let anchor: String?
  public let next: [String]?
  public let prev: [String]?
  public let exhausted: Bool?
  public let at: String?
  public let matches: Bool?
  public let valid: Bool?
  public let sameAs: String?
  public let expandsTo: [String: [Int]]?
  public let hash: String?
  public let dst: Bool?
  public let rule: String?
  public let rulesOk: [String]?

  /// Information, not a requirement.
  public static let informal: Set = ["lenient", "stricter", "vixie-mixed", "disputed"]

  /// Whether the line is a requirement for a parser that has the variants given.
  public func binds(variants: Set<String>) -> Bool {
    let binding = variant.allSatisfy { name in
      if Self.informal.contains(name) { return false }
      if name.hasPrefix("no-") { return !variants.contains(String(name.dropFirst(3))) }
      return variants.contains(name)
    }
    guard binding else { return false }
    guard dst == true, rule?.hasPrefix("any") != true else { return true }
    return rulesOk?.contains("vixie-debian") == true
  }

  /// Whether the day-of-week field of a line with seconds in front holds numbers of weekdays.
  public var numbersWeekdays: Bool {
    let words = expr.split { $0 == " " || $0 == "\t" }
    guard words.count > 5 else { return false }
    return words[5].split(separator: ",").contains { item in
      item.prefix { $0 != "#" && $0 != "/" }.contains(where: \.isNumber)
    }
  }

  /// Reads a file of the folder `CronParserTests/Vectors`.
  public static func read(_ name: String) throws -> [Vector] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try lines(of: name).map { try decoder.decode(Vector.self, from: $0) }
  }

  /// The lines of a file of the folder `CronParserTests/Vectors`.
  public static func lines(of name: String) throws -> [Data] {
    let folder =
      String(#filePath.dropLast("Support/Vector.swift".count)) + "CronParserTests/Vectors/"
    let data = try Data(contentsOf: URL(filePath: folder + name))
    return data.split(separator: UInt8(ascii: "\n")).map { Data($0) }
  }
}
