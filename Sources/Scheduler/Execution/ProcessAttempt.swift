// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import CronParser
internal import Dispatch

/// One process from its order to its end.
///
/// Lives inside ``ProcessRunner`` and is touched by it alone.
///
///     waiting ─▶ starting ─▶ running ─────────────▶ over
///        ▲           │          │ (told to end)       ▲
///        └── busy ◀──┘          └▶ the rest of its ───┘
///                                  group is awaited
final class ProcessAttempt {
  /// How far it has come.
  enum Phase {
    /// In line for a start.
    case waiting
    /// With the thread that starts it.
    case starting
    /// Its program was busy; it gets in line again in a moment.
    case busy
    /// Its process runs.
    case running
    /// Its process has ended, but others of its group have not, or somebody has to reap it first.
    case leaving
    /// Reported.
    case over
  }

  /// Why it was told to end.
  enum Ending {
    case timedOut
    case stopped
  }

  let order: AttemptOrder
  /// What it prints; nil for an adopted process whose output nobody holds.
  var buffer: OutputBuffer?
  /// Begun by an earlier daemon.
  let isAdopted: Bool
  var phase = Phase.waiting
  var ending: Ending?
  /// SIGKILL was sent.
  var isKilled = false
  /// Its end was told, but another has to reap it first.
  var isReapingAwaited = false
  /// Starts that found the program busy.
  var busyStarts = 0

  var pid: Int32 = 0
  /// When the process was started, where an earlier daemon recorded it.
  var startTicks: UInt64 = 0
  /// Its pidfd.
  var process: SharedDescriptor?
  /// What is watched for it besides its pipe: its own end, or that of another of its group.
  var watch: Watch?
  var pipe: OutputPipe?
  /// Until the timeout, then until the end of grace.
  var timer: (any DispatchSourceTimer)?

  init(_ order: AttemptOrder, buffer: OutputBuffer?) {
    self.order = order
    self.buffer = buffer
    isAdopted = buffer == nil
  }

  /// What is to be reported of a process that ended so; nil: nobody could say how.
  func outcome(_ end: clinux_exit?) -> AttemptOutcome {
    let code = end.flatMap { $0.signal_number == 0 ? $0.code : nil }
    let signal = end.flatMap { $0.signal_number == 0 ? nil : $0.signal_number }
    switch ending {
    case .timedOut: return .timedOut(exitCode: code, signal: signal)
    case .stopped: return .stopped(exitCode: code, signal: signal)
    case nil: break
    }
    if let code { return .exited(code) }
    if let signal { return .signalled(signal) }
    let reason =
      isAdopted ? "an earlier beatd had started it" : "another part of the program took it"
    return .lost("process \(pid) ended, and its exit code is not known: \(reason)")
  }
}

/// A descriptor under watch.
struct Watch {
  let token: UInt64
  let descriptor: SharedDescriptor
}

/// A pipe that a process and perhaps its descendants write to.
final class OutputPipe {
  let run: RunID
  let watch: Watch
  /// Where its bytes go; nil once the attempt is over: they are read and dropped, so that a
  /// descendant that goes on writing is neither held up nor killed by SIGPIPE.
  var buffer: OutputBuffer?

  init(run: RunID, watch: Watch, buffer: OutputBuffer?) {
    self.run = run
    self.watch = watch
    self.buffer = buffer
  }
}
