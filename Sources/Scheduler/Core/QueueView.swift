// SPDX-License-Identifier: Apache-2.0

/// What a person is shown of a queue.
public struct QueueView: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// At most so many attempts at once; nil: no limit.
  public let limit: Int?
  /// Attempts under way.
  public let running: Int
  /// Runs that are due and have not started.
  public let waiting: Int
  /// The queue's own pause.
  public let pause: Pause?

  /// Whether no place is left.
  public var isFull: Bool { limit.map { running >= $0 } ?? false }
}

extension SchedulerCore {
  /// The queues, `default` first, then by name.
  ///
  /// - Complexity: O(open runs).
  public var queueViews: [QueueView] {
    var waiting = [Int](repeating: 0, count: queues.count)
    for open in runs.values where open.run.state == .queued { waiting[open.queue] += 1 }
    return zip(queues, waiting).map { queue, waiting in
      QueueView(
        name: queue.name, limit: queue.limit, running: queue.running, waiting: waiting,
        pause: queue.pause)
    }
  }
}
