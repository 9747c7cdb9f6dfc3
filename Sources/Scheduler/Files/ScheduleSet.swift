// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Turns schedule files into jobs; pure but for the zones that it looks up.
public enum ScheduleSet {
  /// Reads files, in their order.
  ///
  /// Names are unique over all files: where one is used twice, none of its jobs is loaded.
  /// - Complexity: O(*n*) in the bytes of the files.
  public static func load(files: [ScheduleFile], context: LoadContext) -> LoadResult {
    var pool = OptionPool()
    var read = files.map { file in
      switch file.kind {
      case .crontab: CrontabJobReader.read(file, context: context, pool: &pool)
      case .jobFile: JobFileReader.read(file, context: context, pool: &pool)
      }
    }
    let twice = namesUsedTwice(read)
    if !twice.isEmpty { for index in read.indices { reject(twice, in: &read, index) } }
    JobLinks.check(&read)
    if let now = context.warningsAt { SetWarnings.warn(of: &read, at: now) }
    var result = LoadResult()
    for index in read.indices {
      append(read[index], path: files[index].path, to: &result)
      if twice.isEmpty { read[index].jobs = [] }
    }
    return result
  }

  /// Reads files, and adds what could not be read at all: its jobs keep their last good
  /// definitions.
  public static func load(_ reading: ScheduleReading, context: LoadContext) -> LoadResult {
    var result = load(files: reading.files, context: context)
    result.diagnostics = reading.diagnostics + result.diagnostics
    result.brokenFiles.formUnion(reading.unreadable)
    return result
  }

  private static func append(_ file: FileJobs, path: String, to result: inout LoadResult) {
    let jobs = file.unique ?? file.jobs
    if result.jobs.isEmpty { result.jobs = jobs } else { result.jobs += jobs }
    result.diagnostics += file.sink.all
    result.broken += file.broken
    result.provisional.formUnion(file.provisional)
    if file.isBroken { result.brokenFiles.insert(path) }
  }

  // MARK: Names

  /// Where a job is: which file, and which job of it.
  private struct Use: Hashable {
    let file: Int
    let job: Int
  }

  private static func namesUsedTwice(_ files: [FileJobs]) -> [JobName: [Use]] {
    var first: [JobName: Use] = [:]
    first.reserveCapacity(files.reduce(0) { $0 + $1.jobs.count })
    var twice: [JobName: [Use]] = [:]
    for file in files.indices {
      for job in files[file].jobs.indices {
        let use = Use(file: file, job: job)
        let name = files[file].jobs[job].name
        if let other = first.updateValue(use, forKey: name) {
          twice[name, default: [other]].append(use)
        }
      }
    }
    return twice
  }

  private static func reject(
    _ twice: [JobName: [Use]], in files: inout [FileJobs], _ index: Int
  ) {
    var kept: [Job] = []
    for (number, job) in files[index].jobs.enumerated() {
      guard let uses = twice[job.name], let source = job.source else {
        kept.append(job)
        continue
      }
      let use = Use(file: index, job: number)
      let place = files[index].places[number]
      files[index].broken.append(BrokenDefinition(.job(job.name), source: source))
      files[index].sink.report(
        .error, .duplicate, line: source.line, column: place.column, length: place.length,
        "the name \"\(job.name)\" is used twice, also in \(other(than: use, uses, files))",
        expected: "names that are unique in all files")
    }
    files[index].unique = kept
  }

  private static func other(than use: Use, _ uses: [Use], _ files: [FileJobs]) -> String {
    guard let other = uses.first(where: { $0 != use }),
      let source = files[other.file].jobs[other.job].source
    else { return "another place" }
    return "\(source.file):\(source.line)"
  }
}
