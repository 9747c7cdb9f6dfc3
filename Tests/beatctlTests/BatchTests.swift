// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import beatctl

@Suite struct BatchTests {
  private func answers(_ input: String) -> [Substring] {
    Bench().run("next", "--batch", input: input).output.split(
      separator: "\n", omittingEmptySubsequences: false
    ).dropLast()
  }

  @Test func `each line is answered with a line`() {
    let lines = answers(
      """
      {"expr":"0 2 * * *","tz":"UTC","from":"2027-01-01T00:00:00Z","count":2}
      {"expr":"0 2 * * *","tz":"UTC","from":"2027-01-01T00:00:00Z","count":2,"direction":"prev"}
      {"expr":"0 2 * * *","tz":"UTC","from":"2027-01-01T03:00:00+01:00"}
      {"expr":"0 2 * * *","tz":"UTC","from":"2027-01-01T03:00:00+01:00","inclusive":true}
      {"expr":"0 2 * * *","tz":"UTC","from":"2027-01-01T02:00:00Z","inclusive":true, \
      "direction":"prev"}
      {"expr":"0 2 * * *","tz":"UTC","from":"2027-01-01T02:00:00.000001Z","direction":"prev"}
      {"expr":"0 2 * * *","tz":"UTC","from":"2027-01-01T02:00:00.000001Z","inclusive":true}
      """)
    #expect(
      lines == [
        #"{"expr":"0 2 * * *","next":["2027-01-01T02:00:00.000Z","2027-01-02T02:00:00.000Z"]}"#,
        #"{"expr":"0 2 * * *","prev":["2026-12-31T02:00:00.000Z","2026-12-30T02:00:00.000Z"]}"#,
        #"{"expr":"0 2 * * *","next":["2027-01-02T02:00:00.000Z"]}"#,
        #"{"expr":"0 2 * * *","next":["2027-01-01T02:00:00.000Z"]}"#,
        #"{"expr":"0 2 * * *","prev":["2027-01-01T02:00:00.000Z"]}"#,
        #"{"expr":"0 2 * * *","prev":["2027-01-01T02:00:00.000Z"]}"#,
        #"{"expr":"0 2 * * *","next":["2027-01-02T02:00:00.000Z"]}"#,
      ])
  }

  @Test func `what can't be answered is answered with an error`() {
    let lines = answers(
      """
      not JSON

      [1]
      {"tz":"UTC"}
      {"expr":"61 * * * *"}
      {"expr":"* * * * *","tz":"Mars/Olympus"}
      {"expr":"* * * * *","count":0}
      {"expr":"* * * * *","count":1e99}
      {"expr":"* * * * *","from":"noon"}
      {"expr":"* * * * *","direction":"sideways"}
      {"expr":"\\ud800"}
      """)
    #expect(lines.count == 11)
    #expect(lines.allSatisfy { $0.contains(#""error":""#) && $0.contains(#""expr":"#) })
    #expect(lines[4].contains("minute 61 is out of range"))
  }

  @Test func `a line without an end and one beyond all bounds are lines`() {
    let long = #"{"expr":"\#(String(repeating: "*", count: 100_000))"}"#
    let lines = answers(long + "\n" + #"{"expr":"@daily","tz":"UTC"}"#)
    #expect(lines.count == 2)
    #expect(lines[0].contains("error"))
    #expect(lines[1] == #"{"expr":"@daily","next":["2026-11-27T00:00:00.000Z"]}"#)
  }
}
