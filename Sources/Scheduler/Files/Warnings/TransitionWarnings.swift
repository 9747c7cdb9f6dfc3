// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Warns of a job whose local times the zone's next changes skip or repeat.
///
/// A job with a star in its minute or hour field follows real time, which surprises nobody, and is
/// passed over.
struct TransitionWarnings {
  private let job: Job
  private let times: FireTimes
  private let zone: Zone

  /// Warns of the next gap and the next fold within a year that the job's times lie in.
  static func warn(
    of job: Job, _ place: FileJobs.Place, at now: Instant, _ sink: inout DiagnosticSink
  ) {
    guard case .cron = job.times.schedule, !followsRealTime(job.scheduleText) else { return }
    let warnings = TransitionWarnings(job: job, times: job.times, zone: job.times.zone)
    for message in warnings.messages(from: now) {
      sink.report(
        .warning, .zone, line: place.scheduleLine, column: place.scheduleColumn,
        length: job.scheduleText.unicodeScalars.count, message)
    }
  }

  private static func followsRealTime(_ text: String) -> Bool {
    let fields = CronFieldText.fields(of: text)
    guard !fields.isEmpty else { return ["@hourly", "@every_minute"].contains(text.lowercased()) }
    return fields.contains {
      ($0.kind == .minute || $0.kind == .hour) && $0.text.hasPrefix("*")
    }
  }

  private func messages(from now: Instant) -> [String] {
    let end = now + .hours(366 * 24)
    var gap: String?
    var fold: String?
    var instant = now
    while let change = zone.nextTransition(after: instant), change <= end,
      gap == nil || fold == nil
    {
      instant = change
      let before = zone.offset(at: change - Self.tick)
      let length = TimeSpan.seconds(Int64(zone.offset(at: change) - before))
      if length > .zero, gap == nil { gap = message(gapOf: length, at: change, before) }
      if length < .zero, fold == nil {
        let length = TimeSpan(milliseconds: -length.milliseconds)
        fold = message(foldOf: length, at: change, before)
      }
    }
    return [gap, fold].compactMap(\.self)
  }

  private static let tick = TimeSpan(milliseconds: 1)

  private func message(gapOf length: TimeSpan, at change: Instant, _ before: Int) -> String? {
    guard let skipped = straight(before)?.next(after: change - Self.tick),
      skipped < change + length
    else { return nil }
    let runs = times.next(after: change - Self.tick) == change
    let then =
      runs
      ? "the job runs once, at \(clock(change, zone.offset(at: change)))" : "the job does not run"
    return
      "\(clock(skipped, before)) is skipped in \(zone.name) on \(date(change, before)): \(then)"
  }

  private func message(foldOf length: TimeSpan, at change: Instant, _ before: Int) -> String? {
    let start = change - length
    guard let twice = straight(before)?.next(after: start - Self.tick), twice < change else {
      return nil
    }
    let first = times.next(after: start - Self.tick).map { $0 < change } ?? false
    let second = times.next(after: change - Self.tick).map { $0 < change + length } ?? false
    let then =
      switch (first, second) {
      case (true, true): "each time"
      case (true, false): "the first time only"
      case (false, true): "the second time only"
      case (false, false): "neither time"
      }
    return "\(clock(twice, before)) comes twice in \(zone.name) on \(date(change, before)): "
      + "the job runs \(then)"
  }

  /// The job's times by a clock that goes on as it went before the change.
  private func straight(_ offset: Int) -> FireTimes? {
    let size = abs(offset)
    let text = "<LOC>\(offset > 0 ? "-" : "+")\(size / 3_600):\(size / 60 % 60):\(size % 60)"
    guard let clock = try? Zone(name: "", posix: text) else { return nil }
    return FireTimes(times.schedule, in: clock, starts: times.starts, ends: times.ends)
  }

  private func clock(_ instant: Instant, _ offset: Int) -> String {
    String((instant + .seconds(Int64(offset))).rfc3339.dropFirst(11).prefix(5))
  }

  private func date(_ instant: Instant, _ offset: Int) -> String {
    String((instant + .seconds(Int64(offset))).rfc3339.prefix(10))
  }
}
