// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Testing

@Suite struct MessageTests {
  private let noon = Instant(milliseconds: 1_800_000_000_000)

  private func text(_ message: some Encodable) throws -> String {
    String(decoding: try APICoder.encode(message), as: UTF8.self)
  }

  @Test func `a job that never ran has every key, null where there is nothing`() throws {
    let job = JobSummary(name: "a/b", schedule: "0 2 * * *", timezone: "UTC")
    #expect(
      try text(JobListReply(jobs: [job])) == """
        {"jobs":[{"description":null,"last":null,"name":"a/b","next":null,"paused":false,\
        "schedule":"0 2 * * *","state":"idle","timezone":"UTC"}]}
        """)
  }

  @Test func `a job's last run has the keys that were promised`() throws {
    var job = JobSummary(name: "x", schedule: "every 90s", timezone: "UTC", state: .retrying)
    var run = LastRun(runID: "k3v9q2-1", scheduledFor: noon, state: "retrying", attempt: 2)
    run.exitCode = 7
    run.retryAt = noon + .seconds(10)
    job.last = run
    job.next = noon
    #expect(
      try text(job) == """
        {"description":null,"last":{"attempt":2,"error":null,"exit_code":7,"finished_at":null,\
        "retry_at":"2027-01-15T08:00:10.000Z","run_id":"k3v9q2-1",\
        "scheduled_for":"2027-01-15T08:00:00.000Z","signal":null,"started_at":null,\
        "state":"retrying"},"name":"x","next":"2027-01-15T08:00:00.000Z","paused":false,\
        "schedule":"every 90s","state":"retrying","timezone":"UTC"}
        """)
  }

  @Test func `a run has no keys of a stretch and a stretch no run_id`() throws {
    let run = RunSummary(
      runID: "k3v9q2-1", job: "x", trigger: "manual", scheduledFor: noon, state: "queued")
    #expect(
      try text(HistoryReply(runs: [run])) == """
        {"runs":[{"attempt":0,"error":null,"exit_code":null,"finished_at":null,"job":"x",\
        "reason":null,"replay_of":null,"result":null,"retry_at":null,"run_id":"k3v9q2-1",\
        "scheduled_for":"2027-01-15T08:00:00.000Z","signal":null,"started_at":null,\
        "state":"queued","trigger":"manual"}]}
        """)
    var stretch = RunSummary(
      runID: nil, job: "x", trigger: "schedule", scheduledFor: noon, state: "missed")
    stretch.lastScheduledFor = noon + .minutes(5)
    stretch.count = 6
    let json = try text(stretch)
    #expect(!json.contains("run_id"))
    #expect(json.contains(#""count":6,"#))
    #expect(json.contains(#""last_scheduled_for":"2027-01-15T08:05:00.000Z""#))
  }

  @Test func `details are one object and come back as they went`() throws {
    var run = RunSummary(
      runID: "k3v9q2-1", job: "x", trigger: "manual", scheduledFor: noon, state: "completed")
    run.result = .object(["deleted": .integer(3), "ratio": .number(0.5)])
    let attempt = AttemptSummary(
      attempt: 1, startedAt: noon, finishedAt: noon, exitCode: 0, signal: nil, error: nil)
    let detail = RunDetail(
      summary: run, createdAt: noon, payload: .object([:]), attempts: [attempt])
    let bytes = try APICoder.encode(detail)
    #expect(String(decoding: bytes, as: UTF8.self).hasPrefix(#"{"attempt":0,"attempts":[{"#))
    #expect(try APICoder.decode(RunDetail.self, from: bytes) == detail)

    var job = JobDetail(
      summary: JobSummary(name: "x", schedule: "@daily", timezone: "UTC"),
      work: WorkSummary(kind: "task", text: "session-cleanup", with: .object(["n": .null])),
      options: ["retries": "3"])
    job.runs = [run]
    job.source = SourceSummary(file: "/etc/x.toml", line: 3)
    job.pause = PauseSummary(since: noon, until: nil, note: "why")
    let jobBytes = try APICoder.encode(job)
    #expect(try APICoder.decode(JobDetail.self, from: jobBytes) == job)
  }

  @Test func `a key that is left out counts as null`() throws {
    let json = #"{"name":"x","schedule":"s","timezone":"UTC","state":"new","paused":true,"more":1}"#
    let job = try APICoder.decode(JobSummary.self, from: Array(json.utf8))
    #expect(job.next == nil && job.last == nil && job.paused)
    #expect(job.state == JobState(rawValue: "new"))
  }

  @Test func `output that is not UTF-8 comes through byte for byte`() {
    for bytes: [UInt8] in [[], Array("héllo\n\u{1B}[31m".utf8), [0xFF, 0x00, 0xC3], [0xC3]] {
      let reply = OutputReply(
        runID: "k3v9q2-1", attempt: 1, attempts: 1, state: "running", running: true, from: 5,
        start: 10, bytes: bytes, total: 100)
      #expect(reply.bytes == bytes)
      #expect(reply.end == 10 + bytes.count)
      #expect(reply.omitted == 5)
    }
  }

  @Test func `status counts jobs by state`() {
    var counts = JobCounts()
    counts.add(.idle, paused: true)
    counts.add(.broken, paused: false)
    counts.add(JobState(rawValue: "unheard of"), paused: false)
    #expect(counts.total == 3 && counts.idle == 1 && counts.broken == 1 && counts.paused == 1)
  }
}

@Suite struct RequestTests {
  private func decode(_ text: String) throws -> TriggerRequest {
    try APICoder.decodeRequest(TriggerRequest.self, from: Array(text.utf8))
  }

  @Test func `an empty body asks for nothing special`() throws {
    #expect(try decode("") == TriggerRequest(payload: nil, force: nil))
    #expect(try decode("{}") == TriggerRequest(payload: nil, force: nil))
  }

  @Test(arguments: [
    #"{"payload":{"a":1},"forced":true}"#, "[]", "7", "nul", #"{"force":"yes"}"#,
    #"{"force":1e999}"#,
    #"{"payload":{"a":}}"#, "{} {}", "\u{0}", #"{"force":true"#,
    String(repeating: "[", count: 60_000),
  ]) func `what is not a trigger is refused`(text: String) {
    #expect(throws: APIMessageError.self) { try decode(text) }
  }

  @Test func `a payload comes through as it is`() throws {
    let payload = #"{"a":[1,2.5,"x",null,true],"big":9223372036854775807}"#
    let request = try decode(#"{"payload":\#(payload)}"#)
    #expect(request.payload?.text == payload)
  }

  @Test func `an instant that is not one is refused with its place`() {
    let error = #expect(throws: APIMessageError.self) {
      try APICoder.decodeRequest(
        PauseRequest.self, from: Array(#"{"until":"tomorrow"}"#.utf8))
    }
    #expect(error?.message.contains("`until`") == true)
    #expect(error?.message.contains("RFC 3339") == true)
  }
}

extension TriggerRequest {
  fileprivate init(payload: JSONValue?, force: Bool?) {
    self.init(payload: payload)
    self.force = force
  }
}
