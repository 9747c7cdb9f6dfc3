// SPDX-License-Identifier: Apache-2.0

/// What beatctl's exit status says.
enum ExitCode: Int32 {
  /// Done.
  case done = 0
  /// Done, and it failed: a run that was waited for, a check with errors, a refusal.
  case failed = 1
  /// The command line is wrong.
  case usage = 2
  /// No daemon is to be reached.
  case noDaemon = 3
  /// There is no such job or run.
  case noSuch = 4
}
