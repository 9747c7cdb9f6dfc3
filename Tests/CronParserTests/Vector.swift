// SPDX-License-Identifier: Apache-2.0

import CronParser
import FoundationEssentials
import Testing

/// One line of a vector file: a fact from the test suite of another cron library.
struct Vector: Decodable, CustomTestStringConvertible {
  let id: String
  let variant: [String]
  let expr: String
  let tz: String?
  let from: String?
  let inclusive: Bool?
  let skip: Int?
  let anchor: String?
  let next: [String]?
  let prev: [String]?
  let exhausted: Bool?
  let at: String?
  let matches: Bool?
  let valid: Bool?
  let sameAs: String?
  let expandsTo: [String: [Int]]?
  let hash: String?
  let dst: Bool?
  let rule: String?
  let rulesOk: [String]?

  var testDescription: String { "\(id): \(expr)" }

  /// Information, not a requirement.
  static let informal: Set = ["lenient", "stricter", "vixie-mixed", "disputed"]

  /// Whether the line is a requirement for a parser that has the variants given.
  func binds(variants: Set<String>) -> Bool {
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
  var numbersWeekdays: Bool {
    let words = expr.split { $0 == " " || $0 == "\t" }
    guard words.count > 5 else { return false }
    return words[5].split(separator: ",").contains { item in
      item.prefix { $0 != "#" && $0 != "/" }.contains(where: \.isNumber)
    }
  }

  /// Reads a file of the folder `Vectors`.
  static func read(_ name: String) throws -> [Vector] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try lines(of: name).map { try decoder.decode(Vector.self, from: $0) }
  }

  /// The lines of a file of the folder `Vectors`.
  static func lines(of name: String) throws -> [Data] {
    let folder = String(#filePath.dropLast("Vector.swift".count)) + "Vectors/"
    let data = try Data(contentsOf: URL(filePath: folder + name))
    return data.split(separator: UInt8(ascii: "\n")).map { Data($0) }
  }
}
