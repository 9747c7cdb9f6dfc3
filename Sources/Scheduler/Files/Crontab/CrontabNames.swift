// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Gives the lines of a crontab their names.
///
/// 1. A line with a `BEAT_NAME` has that name.
/// 2. Any other is `FILE/slug-of-command`; where a line moves to does not matter.
/// 3. Lines that share a slug all add `-` and a hash of their schedule (and of the zone that the
///    file gives them). Those whose hashes are the same by chance, or that differ in the command
///    alone, add a longer one over all of that.
/// 4. Lines that are the same in all of that are an error at both places.
/// 5. A line in error takes part in all of this, so that its fault renames no other line.
struct CrontabNames {
  /// What is known of a job's line beside the job.
  struct Fact {
    let place: FileJobs.Place
    /// The name is from `BEAT_NAME`.
    let isNamed: Bool
    /// The file names the zone.
    let hasOwnZone: Bool
    let isProvisional: Bool
    /// Its schedule waits for the job's name.
    let isSpread: Bool
  }

  /// A line in error.
  struct BrokenLine {
    let line: Int
    /// From `BEAT_NAME`.
    let name: JobName?
    /// `FILE/slug-of-command`, where the command can be told.
    let base: JobName?
    let scheduleText: String
    let command: String
  }

  /// A line that shares its slug with another.
  private struct Member {
    let base: JobName
    let traits: Traits
    /// Which job; nil for a line in error.
    let job: Int?
    var ending = ""
  }

  /// What tells lines of one slug apart.
  private struct Traits: Hashable {
    let base: JobName
    let scheduleText: String
    let zone: String
    let command: String
  }

  private let file: Shared<String>
  /// The jobs that are whole, by line; those without a name of their own are called by their slug.
  private var jobs: [Job] = []
  private var facts: [Fact] = []
  private var broken: [BrokenLine] = []

  /// No lines yet.
  init(_ file: Shared<String>) { self.file = file }

  mutating func add(_ job: Job, _ fact: Fact) {
    jobs.append(job)
    facts.append(fact)
  }

  mutating func add(_ line: BrokenLine) { broken.append(line) }

  /// Names the lines, and says what is broken.
  consuming func finish(into result: inout FileJobs, machineID: String) {
    let shared = basesInCommon()
    if !shared.isEmpty { tellApart(shared, &result) }
    for index in jobs.indices where facts[index].isSpread {
      jobs[index] = jobs[index].spread(on: machineID)
    }
    for line in broken {
      let identity: BrokenDefinition.Identity =
        line.name.map { .job($0) } ?? line.base.map { .line($0) } ?? .unknown
      result.broken.append(
        BrokenDefinition(identity, source: SourceLocation(file: file, line: line.line)))
    }
    for index in jobs.indices where facts[index].isProvisional {
      result.provisional.insert(jobs[index].name)
    }
    result.places = facts.map(\.place)
    result.jobs = jobs
  }

  // MARK: Lines that share a slug

  private func basesInCommon() -> Set<JobName> {
    var once: Set<JobName> = []
    once.reserveCapacity(jobs.count)
    var shared: Set<JobName> = []
    for index in jobs.indices where !facts[index].isNamed {
      let name = jobs[index].name
      if !once.insert(name).inserted { shared.insert(name) }
    }
    for line in broken where line.name == nil {
      if let base = line.base, !once.insert(base).inserted { shared.insert(base) }
    }
    return shared
  }

  private mutating func tellApart(_ shared: Set<JobName>, _ result: inout FileJobs) {
    var members = members(shared)
    let groups = groups(members)
    giveEndings(&members, groups)
    var first: [Int: Int] = [:]
    var twins: [Int: Int] = [:]
    for (index, member) in members.enumerated() {
      guard let job = member.job else { continue }
      if let other = first[groups[index]] {
        twins[job] = other
        if twins[other] == nil { twins[other] = job }
      } else {
        first[groups[index]] = job
      }
    }
    for member in members {
      guard let job = member.job, let name = JobName(member.base.text + member.ending) else {
        continue
      }
      jobs[job] = jobs[job].named(name)
    }
    if !twins.isEmpty { reject(twins, members, &result) }
  }

  private func members(_ shared: Set<JobName>) -> [Member] {
    var members: [Member] = []
    for (index, job) in jobs.enumerated() where !facts[index].isNamed && shared.contains(job.name) {
      guard case .command(let command, _) = job.work else { continue }
      let traits = Traits(
        base: job.name, scheduleText: job.scheduleText,
        zone: facts[index].hasOwnZone ? job.times.zone.name : "", command: command)
      members.append(Member(base: job.name, traits: traits, job: index))
    }
    for line in broken where line.name == nil {
      guard let base = line.base, shared.contains(base) else { continue }
      let traits = Traits(
        base: base, scheduleText: line.scheduleText, zone: "", command: line.command)
      members.append(Member(base: base, traits: traits, job: nil))
    }
    return members
  }

  /// For each member the number of its group of equals.
  private func groups(_ members: [Member]) -> [Int] {
    var numbers: [Traits: Int] = [:]
    return members.map { member in
      if let number = numbers[member.traits] { return number }
      let number = numbers.count
      numbers[member.traits] = number
      return number
    }
  }

  /// Gives hashes, and longer ones to those that another group has too.
  private func giveEndings(_ members: inout [Member], _ groups: [Int]) {
    var waiting = Array(members.indices)
    for (digits, withCommand) in [(6, false), (8, true), (16, true)] where !waiting.isEmpty {
      var owner: [String: Int] = [:]
      var contested: Set<String> = []
      for index in waiting {
        let traits = members[index].traits
        let hash = Self.hash(
          [traits.scheduleText, traits.zone] + (withCommand ? [traits.command] : []))
        members[index].ending = "-" + Self.hexadecimal(hash, digits)
        let name = members[index].base.text + members[index].ending
        if owner.updateValue(groups[index], forKey: name) ?? groups[index] != groups[index] {
          contested.insert(name)
        }
      }
      waiting = waiting.filter {
        contested.contains(members[$0].base.text + members[$0].ending)
      }
    }
  }

  // MARK: Twins

  /// Takes out the jobs that are the same as another.
  private mutating func reject(
    _ twins: [Int: Int], _ members: [Member], _ result: inout FileJobs
  ) {
    var kept: [Job] = []
    var keptFacts: [Fact] = []
    for index in jobs.indices {
      guard let other = twins[index], case .command(let command, _) = jobs[index].work else {
        kept.append(jobs[index])
        keptFacts.append(facts[index])
        continue
      }
      let line = jobs[index].source?.line ?? 0
      let otherLine = jobs[other].source?.line ?? 0
      let place = facts[index].place
      result.sink.report(
        .error, .duplicate, line: line, column: place.column, length: place.length,
        "the same command at the same time as line \(otherLine): the jobs cannot be told apart",
        expected: "a line BEAT_NAME=… above each, or one of the two")
      let base = members.first { $0.job == index }?.base
      broken.append(
        BrokenLine(
          line: line, name: nil, base: base, scheduleText: jobs[index].scheduleText,
          command: command))
    }
    jobs = kept
    facts = keptFacts
  }

  // MARK: Hash

  /// Over texts, a NUL after each.
  private static func hash(_ texts: [String]) -> UInt64 {
    texts.reduce(StableHash.start) {
      StableHash.fnv1a("\0", from: StableHash.fnv1a($1, from: $0))
    }
  }

  /// So many hexadecimal digits of a hash; up to eight are of its two halves folded together.
  private static func hexadecimal(_ hash: UInt64, _ digits: Int) -> String {
    let folded = digits > 8 ? hash : (hash >> 32) ^ (hash & 0xFFFF_FFFF)
    let text = String(folded, radix: 16)
    let width = digits > 8 ? 16 : 8
    return String((String(repeating: "0", count: width - text.count) + text).prefix(digits))
  }
}

extension Job {
  /// The same job with `H` and `~` worked out from its name.
  ///
  /// Both draw within what the line allows, so a line that could be read once can be read again.
  fileprivate func spread(on machineID: String) -> Job {
    let seed = SpreadSeed(jobName: name.text, machineID: machineID)
    guard let schedule = try? Schedule(crontab: scheduleText, spread: seed) else { return self }
    let times = FireTimes(
      schedule, in: times.zone, starts: times.starts, ends: times.ends, daylight: times.daylight)
    return Job(
      name: name, times: times, scheduleText: scheduleText, work: work, options: options,
      source: source)
  }

  /// The same job under another name.
  fileprivate func named(_ name: JobName) -> Job {
    Job(
      name: name, times: times, scheduleText: scheduleText, work: work, options: options,
      source: source)
  }
}
