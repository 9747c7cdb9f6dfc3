// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Support
import Testing

@testable import beatctl

/// The vectors of other cron libraries that bind Beat, asked of `next --batch` as a script would.
@Suite struct BatchVectorTests {
  private static let variants: Set = ["n/step", "wrap", "qmark", "macro-case", "year"]

  private struct Question: Encodable {
    let expr: String
    var tz: String?
    var from: String?
    var count: Int?
    var inclusive: Bool?
    var direction: String?
  }

  private struct Answer: Decodable {
    let expr: String?
    let next: [Instant]?
    let prev: [Instant]?
    let error: String?
  }

  @Test(arguments: [("vixie5.jsonl", 500), ("vixie5-macros.jsonl", 15)])
  func `every line that binds holds, and the exceptions are exceptions`(
    file: String, atLeast: Int
  ) throws {
    let vectors = try Vector.read(file).filter { vector in
      // What two expressions have in common is no question for a command line, nor is an anchor.
      vector.binds(variants: Self.variants) && vector.sameAs == nil && vector.anchor == nil
    }
    let questions = try vectors.map { vector in
      String(decoding: try APICoder.encode(Self.question(vector)), as: UTF8.self)
    }
    let output = Bench().run(
      "next", "--batch", input: questions.joined(separator: "\n") + "\n"
    ).output
    let lines = output.split(separator: "\n")
    try #require(lines.count == vectors.count)
    var held = 0
    for (vector, line) in zip(vectors, lines) {
      let answer = try APICoder.decode(Answer.self, from: Array(line.utf8))
      #expect(answer.expr == vector.expr)
      let fault = Self.fault(of: answer, to: vector)
      if let rule = vectorExceptions[vector.id] {
        #expect(fault != nil, "\(vector.id) holds after all, in spite of: \(rule)")
      } else {
        #expect(fault == nil, "\(vector.id): \(vector.expr): \(fault ?? "")")
        held += 1
      }
    }
    #expect(held >= atLeast)
  }

  private static func question(_ vector: Vector) -> Question {
    var question = Question(expr: vector.expr, tz: vector.tz ?? "UTC")
    let expected = vector.next ?? vector.prev
    if let expected, let from = vector.from {
      question.from = from
      let more = vector.exhausted == true ? 1 : 0
      question.count = max(1, (vector.skip ?? 0) + expected.count + more)
      question.inclusive = vector.inclusive
      question.direction = vector.prev == nil ? "next" : "prev"
    } else if let start = minute(of: vector) {
      (question.from, question.inclusive) = (start.rfc3339, true)
    }
    return question
  }

  /// The minute that is asked whether it matches.
  private static func minute(of vector: Vector) -> Instant? {
    guard let at = vector.at.flatMap({ Instant(rfc3339: $0) }) else { return nil }
    return Instant(milliseconds: at.milliseconds / 60_000 * 60_000)
  }

  private static func fault(of answer: Answer, to vector: Vector) -> String? {
    if vector.valid == false { return answer.error == nil ? "accepted" : nil }
    if let error = answer.error { return "refused: \(error)" }
    let found = answer.next ?? answer.prev ?? []
    if let expected = vector.next ?? vector.prev, vector.from != nil {
      let instants = expected.map { Instant(rfc3339: $0) }
      let rest = Array(found.dropFirst(vector.skip ?? 0))
      return rest == instants ? nil : "\(expected) expected, \(rest.map(\.rfc3339)) found"
    }
    guard let matches = vector.matches, let start = minute(of: vector) else { return nil }
    let does = found.first.map { $0 < start + .minutes(1) } ?? false
    return does == matches ? nil : "matches: \(does)"
  }
}
