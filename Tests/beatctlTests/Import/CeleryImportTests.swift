// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler
import Testing

@testable import beatctl

struct CeleryImportTests {
  private func imported(_ text: String, app: String? = "proj") throws -> Imported {
    var file = ImportedFile()
    try CeleryImporter.add(
      ImportSource(path: "beat.json", bytes: Array(text.utf8)), app: app, to: &file)
    return try Imported(file)
  }

  private func entry(_ body: String) throws -> Imported {
    try imported(#"{"timezone":"Europe/Berlin","schedule":{"one":{\#(body)}}}"#)
  }

  private func crontab(_ fields: String) -> String {
    #""task":"t","schedule":{"crontab":{\#(fields)}}"#
  }

  @Test func `an interval sends its task every so often`() throws {
    let imported = try entry(
      #"""
      "task":"tasks.add","schedule":{"every":30.0},"args":[16,"x y"],"kwargs":{"to":"it's"},
      "options":{"queue":"slow","expires":20}
      """#)
    let job = try imported.job("one")
    #expect(job.scheduleText == "every 30s")
    #expect(
      job.work
        == .exec(
          [
            "celery", "-A", "proj", "call", "tasks.add", "--args", "[16,\"x y\"]", "--kwargs",
            "{\"to\":\"it's\"}", "--expires", "20", "--queue", "slow",
          ], input: nil))
    #expect(job.options.value.deadline == .seconds(20))
    #expect(job.options.value.overlap == .allow)
    #expect(imported.losses.isEmpty)
  }

  @Test(arguments: [
    (#""minute":[30],"hour":[7],"day_of_week":[1]"#, "30 7 * * mon"),
    (#""minute":[0,15,30,45],"hour":[8,9,10],"day_of_week":[1,2,3,4,5]"#, "*/15 8-10 * * mon-fri"),
    (#""minute":[0],"hour":[0],"day_of_month":[1,2,3,4,5,6,7],"day_of_week":[1]"#, "0 0 * * mon#1"),
    (#""minute":[0],"hour":"*","month_of_year":[1,7]"#, "0 * * 1,7 *"),
  ])
  func `crontabs become cron expressions`(fields: String, cron: String) throws {
    let imported = try entry(crontab(fields))
    let job = try imported.job("one")
    #expect(job.scheduleText == cron && job.times.zone != .utc)
    #expect(imported.losses.isEmpty)
  }

  @Test(arguments: [
    #""task":"t","schedule":{"solar":{"event":"sunset","lat":1.5,"lon":2}}"#,
    #""task":"t","schedule":{"every":0}"#, #""task":"t","schedule":7"#, #""task":"t""#,
    #""schedule":{"every":5}"#,
    #""task":"t","schedule":{"crontab":{"minute":[61]}}"#,
    #""task":"t","schedule":{"crontab":{"minute":[0],"day_of_month":[13],"day_of_week":[5]}}"#,
  ])
  func `what Beat cannot do is left out and said`(body: String) throws {
    let imported = try entry(body)
    #expect(imported.jobs.isEmpty && imported.losses.count == 1)
    #expect(imported.text.contains("# [jobs.one]"))
  }

  @Test func `options that celery call does not have are said`() throws {
    let imported = try entry(
      #""task":"t","schedule":{"every":5},"options":{"priority":3,"headers":{"a":1}},"x":1"#)
    #expect(
      imported.losses == [
        "the option headers: {\"a\":1}", "priority: 3: `celery call` has no such option",
        "the key `x`",
      ])
  }

  @Test func `the application comes from the command line or the file`() throws {
    let text = #"{"app":"shop","schedule":{"a":{"task":"t","schedule":{"every":5}}}}"#
    for (app, word) in [(nil, "shop"), ("other", "other")] {
      let job = try imported(text, app: app).job("a")
      #expect(job.work == .exec(["celery", "-A", word, "call", "t"], input: nil))
    }
    #expect(throws: Failure.self) { try imported(#"{"schedule":{}}"#, app: nil) }
    #expect(throws: Failure.self) { try imported("[]") }
    #expect(throws: Failure.self) { try imported("{") }
  }
}
