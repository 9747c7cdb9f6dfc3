// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// An instant with what it is to the reader.
enum TimePhrase {
  /// `2026-11-26 08:00:00 (in 4m)`.
  static func at(_ instant: Instant, _ zone: Zone, _ now: Instant) -> String {
    "\(TimeText.local(instant, in: zone)) (\(TimeText.relative(instant, to: now)))"
  }
}

/// A pause in words.
enum PausePhrase {
  /// `since 2026-11-26 08:00:00 (2h ago), until …: moving house`.
  static func text(_ pause: PauseSummary, _ zone: Zone, _ now: Instant) -> String {
    let until = pause.until.map { ", until \(TimePhrase.at($0, zone, now))" } ?? ""
    let note = pause.note.map { ": \($0)" } ?? ""
    return "since \(TimePhrase.at(pause.since, zone, now))\(until)\(note)"
  }
}

/// How a run or an attempt ended, in words.
enum ResultPhrase {
  /// What went wrong, or the exit code where it is not 0; empty where there is nothing to say.
  static func text(error: String?, exitCode: Int32?, signal: Int32?) -> String {
    if let error { return error }
    if let signal { return "signal \(signal)" }
    if let exitCode, exitCode != 0 { return "exit code \(exitCode)" }
    return ""
  }

  /// How long from start to end.
  static func took(_ start: Instant?, _ end: Instant?) -> String {
    guard let start, let end, end >= start else { return "" }
    return TimeText.length(end - start)
  }
}
