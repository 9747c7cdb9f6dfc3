// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Testing

/// The list of jobs has a writer and a reader of its own; Foundation's coder is what they are held
/// against.
@Suite struct JobListJSONTests {
  private static let texts = [
    "", "backup", "a/b \"c\" \\ d", "ünïcode 漢字 🐙", "tab\tnewline\nreturn\r", "\u{8}\u{C}\u{0}",
    String(String.UnicodeScalarView((0..<0x20).compactMap(Unicode.Scalar.init))),
    "\u{7F}\u{85}\u{2028}\u{FEFF}e\u{301}",
  ]

  /// Jobs in which every key takes several values, `null` among them.
  private static var jobs: [JobSummary] {
    let instants = [nil, Instant(milliseconds: 1_800_000_000_123), .earliest, .latest]
    return texts.indices.map { index in
      var job = JobSummary(
        name: texts[index], schedule: texts[(index + 1) % texts.count], timezone: "Europe/Berlin",
        state: index % 2 == 0 ? .idle : JobState(rawValue: texts[(index + 2) % texts.count]))
      job.paused = index % 3 == 0
      job.description = index % 2 == 0 ? nil : texts[(index + 3) % texts.count]
      job.next = instants[index % instants.count]
      guard index % 4 != 3 else { return job }
      var run = LastRun(
        runID: "k3v9q2-\(index)", scheduledFor: instants[1] ?? .latest, state: "failed",
        attempt: index == 0 ? .max : index)
      run.error = index % 2 == 0 ? texts[(index + 4) % texts.count] : nil
      run.exitCode = [nil, 0, -1, .max][index % 4]
      run.signal = [9, nil][index % 2]
      run.startedAt = instants[index % instants.count]
      run.finishedAt = instants[(index + 1) % instants.count]
      run.retryAt = instants[(index + 2) % instants.count]
      job.last = run
      return job
    }
  }

  @Test func `a list is written byte for byte as the coder writes it`() throws {
    for count in 0...Self.jobs.count {
      let reply = JobListReply(jobs: Array(Self.jobs.prefix(count)))
      #expect(reply.json == (try APICoder.encode(reply)))
    }
  }

  @Test func `a list that was written is read again`() throws {
    let reply = JobListReply(jobs: Self.jobs)
    #expect(try JobListReply(json: reply.json) == reply)
  }

  /// A job as JSON, with more members.
  private static func job(_ members: String, name: String = "a") -> String {
    #"{"jobs":[{"name":"\#(name)","schedule":"x","timezone":"UTC","state":"s",\#(members)}]}"#
  }

  @Test(arguments: [
    #"{"jobs":[]}"#,
    "\n { \"jobs\" : [ ] , \"more\" : {\"a\":[1,-2.5e3,true,false,null,\"\\u00e9\"]} } \n",
    job(#""paused":false"#, name: #"\ud83d\udc19\/\b"#),
    job(#""new":[[{}]],"paused":true"#),
    job(
      #""paused":true,"last":{"run_id":"r","scheduled_for":"2027-01-01T00:00:00Z","state":"s","#
        + #""attempt":1,"new":null}"#),
  ])
  func `what a newer or another writer writes is read as the coder reads it`(text: String) throws {
    let bytes = Array(text.utf8)
    #expect(try JobListReply(json: bytes) == APICoder.decode(JobListReply.self, from: bytes))
  }

  @Test(arguments: [
    "", "{", "[]", "null", #"{"jobs":null}"#, #"{"jobs":[{}]}"#, #"{"jobs":[1]}"#,
    #"{"jobs":[]}x"#, job(#""paused":1"#), job(#""paused":true"#, name: #"\ud83d"#),
    job(#""paused":true,"next":"noon""#),
  ])
  func `what is no list of jobs is an error that says why`(text: String) {
    #expect(throws: APIMessageError.self) { try JobListReply(json: Array(text.utf8)) }
  }

  @Test func `no cut and no flipped byte of a list traps`() {
    let bytes = JobListReply(jobs: Self.jobs).json
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: APIMessageError.self) { try JobListReply(json: Array(bytes[..<count])) }
    }
    for index in stride(from: 0, to: bytes.count, by: 11) {
      for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x5D, 0x80, 0xFF] {
        var other = bytes
        other[index] = byte
        _ = try? JobListReply(json: other)
      }
    }
  }

  @Test func `nesting has a bound`() {
    let text = #"{"more":"# + String(repeating: "[", count: 100_000)
    #expect(throws: APIMessageError.self) { try JobListReply(json: Array(text.utf8)) }
  }
}
