// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Testing

/// What is to come, asked of a real daemon, and what its log leaves out.
@Suite(.serialized, .timeLimit(.minutes(2))) struct UpcomingAndQuietTests {
  private struct List: Decodable {
    struct Item: Decodable {
      let at: Instant
      let jobs: [String]
    }
    let complete: Bool
    let upcoming: [Item]
  }

  private func list(_ beat: Beat, _ length: String) throws -> List {
    let answer = try beat.ctl("upcoming", "--for", length, "--json")
    try #require(answer.code == 0, "\(answer)")
    return try APICoder.decode(List.self, from: Array(answer.output.utf8))
  }

  @Test func `upcoming has every job of the daemon's, without what is paused`() throws {
    let beat = try Beat()
    // The third one is next due in 2069.
    try beat.write("a.cron", "@every 1h hourly\n@every 30m half\n@every 36525d far\n")
    try beat.start()
    let all = try list(beat, "4h")
    #expect(all.complete)
    #expect(all.upcoming.count == 8)
    #expect(all.upcoming.count { $0.jobs.contains("a/hourly") } == 4)
    #expect(all.upcoming.count { $0.jobs.contains("a/half") } == 8)
    for (earlier, later) in zip(all.upcoming, all.upcoming.dropFirst()) {
      #expect(later.at - earlier.at == .minutes(30))
    }
    #expect(try beat.ctl("pause", "a/half").code == 0)
    #expect(try list(beat, "4h").upcoming.allSatisfy { $0.jobs == ["a/hourly"] })
  }

  @Test func `a job with very many instants is cut, and shown to the end`() throws {
    let beat = try Beat()
    try beat.write("a.toml", "[jobs.tick]\nevery = \"1s\"\ncommand = \"true\"\n")
    try beat.start()
    let cut = try list(beat, "24h")
    #expect(!cut.complete)
    #expect(cut.upcoming.count == 10_000)
    let text = try beat.ctl("upcoming", "--for", "24h").output
    #expect(text.contains("lower bounds"))
    let row = try #require(text.split(separator: "\n").first { $0.hasPrefix("tick") })
    #expect(row.split(separator: " ").count == 2)
  }

  @Test func `of a quiet line the log has failures only`() throws {
    let beat = try Beat()
    try beat.write(
      "a.cron", "-@yearly echo quiet\n@yearly echo loud\n@yearly -q false\n@yearly -n echo mail\n")
    try beat.start()
    for name in ["a/echo-quiet", "a/echo-loud", "a/false"] {
      _ = try beat.ctl("trigger", name, "--wait")
    }
    #expect(try beat.ctl("show", "a/echo-quiet").output.contains("quiet = true  (line 1)"))
    #expect(try beat.ctl("show", "a/echo-mail").output.contains("mail = \"failures\"  (line 4)"))
    #expect(try beat.history("a/echo-quiet").map(\.state) == ["completed"])
    #expect(beat.stop() == 0)
    let lines = beat.log.split(separator: "\n")
    #expect(!lines.contains { $0.contains("job=a/echo-quiet") })
    #expect(lines.count { $0.contains("job=a/echo-loud") } == 2)
    #expect(lines.count { $0.contains("job=a/false") } == 1)
    #expect(lines.contains { $0.contains("run failed job=a/false") })
  }
}
