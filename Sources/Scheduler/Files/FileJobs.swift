// SPDX-License-Identifier: Apache-2.0

/// What one schedule file says, before names are compared between files.
struct FileJobs: Sendable {
  /// Where a job's name, or what stands for it, is written, and where its schedule.
  struct Place: Hashable, Sendable {
    private let first: Int32
    private let count: Int32
    private let scheduleRow: Int32
    private let scheduleFirst: Int32

    init(column: Int, length: Int, scheduleLine: Int, scheduleColumn: Int) {
      first = Int32(clamping: column)
      count = Int32(clamping: length)
      scheduleRow = Int32(clamping: scheduleLine)
      scheduleFirst = Int32(clamping: scheduleColumn)
    }

    var column: Int { Int(first) }
    var length: Int { Int(count) }
    var scheduleLine: Int { Int(scheduleRow) }
    var scheduleColumn: Int { Int(scheduleFirst) }
  }

  var jobs: [Job] = []
  /// The jobs without those whose name another job has too, where there are any.
  var unique: [Job]?
  /// One a job.
  var places: [Place] = []
  var broken: [BrokenDefinition] = []
  var isBroken = false
  var provisional: Set<JobName> = []
  /// What options mean other jobs, and whose option it is; nil for one of many lines.
  var links: [(job: JobName?, link: JobLink)] = []
  var sink: DiagnosticSink

  init(_ file: ScheduleFile) { sink = DiagnosticSink(file: file.path, bytes: file.bytes) }

  mutating func add(_ job: Job, at place: Place) {
    jobs.append(job)
    places.append(place)
  }

  /// Takes over what an option decoder found beside its values.
  mutating func take(_ decoder: OptionDecoder, of job: JobName?) {
    for fault in decoder.faults { sink.report(fault) }
    for warning in decoder.warnings { sink.report(warning, .warning) }
    for link in decoder.links { links.append((job, link)) }
    for option in decoder.unobeyed { sink.report(option) }
  }
}

extension JobName {
  /// What a name may be, in a message.
  static let rule = "1 to 200 bytes without blanks and control characters, not beginning with `-`"
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
