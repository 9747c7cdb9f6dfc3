// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@Suite struct `H and ~` {
  private let seed = SpreadSeed(jobName: "backup", machineID: "m1")

  /// Five instants from 2026-01-01 on, in UTC.
  private func start(_ text: String, _ seed: SpreadSeed) throws -> [String] {
    let times = FireTimes(try Schedule(crontab: text, spread: seed), in: .utc)
    var instant = try #require(Instant(rfc3339: "2025-12-31T23:59:59Z"))
    var found: [String] = []
    while found.count < 5, let next = times.next(after: instant) {
      found.append(next.rfc3339(in: .utc))
      instant = next
    }
    return found
  }

  @Test(arguments: [
    ("H * * * *", "53 * * * *"), ("H H * * *", "53 11 * * *"), ("H H H H H", "53 11 2 4 2"),
    ("~ ~ * * *", "52 22 * * *"), ("H(10-20)/3 2 * * *", "12-20/3 2 * * *"),
  ])
  func `what a name and a machine give is the same for ever`(
    text: String, expression: String
  ) throws {
    #expect(try start(text, seed) == start(expression, seed))
  }

  @Test func `H is the same on every machine, and ~ is not`() throws {
    var choices: Set<[String]> = []
    for number in 0..<20 {
      let other = SpreadSeed(jobName: "backup", machineID: "machine \(number)")
      #expect(try start("H H * * *", other) == start("H H * * *", seed))
      choices.insert(try start("~ ~ * * *", other))
    }
    #expect(choices.count > 15)
    #expect(try start("~ ~ * * *", seed) == start("~ ~ * * *", seed))
  }

  @Test(arguments: [
    ("H * * * *", 60), ("0 H * * *", 24), ("0 0 H * *", 28), ("0 0 1 H *", 12), ("0 0 * * H", 7),
    ("H 0 0 * * *", 60), ("H(0-29) * * * *", 30), ("0 H(22-2) * * *", 5), ("0 0 * * H(fri-mon)", 4),
    ("0 0 * * H(0-7)", 7), ("H/15 * * * *", 15), ("H(0-29)/10 * * * *", 10), ("~ * * * *", 60),
    ("0~30 * * * *", 31), ("~30 * * * *", 31), ("10~ * * * *", 50), ("0 0 ~ * *", 28),
    ("0 0 29~ * *", 1), ("0 0 29~31 * *", 3), ("0 0 * jan~mar *", 3), ("0 0 * * 5~7", 3),
    ("H/1 * * * *", 1), ("0 0 * * H/2", 2),
  ])
  func `every value is drawn, and no other`(text: String, count: Int) throws {
    var seen: Set<Schedule> = []
    for number in 0..<800 {
      let seed = SpreadSeed(jobName: "job \(number)", machineID: "m")
      seen.insert(try Schedule(crontab: text, spread: seed))
    }
    #expect(seen.count == count)
  }

  @Test func `H with a step is that step from the drawn value on`() throws {
    for number in 0..<50 {
      let seed = SpreadSeed(jobName: "job \(number)", machineID: "m")
      let times = FireTimes(try Schedule(crontab: "H(30-59)/10 * * * *", spread: seed), in: .utc)
      #expect(times.count(after: .epoch, through: .epoch + .hours(10)) == 30)
      let minutes = (try #require(times.next(after: .epoch)) - .epoch).milliseconds / 60_000
      #expect((30..<40).contains(minutes))
    }
  }

  @Test func `two halves of an hour in one field lie half an hour apart`() throws {
    let times = FireTimes(
      try Schedule(crontab: "H(0-29),H(30-59) * * * *", spread: seed), in: .utc)
    let first = try #require(times.next(after: .epoch))
    #expect(times.next(after: first) == first + .minutes(30))
  }

  @Test(arguments: [
    ("30~10 * * * *", 0, 5), ("1~5/2 * * * *", 3, 1), ("~/5 * * * *", 1, 1), ("H/0 * * * *", 2, 1),
    ("H/61 * * * *", 2, 2), ("H(0-29)/31 * * * *", 8, 2), ("H(0-60) * * * *", 4, 2),
    ("H(5) * * * *", 3, 1), ("H(0-29 * * * *", 6, 0), ("H( * * * *", 2, 0), ("H5 * * * *", 1, 1),
    ("*~5 * * * *", 1, 1), ("5~10-20 * * * *", 4, 1), ("1-5~9 * * * *", 3, 1),
    ("0 0 1 1 * * H", 12, 1), ("0 0 1 1 * * ~", 12, 1), ("H H(12-24) * * *", 7, 2),
    ("H-5 * * * *", 1, 1), ("Hx * * * *", 0, 2), ("60~ * * * *", 0, 2), ("0 0 H/29 * *", 6, 2),
  ])
  func `faults are told at their place`(text: String, offset: Int, length: Int) {
    let error = #expect(throws: CronSyntaxError.self) {
      try CronExpression(text, spread: seed)
    }
    #expect(
      error?.offset == offset && error?.length == length, "\(text): \(String(describing: error))")
  }

  @Test func `without a job's name there is nothing to spread by, but a text may stand in for it`()
    throws
  {
    let error = #expect(throws: CronSyntaxError.self) { try Schedule(crontab: "H * * * *") }
    #expect(error?.message.contains("job's name") == true)
    let text = "H * * * *"
    let alone = try CronExpression(text, spread: SpreadSeed(unnamed: text))
    #expect(try CronExpression(text, spread: SpreadSeed(unnamed: text)) == alone)
  }

  @Test(arguments: [
    ("0 0 H(30-31) 4 *", false), ("0 0 H(29-31) 2 *", false), ("0 0 30~31 2 *", false),
    ("0 0 31 H *", false), ("0 0 30 H(2-3) *", false), ("0 0 H(30-31) H(4-5) *", false),
    ("0 0 H(27-31)/4 2 *", false), ("0 0 0 H(28-29) 2 * 2027", false),
    ("0 0 H(30-31) 4,5 *", true), ("0 0 H(28-29) 2 *", true), ("0 0 30 H(3-4) *", true),
    ("0 0 H(30-31),5 4 *", true), ("0 0 H(30-31),L 4 *", true), ("0 0 H(30-31) 4 mon", true),
    ("0 0 30,H(30-31) 4 *", true), ("0 0 H(25-31) * *", true), ("0 0 ~ 2 *", true),
    ("0 0 0 H(28-29) 2 * 2027,2028", true),
  ])
  func `whether it can fire does not hang on the job's name`(text: String, fires: Bool) {
    for number in 0..<64 {
      let seed = SpreadSeed(jobName: "job \(number)", machineID: "m1")
      if fires {
        #expect(throws: Never.self) { try Schedule(crontab: text, spread: seed) }
      } else {
        let error = #expect(throws: CronSyntaxError.self) {
          try Schedule(crontab: text, spread: seed)
        }
        #expect(error?.category == .never)
      }
    }
  }
}
