// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// Reads the schedule files that beatd was pointed at.
struct ScheduleReader: Sendable {
  let paths: [String]
  let zone: Zone
  private let zones: ZoneDirectory
  private let shippedHandlers: Set<String>

  /// - Parameters:
  ///   - paths: files and folders.
  ///   - timezone: the zone of jobs that name none; nil: the system's.
  /// - Throws: ``ZoneError`` where there is no such zone.
  init(paths: [String], timezone: String?) throws(ZoneError) {
    self.paths = paths
    zones = ZoneDirectory()
    zone = if let timezone { try zones.zone(named: timezone) } else { try zones.systemZone() }
    shippedHandlers = Set(ShippedHandlers.all.keys)
  }

  /// What the files say now; with warnings for `warningsAt`, where that is given.
  func read(warningsAt: Instant? = nil) -> LoadResult {
    readFiles(warningsAt: warningsAt).result
  }

  /// What the files say now, and which folders and files to watch for changes.
  func readFiles(warningsAt: Instant? = nil) -> (result: LoadResult, watch: [String]) {
    let reading = ScheduleDirectory.read(paths)
    let context = LoadContext(
      defaultZone: zone, zones: zones, shippedHandlers: shippedHandlers,
      handlers: shippedHandlers, warningsAt: warningsAt)
    return (ScheduleSet.load(reading, context: context), reading.directories)
  }
}
