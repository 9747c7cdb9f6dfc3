// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What the core knows of one job.
///
/// There may be a hundred thousand of them, so what few have lies apart, and the fields stand in an
/// order that leaves no room between them.
struct JobEntry: Sendable {
  let id: JobID
  var name: JobName
  /// The definition in force; nil while the job has none.
  var job: Job?
  /// The newest instant dealt with; of a fixed delay the instant that the period counts from.
  var cursor: Instant
  /// Runs that have not ended, oldest first; of enqueued tasks none.
  var open: [RunID] = []
  /// The newest row of instants left out, while no run has come since.
  @Apart var stretch: Stretch?
  @Apart var pause: Pause?
  @Apart var pauseTimer: TimerQueue.Handle?
  /// The instant that the timer waits for.
  var armedFor: Instant?
  /// The newest definition is in error.
  var isBroken = false
  /// The store knows that the definition went away.
  var isKnownVanished = false
  var cursorIsDirty = false
  /// Which of the queues its runs wait in.
  var queue: Int {
    get { Int(queueNumber) }
    set { queueNumber = Int32(clamping: newValue) }
  }
  private var queueNumber: Int32 = 0
  /// How many of the open runs are forced, retrying or pending: those that start out of turn.
  var outOfTurn: Int32 = 0
  /// Dead letters in a row, up to the newest run that ended.
  var failureSpell = 0
  var timer: TimerQueue.Handle?

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
