// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CronParser

@Suite struct `Fields of cron expressions` {
  private static let bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)]

  @Test(arguments: 0..<5)
  func `every range with every kind of step has the values of a walk`(field: Int) throws {
    let (low, high) = Self.bounds[field]
    let walk = OracleField(
      number: field + 2, low: low, high: high, OracleSpread(job: "", machine: ""))
    for first in low...high {
      for last in low...high {
        for step in ["", "/1", "/2", "/7", "/100"] {
          let text = "\(first)-\(last)\(step)"
          #expect(try values(text, in: field) == walk.values(text), "\(text)")
        }
      }
      for text in ["\(first)", "\(first)/1", "\(first)/3", "*/\(first + 1)", "\(first),\(low)"] {
        #expect(try values(text, in: field) == walk.values(text), "\(text)")
      }
    }
  }

  @Test func `Sunday is 7 as well as 0, alone and in ranges`() throws {
    for (text, expected) in [
      ("7", [0]), ("0", [0]), ("5-7", [0, 5, 6]), ("1-7", [0, 1, 2, 3, 4, 5, 6]), ("7-1", [0, 1]),
      ("7-7", [0]), ("6-0", [0, 6]), ("0-7", [0, 1, 2, 3, 4, 5, 6]), ("3-7/2", [0, 3, 5]),
      ("sat-tue", [0, 1, 2, 6]), ("sun", [0]), ("sun-sat/3", [0, 3, 6]), ("7/2", [0, 2, 4, 6]),
    ] as [(String, Set<Int>)] {
      #expect(try values(text, in: 4) == expected, "\(text)")
    }
  }

  private func values(_ text: String, in field: Int) throws -> Set<Int> {
    var words = ["*", "*", "*", "*", "*"]
    words[field] = text
    let expression = try CronExpression(words.joined(separator: " "))
    switch field {
    case 0: return Set(expression.minutes.setBits)
    case 1: return Set(expression.hours.setBits)
    case 2: return Set(expression.days.setBits)
    case 3: return Set(expression.months.setBits)
    default: return Set(expression.weekdays.setBits)
    }
  }
}
