// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// The list of jobs, written and read without Foundation's coder: with ten thousand jobs that is
/// what `beatctl list` waits for.
extension JobListReply {
  /// The message's JSON, the very bytes that ``APICoder/encode(_:)`` gives.
  ///
  /// - Complexity: O(*n*) in the bytes of the answer, about 1 µs a job.
  public var json: [UInt8] {
    var json = JSONBytes(capacity: 64 + jobs.count * 400)
    json.raw("{\"jobs\":[")
    for index in jobs.indices {
      if index > 0 { json.raw(",") }
      jobs[index].write(to: &json)
    }
    json.raw("]}")
    return json.bytes
  }

  /// Reads a message.
  ///
  /// - Throws: as ``APICoder/decode(_:from:)``.
  public init(json bytes: [UInt8]) throws(APIMessageError) {
    do {
      self = try Self.scan(bytes)
    } catch {
      self = try APICoder.decode(JobListReply.self, from: bytes)
    }
  }

  private static func scan(_ bytes: [UInt8]) throws(JSONScanner.Fault) -> JobListReply {
    var scanner = JSONScanner(bytes)
    var jobs: [JobSummary]?
    try scanner.object { scanner, name throws(JSONScanner.Fault) in
      guard name.isEqual("jobs") else { return try scanner.skip() }
      var list: [JobSummary] = []
      try scanner.list { scanner throws(JSONScanner.Fault) in
        list.append(try JobSummary(&scanner))
      }
      jobs = list
    }
    try scanner.end()
    guard let jobs else { throw JSONScanner.Fault() }
    return JobListReply(jobs: jobs)
  }
}

extension JobSummary {
  fileprivate func write(to json: inout JSONBytes) {
    json.raw("{\"description\":")
    json.add(description) { $0.add($1) }
    json.raw(",\"last\":")
    json.add(last) { $1.write(to: &$0) }
    json.raw(",\"name\":")
    json.add(name)
    json.raw(",\"next\":")
    json.add(next) { $0.add($1) }
    json.raw(",\"paused\":")
    json.add(paused)
    json.raw(",\"schedule\":")
    json.add(schedule)
    json.raw(",\"state\":")
    json.add(state.rawValue)
    json.raw(",\"timezone\":")
    json.add(timezone)
    json.raw("}")
  }

  fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) {
    var (name, schedule, timezone, state): (String?, String?, String?, String?)
    var paused: Bool?
    var (description, next, last): (String?, Instant?, LastRun?)
    try scanner.object { scanner, key throws(JSONScanner.Fault) in
      if key.isEqual("name") {
        name = try scanner.string()
      } else if key.isEqual("schedule") {
        schedule = try scanner.string()
      } else if key.isEqual("timezone") {
        timezone = try scanner.string()
      } else if key.isEqual("state") {
        state = try scanner.string()
      } else if key.isEqual("paused") {
        paused = try scanner.bool()
      } else if key.isEqual("description") {
        description = try scanner.isNull() ? nil : scanner.string()
      } else if key.isEqual("next") {
        next = try scanner.isNull() ? nil : scanner.instant()
      } else if key.isEqual("last") {
        last = try scanner.isNull() ? nil : LastRun(&scanner)
      } else {
        try scanner.skip()
      }
    }
    guard let name, let schedule, let timezone, let state, let paused else {
      throw JSONScanner.Fault()
    }
    self.init(
      name: name, schedule: schedule, timezone: timezone, state: JobState(rawValue: state))
    self.paused = paused
    (self.description, self.next, self.last) = (description, next, last)
  }
}

extension LastRun {
  fileprivate func write(to json: inout JSONBytes) {
    json.raw("{\"attempt\":")
    json.add(attempt)
    json.raw(",\"error\":")
    json.add(error) { $0.add($1) }
    json.raw(",\"exit_code\":")
    json.add(exitCode) { $0.add($1) }
    json.raw(",\"finished_at\":")
    json.add(finishedAt) { $0.add($1) }
    json.raw(",\"retry_at\":")
    json.add(retryAt) { $0.add($1) }
    json.raw(",\"run_id\":")
    json.add(runID)
    json.raw(",\"scheduled_for\":")
    json.add(scheduledFor)
    json.raw(",\"signal\":")
    json.add(signal) { $0.add($1) }
    json.raw(",\"started_at\":")
    json.add(startedAt) { $0.add($1) }
    json.raw(",\"state\":")
    json.add(state)
    json.raw("}")
  }

  fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) {
    var (runID, state, error): (String?, String?, String?)
    var (scheduledFor, startedAt, finishedAt, retryAt): (Instant?, Instant?, Instant?, Instant?)
    var attempt: Int?
    var (exitCode, signal): (Int32?, Int32?)
    try scanner.object { scanner, key throws(JSONScanner.Fault) in
      if key.isEqual("run_id") {
        runID = try scanner.string()
      } else if key.isEqual("state") {
        state = try scanner.string()
      } else if key.isEqual("scheduled_for") {
        scheduledFor = try scanner.instant()
      } else if key.isEqual("attempt") {
        attempt = try scanner.integer()
      } else if try scanner.isNull() {
        return
      } else if key.isEqual("error") {
        error = try scanner.string()
      } else if key.isEqual("started_at") {
        startedAt = try scanner.instant()
      } else if key.isEqual("finished_at") {
        finishedAt = try scanner.instant()
      } else if key.isEqual("retry_at") {
        retryAt = try scanner.instant()
      } else if key.isEqual("exit_code") {
        exitCode = try scanner.integer()
      } else if key.isEqual("signal") {
        signal = try scanner.integer()
      } else {
        try scanner.skip()
      }
    }
    guard let runID, let state, let scheduledFor, let attempt else { throw JSONScanner.Fault() }
    self.init(runID: runID, scheduledFor: scheduledFor, state: state, attempt: attempt)
    (self.startedAt, self.finishedAt, self.retryAt) = (startedAt, finishedAt, retryAt)
    (self.error, self.exitCode, self.signal) = (error, exitCode, signal)
  }
}

extension ArraySlice<UInt8> {
  fileprivate func isEqual(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount else { return false }
    for (offset, byte) in enumerated() where unsafe byte != word.utf8Start[offset] { return false }
    return true
  }
}
