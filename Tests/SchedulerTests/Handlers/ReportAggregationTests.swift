// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

struct ReportAggregationTests {
  private let task = "report-aggregation"
  /// 2027-01-15T08:00:00Z, so that the last hour began at 1799996400.
  private let rows = """
    INSERT INTO events VALUES (1799996399, 'a', 100), (1799996400, 'a', 1), (1799996401, 'b', 2),
      (1799999999, 'a', 4), (1799999998, NULL, 8), (1800000000, 'a', 100)
    """

  private func database() throws -> TestDatabase {
    try TestDatabase("CREATE TABLE events (at, kind TEXT, amount)", rows)
  }

  private func payload(_ database: TestDatabase, _ more: String = "") -> String {
    """
    {"database":"\(database.path)","source":"events","time":"at","window":"hour",
     "into":"hourly","aggregates":{"n":"count(*)","total":"sum(amount)"}\(more)}
    """
  }

  private let result =
    "\"window_start\":\"2027-01-15T07:00:00.000Z\",\"window_end\":\"2027-01-15T08:00:00.000Z\"}"

  @Test func `the rows of the window are summed up into a table that is made`() async throws {
    let database = try database()
    #expect(try await runShipped(task, payload(database)) == "{\"rows\":1,\(result)")
    #expect(
      try database.run("SELECT * FROM hourly") == [
        "2027-01-15T07:00:00.000Z|2027-01-15T08:00:00.000Z|4|15"
      ])
  }

  @Test func `groups are taken apart, that of no value too`() async throws {
    let database = try database()
    let payload = payload(database, ",\"group-by\":[\"kind\"]")
    #expect(try await runShipped(task, payload) == "{\"rows\":3,\(result)")
    let expected = ["NULL|1|8", "a|2|5", "b|1|2"]
    #expect(try database.run("SELECT kind, n, total FROM hourly ORDER BY kind") == expected)
    #expect(try await runShipped(task, payload) == "{\"rows\":3,\(result)")
    #expect(try database.run("SELECT kind, n, total FROM hourly ORDER BY kind") == expected)
  }

  @Test func `a retry replaces the window's rows and no others`() async throws {
    let database = try database()
    let payload = payload(database, ",\"group-by\":[\"kind\"]")
    let next = Instant(milliseconds: 1_800_003_600_000)
    _ = try await runShipped(task, payload)
    _ = try await runShipped(task, payload, at: next)
    try database.run(
      "DELETE FROM events WHERE kind = 'b'; INSERT INTO events VALUES (1799997000, 'c', 5)")
    _ = try await runShipped(task, payload)
    #expect(
      try database.run("SELECT kind, total FROM hourly ORDER BY window_start, kind") == [
        "NULL|8", "a|5", "c|5", "a|100",
      ])
  }

  @Test func `an empty window has a row of its own, and no groups`() async throws {
    let database = try database()
    let later = Instant(milliseconds: 1_900_000_000_000)
    _ = try await runShipped(task, payload(database), at: later)
    #expect(try database.run("SELECT n, total FROM hourly") == ["0|NULL"])
    let grouped = payload(database, ",\"group-by\":[\"kind\"]").replacing("hourly", with: "other")
    #expect(try await runShipped(task, grouped, at: later)?.hasPrefix("{\"rows\":0,") == true)
  }

  @Test func `every function works, distinct and views too`() async throws {
    let database = try database()
    try database.run("CREATE VIEW recent AS SELECT * FROM events")
    let payload = """
      {"database":"\(database.path)","source":"recent","time":"at","window":"day","into":"d",
       "aggregates":{"a":"COUNT( kind )","b":"count(DISTINCT kind)","c":"total(amount)",
                     "d":"avg(amount)","e":"min(amount)","f":" max ( AMOUNT ) "}}
      """
    let at = Instant(milliseconds: 1_800_060_000_000)
    _ = try await runShipped(task, payload, at: at)
    #expect(
      try database.run("SELECT a, b, c, d, e, f FROM d") == ["5|2|215.0|35.8333333333333|1|100"])
  }

  @Test func `a table that is there is used as it is`() async throws {
    let database = try database()
    try database.run(
      "CREATE TABLE hourly (note DEFAULT 'x', total, N, window_end TEXT, window_start TEXT)")
    _ = try await runShipped(task, payload(database))
    #expect(try database.run("SELECT note, n, total FROM hourly") == ["x|4|15"])
  }

  @Test func `times as text and in milliseconds are read as they are named`() async throws {
    let texts = try TestDatabase(
      "CREATE TABLE events (at TEXT, amount)",
      "INSERT INTO events VALUES ('2027-01-15 07:59:59.999', 1), ('2027-01-15T09:00:00+01:00', 2)")
    _ = try await runShipped(task, payload(texts, ",\"unit\":\"iso8601\""))
    #expect(try texts.run("SELECT n, total FROM hourly") == ["1|1"])
    let numbers = try TestDatabase(
      "CREATE TABLE events (at, amount)",
      "INSERT INTO events VALUES (1799999999999, 1), (1800000000000, 2)")
    _ = try await runShipped(task, payload(numbers, ",\"unit\":\"milliseconds\""))
    #expect(try numbers.run("SELECT n, total FROM hourly") == ["1|1"])
  }

  @Test func `days are those of the job's zone`() async throws {
    let database = try TestDatabase(
      "CREATE TABLE events (at, amount)",
      // The 25 hours of 25 October 2026 in Berlin, one row each, and one on either side.
      """
      WITH RECURSIVE n (i) AS (SELECT -1 UNION ALL SELECT i + 1 FROM n WHERE i < 25)
      INSERT INTO events SELECT 1792879200 + i * 3600, 1 FROM n
      """)
    let day = payload(database).replacing("\"hour\"", with: "\"day\"")
    let at = try #require(Instant(rfc3339: "2026-10-26T03:00:00+01:00"))
    let zone = try ZoneDirectory().zone(named: "Europe/Berlin")
    #expect(
      try await runShipped(task, day, at: at, zone: zone)
        == "{\"rows\":1,\"window_start\":\"2026-10-24T22:00:00.000Z\","
        + "\"window_end\":\"2026-10-25T23:00:00.000Z\"}")
    #expect(try database.run("SELECT n FROM hourly") == ["25"])
  }

  @Test(arguments: [
    ("\"hour\"", "\"hours\"", "did you mean \"hour\"?"),
    ("\"window\"", "\"windows\"", "did you mean \"window\"?"),
    ("events", "event", "did you mean \"events\"?"),
    ("\"time\":\"at\"", "\"time\":\"att\"", "did you mean \"at\"?"),
    ("sum(amount)", "summ(amount)", "did you mean \"sum\"?"),
    ("sum(amount)", "sum(amout)", "did you mean \"amount\"?"),
    ("sum(amount)", "sum(*)", "only count takes a *"),
    ("sum(amount)", "amount", "expected: a function of a column"),
    ("sum(amount)", "sum(amount) FROM events; DROP TABLE events; --)", "has no column"),
    ("hourly", "EVENTS", "are one table"),
    ("\"n\"", "\"WINDOW_START\"", "would be named"),
    ("\"n\"", "\"\"", "an empty name"),
    ("{\"n\":\"count(*)\",\"total\":\"sum(amount)\"}", "{}", "is empty"),
    ("{\"n\":\"count(*)\",\"total\":\"sum(amount)\"}", "7", "has to be a table"),
    ("\"window\":\"hour\",", "", "\"window\" is missing"),
  ])
  func `what cannot work is refused for good, with what to do`(
    part: String, wrong: String, expected: String
  ) async throws {
    let database = try database()
    let text = await permanentError(task, payload(database).replacing(part, with: wrong))
    #expect(text.contains(expected), "\(text)")
  }

  @Test func `a summary table without a needed column, and a view, are refused`() async throws {
    let database = try database()
    try database.run(
      "CREATE TABLE hourly (window_start, window_end, n); CREATE VIEW seen AS SELECT 1 AS x")
    #expect(await permanentError(task, payload(database)).contains("has no column \"total\""))
    let view = payload(database).replacing("hourly", with: "seen")
    #expect(await permanentError(task, view).contains("a view"))
  }
}
