// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What the core knows of one job.
struct JobEntry: Sendable {
  let id: JobID
  var name: JobName
  /// The definition in force; nil while the job has none.
  var job: Job?
  /// The newest instant dealt with; of a fixed delay the instant that the period counts from.
  var cursor: Instant
  /// The instant that the timer waits for.
  var armedFor: Instant?
  var timer: TimerQueue.Handle?
  /// Runs that have not ended, oldest first; of enqueued tasks none.
  var open: [RunID] = []
  /// How many of them are forced, retrying or pending: those that start out of turn.
  var outOfTurn = 0
  /// The newest row of instants left out, while no run has come since.
  var stretch: Stretch?
  var pause: Pause?
  var pauseTimer: TimerQueue.Handle?
  /// Which of the queues its runs wait in.
  var queue = 0
  /// Dead letters in a row, up to the newest run that ended.
  var failureSpell = 0
  /// The newest definition is in error.
  var isBroken = false
  /// The store knows that the definition went away.
  var isKnownVanished = false
  var cursorIsDirty = false

  init(id: JobID, name: JobName, cursor: Instant) {
    self.id = id
    self.name = name
    self.cursor = cursor
  }

  var options: JobOptions? { job?.options.value }
}

/// A run that has not ended.
struct OpenRun: Sendable {
  var run: Run
  let slot: Int
  /// Which of the queues it waits in.
  var queue: Int
  /// Runs beside earlier runs of the job, whatever the policy.
  var isForced = false
  /// Waits among those that may start.
  var isReady = false
  /// Its retry delay is over.
  var retryIsDue = false
  var timer: TimerQueue.Handle?
  /// Its attempt takes one of the places for processes.
  var holdsProcessPlace = false
  /// Its attempt takes one of its queue's places.
  var holdsQueuePlace = false
  /// Why it was told to stop.
  var stopReason: Reason?
  var isNew = false
  var isDirty = false

  init(_ run: Run, slot: Int, queue: Int) {
    self.run = run
    self.slot = slot
    self.queue = queue
  }

  /// True where it does not wait behind the job's other runs.
  var isOutOfTurn: Bool { isForced || run.state == .retrying || run.state == .pending }
}
