// SPDX-License-Identifier: Apache-2.0

public import CronParser
public import Scheduler

/// What an attempt does in a ``ManualScheduler``: how long it takes, and how it ends.
public struct SimulatedWork: Sendable {
  /// How long the attempt takes.
  public var duration: TimeSpan
  /// How it ends.
  public var outcome: AttemptOutcome
  /// What it prints.
  public var output: CapturedOutput?
  /// How long it takes to end once it is told to stop; nil: it ends when it would have anyway.
  public var stopsAfter: TimeSpan?

  /// An attempt that takes `duration` and ends with `outcome`.
  public init(
    _ outcome: AttemptOutcome = .exited(0), taking duration: TimeSpan = .zero,
    output: CapturedOutput? = nil, stopsAfter: TimeSpan? = .zero
  ) {
    self.outcome = outcome
    self.duration = duration
    self.output = output
    self.stopsAfter = stopsAfter
  }
}
