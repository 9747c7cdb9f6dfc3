// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler
import Support
import Testing

@testable import beatctl

@Suite struct SimulateTests {
  private let folder = TemporaryFolder()
  private let from = "2027-01-01T00:00:00Z"

  private struct Read: Decodable {
    let complete: Bool
    let runs: [RunSummary]
  }

  private func simulate(
    _ text: String, name: String = "jobs.toml", _ arguments: String...
  ) throws -> [RunSummary] {
    let path = folder.path(name)
    try TextFile.write(text, to: path)
    let answer = Bench().run(
      all: ["simulate", path, "--from", from, "--json"] + arguments)
    try #require(answer.code == .done, "\(answer.errors)")
    let read = try APICoder.decode(Read.self, from: Array(answer.output.utf8))
    #expect(read.complete)
    return read.runs.reversed()
  }

  private func job(_ name: String, _ more: String = "") -> String {
    "[jobs.\(name)]\ncron = \"0 * * * *\"\ntimezone = \"UTC\"\ncommand = \"x\"\n\(more)\n"
  }

  @Test func `what is due runs`() throws {
    let runs = try simulate(job("a"), "--to", "3h")
    #expect(runs.map(\.scheduledFor) == (1...3).map { at(from) + .hours($0) })
    #expect(runs.map(\.state) == ["completed", "completed", "completed"])
  }

  @Test func `a request that fails is answered with a status that is tried again`() throws {
    let text = "[jobs.a]\ncron = \"0 * * * *\"\ntimezone = \"UTC\"\nhttp = \"http://a/\"\n"
    let runs = try simulate(text, "--to", "90m", "--fails", "a=1")
    #expect(runs.map(\.state) == ["completed"])
    #expect(runs.map(\.attempt) == [2])
    let dead = try simulate(text + "retries = 0\n", "--to", "1h", "--fails", "a=1")
    #expect(dead.map(\.error) == ["HTTP 500 Internal Server Error"])
  }

  @Test func `each catch-up policy deals with two times down in its own way`() throws {
    let text =
      job("latest") + job("all", "catch-up = \"all\"") + job("skip", "catch-up = \"skip\"")
    let runs = try simulate(text, "--to", "12h", "--down", "7h30m..9h30m", "--down", "90m..4h30m")
    let told = Dictionary(grouping: runs, by: \.job).mapValues { rows in
      rows.map { "\($0.state) \($0.count ?? 1) \($0.missedCount ?? 0)" }.filter {
        $0 != "completed 1 0"
      }
    }
    #expect(
      told["latest"] == [
        "missed 2 0", "completed 1 2", "missed 1 0", "completed 1 1",
      ])
    #expect(told["all"] == [])
    #expect(told["skip"] == ["missed 3 0", "missed 2 0"])
    #expect(runs.count { $0.job == "all" } == 12)
  }

  @Test func `attempts that take long overlap, and those that fail are tried again`() throws {
    let runs = try simulate(
      job("slow") + job("bad", "retries = { max = 2, jitter = \"none\" }"), "--to", "5h", "--takes",
      "slow=90m", "--fails", "bad=1")
    #expect(
      runs.filter { $0.job == "slow" }.map(\.state) == [
        "completed", "skipped", "completed", "skipped", "running",
      ])
    #expect(runs.filter { $0.job == "bad" }.prefix(4).map(\.attempt) == [2, 2, 2, 2])
    let dead = try simulate(job("bad", "retries = 1"), "--to", "2h", "--fails", "*=9")
    #expect(dead.first?.state == "failed")
    #expect(dead.first?.exitCode == 1)
  }

  @Test func `an attempt that takes longer than its timeout is ended`() throws {
    let runs = try simulate(job("a", "timeout = \"10m\""), "--to", "90m", "--takes", "a=1h")
    #expect(runs.first?.state == "failed")
    #expect(runs.first?.finishedAt == at(from) + .minutes(70))
  }

  @Test func `what runs when the daemon goes down is lost`() throws {
    let runs = try simulate(
      job("a") + job("b", "on-lost = \"retry\""), "--to", "4h", "--down", "70m..100m", "--takes",
      "*=20m")
    #expect(runs.first { $0.job == "a" }?.state == "failed")
    #expect(runs.first { $0.job == "b" }?.state == "completed")
    #expect(runs.first { $0.job == "b" }?.attempt == 2)
  }

  @Test func `more rows than the limit end it, and that is said`() throws {
    let plan = SimulationPlan(from: at(from), to: at(from) + .hours(1), downs: [])
    let jobs = [try Job.cron("a", "* * * * *")]
    let work = try SimulatedAnswers(takes: [], fails: [], jobs: jobs)
    let whole = try Simulation(plan, jobs: jobs, work: work)
    #expect(whole.rows.count == 60)
    #expect(whole.stoppedAt == nil)
    let cut = try Simulation(plan, jobs: jobs, work: work, rowLimit: 10)
    #expect(cut.rows.count == 10)
    #expect(cut.stoppedAt == at(from) + .minutes(10))
    #expect(cut.render(on: .none, zone: .utc).contains("the limit of 10 rows"))
  }

  @Test func `the table and its sums`() throws {
    let path = folder.path("night.cron")
    try TextFile.write("CRON_TZ=UTC\n0 * * * * one\n", to: path)
    let answer = Bench().run(
      "simulate", path, "--from", from, "--to", "6h", "--down", "90m..4h30m", "--tz", "UTC")
    #expect(
      answer.output == """
        SCHEDULED FOR        JOB        STATE      REASON  ATTEMPTS  DETAIL
        2027-01-01 01:00:00  night/one  completed  -       1
        2027-01-01 02:00:00  night/one  missed     down    -         \
        2 instants, to 2027-01-01 03:00:00
        2027-01-01 04:00:00  night/one  completed  -       1         \
        stands for 2 missed from 2027-01-01 02:00:00; started 2027-01-01 04:30:00
        2027-01-01 05:00:00  night/one  completed  -       1
        2027-01-01 06:00:00  night/one  completed  -       1

        JOB        COMPLETED  FAILED  MISSED  SKIPPED  CANCELLED  OPEN  ATTEMPTS
        night/one  4          -       2       -        -          -     4

        from Fri 2027-01-01 00:00:00 +00:00 to Fri 2027-01-01 06:00:00 +00:00
        beatd down from Fri 2027-01-01 01:30:00 +00:00 to Fri 2027-01-01 04:30:00 +00:00

        """)
  }

  @Test func `times down that meet are one, and what lies outside is cut`() {
    let start = at(from)
    let plan = SimulationPlan(
      from: start, to: start + .hours(10),
      downs: [
        start + .hours(5)..<start + .hours(6), start - .hours(2)..<start + .hours(1),
        start + .hours(6)..<start + .hours(20), start + .hours(30)..<start + .hours(31),
      ])
    #expect(
      plan.downs == [start..<start + .hours(1), start + .hours(5)..<start + .hours(10)])
  }

  @Test func `what cannot be is refused`() throws {
    let path = folder.path("jobs.toml")
    try TextFile.write(job("a"), to: path)
    let bench = Bench()
    for arguments in [
      ["--to", "-1h"], ["--down", "1h"], ["--down", "2h..1h"], ["--takes", "a"],
      ["--takes", "a=soon"], ["--fails", "a=-1"], ["--fails", "a=x"],
    ] {
      #expect(bench.run(all: ["simulate", path] + arguments).code == .usage, "\(arguments)")
    }
    let unknown = bench.run("simulate", path, "--takes", "b=1h")
    #expect(unknown.code == .noSuch)
    let broken = bench.run("simulate", folder.path("none.toml"))
    #expect(broken.code == .failed)
  }
}
