// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Testing

@testable import beatd

@Suite struct ParameterTests {
  @Test(arguments: [
    ("reports/nightly", "*", true), ("reports/nightly", "reports/*", true),
    ("reports/nightly", "night*", false), ("abc", "a?c", true), ("abc", "a?", false),
    ("", "*", true), ("", "?", false), ("aXbXc", "a*b*c", true), ("aXbXd", "a*b*c", false),
    ("übung", "?bung", true), ("a*b", "a*b", true),
  ])
  func `a pattern matches the whole name`(name: String, pattern: String, fits: Bool) {
    #expect(Glob.matches(name, pattern) == fits)
  }

  @Test func `numbers and instants outside their bounds are problems of status 400`() throws {
    #expect(try Parameter.limit(nil) == nil)
    #expect(try Parameter.limit("7") == 7)
    for text in ["0", "-1", "100001", "x", "1e3", "99999999999999999999"] {
      #expect(throws: Problem.self) { try Parameter.limit(text) }
    }
    #expect(try Parameter.instant("1970-01-01T00:00:00Z", named: "since") == .epoch)
    #expect(throws: Problem.self) { try Parameter.instant("yesterday", named: "since") }
  }
}
