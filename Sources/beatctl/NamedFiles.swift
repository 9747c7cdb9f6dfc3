// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// The schedule files that a command line names, read as beatd on this machine would read them.
struct NamedFiles {
  /// The jobs that are whole.
  let jobs: [Job]
  /// Whether anything is wrong with the files.
  let hasErrors: Bool

  /// Reads the files, and tells on standard error what is wrong with them.
  init(_ paths: [String], _ session: Session) throws {
    let result = ScheduleSet.load(
      ScheduleDirectory.read(paths), context: Self.context(session, zone: session.zone))
    let faults = result.diagnostics.filter { $0.severity == .error }
    for fault in faults { try session.around.errors.write(fault.rendered + "\n\n") }
    jobs = result.jobs
    hasErrors = !faults.isEmpty
  }

  /// What reading needs to know; jobs that name no zone have this one.
  static func context(_ session: Session, zone: Zone, queues: Set<String>? = nil) -> LoadContext {
    let handlers = Set(ShippedHandlers.all.keys)
    return LoadContext(
      defaultZone: zone, zones: session.around.zones, shippedHandlers: handlers,
      handlers: handlers, queues: queues, machineID: HostFacts.machineID(), users: UserDirectory())
  }
}
