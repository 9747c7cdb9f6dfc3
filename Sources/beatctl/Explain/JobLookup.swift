// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler

/// Finds one job in a schedule file, by the same code that beatd reads it with.
struct JobLookup {
  private let context: LoadContext

  /// Jobs that name no zone have this one; nil: the system's.
  init(_ session: Session, zone: Zone?) {
    var context = NamedFiles.context(session, zone: zone ?? session.zone)
    context.warningsAt = session.around.now()
    self.context = context
  }

  /// A job, and what `check` warns of in its lines.
  struct Found {
    let job: Job
    let warnings: [Diagnostic]
  }

  /// The job of a crontab that has one line.
  func job(ofLine text: String) throws(Failure) -> Found {
    let file = ScheduleFile(
      path: "line", relativeName: "FILE", kind: .crontab, bytes: Array(text.utf8))
    let result = ScheduleSet.load(files: [file], context: context)
    if let job = result.jobs.first { return found(job, result, through: 1) }
    let texts = result.diagnostics.filter { $0.severity == .error }.map(\.rendered)
    throw Failure.usage(
      texts.isEmpty ? "this line holds no job" : texts.joined(separator: "\n"),
      hint: "usage: \(ExplainCommand.command.usage)")
  }

  /// The job that stands on a line of a file.
  func job(in path: String, at text: String) throws(Failure) -> Found {
    guard let line = Int(text), line > 0 else {
      throw Failure.usage("\"\(text)\" is not the number of a line of \(path)")
    }
    let (result, kind) = read(path)
    if let job = Self.job(on: line, of: result.jobs, kind) {
      return found(job, result, kind)
    }
    let faults = result.diagnostics.filter { diagnostic in
      diagnostic.severity == .error && (diagnostic.line == line || diagnostic.line == 0)
    }
    guard faults.isEmpty else {
      throw Failure(.failed, faults.map(\.rendered).joined(separator: "\n"))
    }
    let places = result.jobs.compactMap(\.source?.line).prefix(20).map(String.init)
    throw Failure(
      .noSuch, "line \(line) of \(path) holds no job",
      hint: places.isEmpty
        ? "nor does any other line" : "jobs stand on line " + places.joined(separator: ", "))
  }

  /// The job that the daemon speaks of, if its file still says the same.
  func job(of detail: JobDetail) -> Found? {
    guard let source = detail.source else { return nil }
    let (result, kind) = read(source.file)
    guard let job = Self.job(on: source.line, of: result.jobs, kind),
      job.scheduleText == detail.summary.schedule
    else { return nil }
    // The file's folder, which begins names, is not known here; the daemon knows the name.
    guard let name = JobName(detail.summary.name) else { return nil }
    let named = Job(
      name: name, times: times(of: job, named: name), scheduleText: job.scheduleText,
      work: job.work, options: job.options, source: job.source)
    return found(named, result, kind)
  }

  /// What `H` and `~` stand for goes by the job's whole name, its folder included.
  private func times(of job: Job, named name: JobName) -> FireTimes {
    let text = job.scheduleText
    let seed = SpreadSeed(jobName: name.text, machineID: context.machineID)
    guard case .cron = job.times.schedule, (try? Schedule(crontab: text)) == nil,
      let schedule = try? Schedule(crontab: text, spread: seed)
    else { return job.times }
    return FireTimes(
      schedule, in: job.times.zone, starts: job.times.starts, ends: job.times.ends,
      daylight: job.times.daylight)
  }

  private func found(_ job: Job, _ result: LoadResult, _ kind: ScheduleFile.Kind) -> Found {
    let line = job.source?.line ?? 0
    let next = result.jobs.compactMap { $0.source?.line }.filter { $0 > line }.min() ?? .max
    return found(job, result, through: kind == .crontab ? line : next - 1)
  }

  private func found(_ job: Job, _ result: LoadResult, through last: Int) -> Found {
    let first = job.source?.line ?? 0
    let warnings = result.diagnostics.filter {
      $0.severity == .warning && $0.file == job.source?.file && (first...last).contains($0.line)
    }
    return Found(job: job, warnings: warnings)
  }

  /// When the daemon's job fires; nil where that cannot be told from its file or its schedule.
  func times(of detail: JobDetail) -> FireTimes? {
    if let found = job(of: detail) { return found.job.times }
    let seed = SpreadSeed(jobName: detail.summary.name, machineID: context.machineID)
    guard let schedule = try? Schedule(crontab: detail.summary.schedule, spread: seed) else {
      return nil
    }
    return FireTimes(schedule, in: context.defaultZone)
  }

  private func read(_ path: String) -> (LoadResult, ScheduleFile.Kind) {
    let reading = ScheduleDirectory.read([path])
    let kind = reading.files.first?.kind ?? .crontab
    return (ScheduleSet.load(reading, context: context), kind)
  }

  /// In a job file a job reaches from its first line to the next job's.
  private static func job(on line: Int, of jobs: [Job], _ kind: ScheduleFile.Kind) -> Job? {
    let above = jobs.filter { ($0.source?.line ?? .max) <= line }
    let nearest = above.max { ($0.source?.line ?? 0) < ($1.source?.line ?? 0) }
    return kind == .jobFile || nearest?.source?.line == line ? nearest : nil
  }
}
