// SPDX-License-Identifier: Apache-2.0

/// What a stop of the daemon has to wait for.
extension SchedulerCore {
  /// The runs whose attempts have to end before the daemon does, by number: all but processes that
  /// their jobs want left running, once it is known which they are.
  ///
  /// - Complexity: O(open runs).
  public var runsToAwait: [RunID] {
    runs.values.filter { $0.run.state == .running && !mayBeLeft($0) }.map(\.run.id).sorted()
  }

  private func mayBeLeft(_ open: OpenRun) -> Bool {
    guard open.run.process != nil, open.stopReason == nil, open.run.task == nil else {
      return false
    }
    return entries[open.slot].options?.rare?.value.onStop == .leave
  }
}
