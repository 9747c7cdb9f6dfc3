// SPDX-License-Identifier: Apache-2.0

/// What one schedule file says, before names are compared between files.
struct FileJobs: Sendable {
  /// Where a job's name, or what stands for it, is written on its line.
  struct Place: Hashable, Sendable {
    private let first: Int32
    private let count: Int32

    init(column: Int, length: Int) {
      first = Int32(clamping: column)
      count = Int32(clamping: length)
    }

    var column: Int { Int(first) }
    var length: Int { Int(count) }
  }

  var jobs: [Job] = []
  /// The jobs without those whose name another job has too, where there are any.
  var unique: [Job]?
  /// One a job.
  var places: [Place] = []
  var broken: [BrokenDefinition] = []
  var isBroken = false
  var provisional: Set<JobName> = []
  var sink: DiagnosticSink

  init(_ file: ScheduleFile) { sink = DiagnosticSink(file: file.path, bytes: file.bytes) }

  mutating func add(_ job: Job, at place: Place) {
    jobs.append(job)
    places.append(place)
  }
}

/// Keeps one copy of options that are equal.
struct OptionPool: Sendable {
  private var copies: [JobOptions: Shared<JobOptions>] = [:]

  /// The one copy of these options.
  mutating func shared(_ options: JobOptions) -> Shared<JobOptions> {
    if let copy = copies[options] { return copy }
    let copy = Shared(options)
    copies[options] = copy
    return copy
  }
}
