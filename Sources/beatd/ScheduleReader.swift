// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// Reads the schedule files that beatd was pointed at.
struct ScheduleReader: Sendable {
  let paths: [String]
  /// The zone of jobs that name none.
  private(set) var zone: Zone
  private let timezone: String?
  let zones: ZoneDirectory
  private let shippedHandlers: Set<String>
  private let queues: Set<String>
  private let machineID = HostFacts.machineID()
  private let ownUser = HostFacts.userName()

  /// - Parameters:
  ///   - paths: files and folders.
  ///   - timezone: the zone of jobs that name none; nil: the system's.
  ///   - queues: the queues that jobs may name.
  /// - Throws: ``ZoneError`` where there is no such zone.
  init(
    paths: [String], timezone: String?, queues: Set<String> = ["default"]
  ) throws(ZoneError) {
    self.paths = paths
    self.queues = queues
    self.timezone = timezone
    zones = ZoneDirectory()
    zone = if let timezone { try zones.zone(named: timezone) } else { try zones.systemZone() }
    shippedHandlers = Set(ShippedHandlers.all.keys)
  }

  /// Where changes of what was named show, as far as that is known before anything is read.
  var folders: [String] {
    paths.map { path in
      if Folder.exists(path) { return path }
      guard let slash = path.lastIndex(of: "/") else { return "." }
      return slash == path.startIndex ? "/" : String(path[..<slash])
    }
  }

  /// False where nothing on the machine says which zone its clock shows, and UTC is assumed.
  var knowsZone: Bool { timezone != nil || zones.hasSystemZone }

  /// Whether a zone's file has changed, come or gone since it was read.
  var zonesHaveChanged: Bool { zones.changedSinceRead() }

  /// Takes up a zone database that has changed since it was read; false where it has not.
  ///
  /// What is gone or damaged in the new one keeps its old rules.
  mutating func takeUpChangedZones() -> Bool {
    guard zonesHaveChanged else { return false }
    zones.forget()
    zone = (try? timezone.map(zones.zone(named:)) ?? zones.systemZone()) ?? zone
    return true
  }

  /// The zones that keep old rules, and what is wrong with the new ones.
  var keptZones: [String: ZoneError] { zones.keptZones }

  /// A definition that was kept as text.
  func job(kept text: String) throws -> Job {
    try DefinitionText.parse(text, zones: zones, defaultZone: zone)
  }

  /// What the files say now; with warnings for `warningsAt`, where that is given.
  func read(warningsAt: Instant? = nil) -> LoadResult {
    readFiles(warningsAt: warningsAt).result
  }

  /// What the files say now, and which folders and files to watch for changes.
  func readFiles(warningsAt: Instant? = nil) -> (result: LoadResult, watch: [String]) {
    let reading = ScheduleDirectory.read(paths, trusting: .daemon(HostFacts.userID()))
    let context = LoadContext(
      defaultZone: zone, zones: zones, shippedHandlers: shippedHandlers,
      handlers: shippedHandlers, queues: queues, machineID: machineID, ownUser: ownUser,
      users: HostFacts.userID() == 0 ? UserDirectory() : nil, warningsAt: warningsAt)
    return (ScheduleSet.load(reading, context: context), reading.directories)
  }
}
