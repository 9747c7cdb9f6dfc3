// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What a timer on the wall clock stands for, as the number that it carries.
enum WallTimer: Equatable {
  /// The next instant of the job at this place.
  case job(Int)
  /// The start of a run that is claimed and waits.
  case start(RunID)
  /// The end of the time in which a run of the job was to be completed.
  case expectation(Int)
  case endOfJobPause(Int)
  case endOfQueuePause(Int)
  case endOfGlobalPause

  var payload: Int64 {
    switch self {
    case .job(let slot): Int64(slot) << 3
    case .start(let run): run.rawValue << 3 | 1
    case .expectation(let slot): Int64(slot) << 3 | 2
    case .endOfJobPause(let slot): Int64(slot) << 3 | 3
    case .endOfQueuePause(let queue): Int64(queue) << 3 | 4
    case .endOfGlobalPause: 5
    }
  }

  init(payload: Int64) {
    let number = payload >> 3
    switch payload & 7 {
    case 0: self = .job(Int(number))
    case 1: self = .start(RunID(number))
    case 2: self = .expectation(Int(number))
    case 3: self = .endOfJobPause(Int(number))
    case 4: self = .endOfQueuePause(Int(number))
    default: self = .endOfGlobalPause
    }
  }
}
