// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Support
import Testing

@testable import beatctl

@Suite struct UpcomingTests {
  private let folder = TemporaryFolder()

  private func file(_ text: String) throws -> String {
    let path = folder.path("night.cron")
    try TextFile.write("CRON_TZ=UTC\n" + text, to: path)
    return path
  }

  private struct Read: Decodable {
    struct Item: Decodable, Equatable {
      let at: Instant
      let jobs: [String]
    }
    let complete: Bool
    let upcoming: [Item]
  }

  private func read(_ arguments: String..., bench: Bench = Bench()) throws -> Read {
    let answer = bench.run(all: ["upcoming"] + arguments + ["--json"])
    try #require(answer.code == .done, "\(answer.errors)")
    return try APICoder.decode(Read.self, from: Array(answer.output.utf8))
  }

  @Test func `columns hold their fires, and the herd is named`() throws {
    let from = at("2026-11-26T04:10:00Z")
    var timeline = Timeline(from: from, to: from + .hours(24), zone: .utc, columnLimit: 30)
    let noon = at("2026-11-26T12:00:00Z")
    timeline.add("a", [noon, noon + .hours(1)], cut: nil)
    timeline.add("b", [noon, noon + .minutes(20)], cut: nil)
    timeline.finish()
    #expect(timeline.step == .hours(1))
    #expect(timeline.start == at("2026-11-26T04:00:00Z"))
    #expect(timeline.columns == 25)
    #expect(timeline.totals[8] == 3)
    #expect(timeline.totals[9] == 1)
    #expect(timeline.herd?.at == noon)
    #expect(timeline.herd?.jobs == 2)
    #expect(timeline.rows.map(\.job) == ["a", "b"])
  }

  @Test(arguments: [1, 30, 59, 60, 61, 1_440, 1_441, 10_080, 44_640], [1, 12, 59, 80, 200])
  func `a timeline never has more columns than fit`(minutes: Int64, limit: Int) {
    let from = at("2026-11-26T23:59:59.999Z")
    let timeline = Timeline(
      from: from, to: from + .minutes(minutes), zone: .utc, columnLimit: limit)
    #expect(timeline.columns <= max(limit, 33))
    #expect(timeline.column(of: from + .minutes(minutes) - TimeSpan(milliseconds: 1)) != nil)
    #expect(timeline.column(of: from) == nil)
    #expect(timeline.column(of: from + .minutes(minutes)) == nil)
  }

  @Test func `a job that fires too often is cut, and shown to the end all the same`() {
    let from = at("2026-11-26T00:00:00Z")
    var timeline = Timeline(from: from, to: from + .hours(24), zone: .utc, columnLimit: 30)
    let first = (1...100).map { from + .seconds($0) }
    timeline.add("busy", first) { $0 + .seconds(1) }
    timeline.finish()
    #expect(timeline.rows[0].isCut)
    #expect(timeline.totals.allSatisfy { $0 > 0 })
  }

  @Test func `files are read without a daemon`() throws {
    let path = try file("0 5 * * * one\n0 5,6 * * * two\n0 5 1 1 * three\n")
    let read = try read(path)
    #expect(read.complete)
    #expect(
      read.upcoming == [
        .init(at: at("2026-11-26T05:00:00Z"), jobs: ["night/one", "night/two"]),
        .init(at: at("2026-11-26T06:00:00Z"), jobs: ["night/two"]),
      ])
    let text = Bench().run("upcoming", path, "--tz", "UTC").output
    #expect(text.contains("most at once: 2 jobs at Thu 2026-11-26 05:00:00 +00:00"))
  }

  @Test func `a job of each second is bounded`() throws {
    let path = try file("@every 1s tick\n@every 1ms trick\n")
    let read = try read(path, "--for", "7d")
    #expect(!read.complete)
    #expect(read.upcoming.count <= UpcomingList.limit)
    #expect(Bench().run("upcoming", path, "--for", "31d").output.contains("lower bounds"))
  }

  @Test func `the daemon is asked once for all its jobs`() throws {
    let bench = Bench()
    let (from, to) = (Bench.now.rfc3339, (Bench.now + .hours(24)).rfc3339)
    let five = at("2026-11-26T05:00:00Z")
    try bench.daemon.on(
      APIRoute.upcoming.request([("from", from), ("to", to)]),
      UpcomingReply(jobs: [
        .init(name: "soon", at: [five]),
        .init(name: "busy", at: [five], later: [five + .hours(1), five + .hours(3)]),
      ]))
    let read = try read(bench: bench)
    #expect(read.upcoming == [.init(at: five, jobs: ["busy", "soon"])])
    #expect(!read.complete)
    #expect(bench.daemon.asked.count == 1)
    let text = bench.run("upcoming", "--tz", "UTC").output
    #expect(text.contains("lower bounds"))
    #expect(bench.daemon.asked.count == 2)
  }

  @Test func `errors of a file are told, its good jobs are shown, and it exits 1`() throws {
    let path = try file("0 5 * * * one\n0 61 * * * two\n")
    let answer = Bench().run("upcoming", path, "--tz", "UTC")
    #expect(answer.code == .failed)
    #expect(answer.errors.contains("hour 61 is out of range"))
    #expect(answer.output.contains("night/one"))
  }

  @Test func `a task that no handler has is an error, and one that ships is none`() throws {
    let path = folder.path("tasks.toml")
    try TextFile.write("[jobs.a]\ntask = \"session-cleanup\"\nevery = \"1h\"\n", to: path)
    #expect(Bench().run("upcoming", path).code == .done)
    try TextFile.write("[jobs.a]\ntask = \"no-such\"\nevery = \"1h\"\n", to: path)
    #expect(Bench().run("upcoming", path).code == .failed)
    #expect(Bench().run("simulate", path).code == .failed)
  }

  @Test func `a wrong length is refused`() throws {
    let path = try file("0 5 * * * one\n")
    for text in ["0s", "32d", "soon", ""] {
      #expect(Bench().run("upcoming", path, "--for", text).code == .usage)
    }
  }
}

extension APIRoute {
  /// The request line of a question.
  fileprivate func request(_ query: [(String, String)]) -> String {
    "\(method) \(target(query: query))"
  }
}
