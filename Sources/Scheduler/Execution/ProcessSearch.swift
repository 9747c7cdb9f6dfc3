// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Finds processes of attempts whose numbers were not recorded before their daemon died.
///
/// What an attempt starts carries `BEAT_RUN_ID` and `BEAT_ATTEMPT` in its environment, and the
/// first process of an attempt leads its session; what that one starts carries them too, and does
/// not.
enum ProcessSearch {
  /// An attempt by the names that its processes have of it.
  struct Key: Hashable {
    /// The run's name outside the daemon.
    let run: String
    /// From 1.
    let attempt: Int
  }

  /// The living first processes of these attempts.
  ///
  /// - Complexity: One walk through /proc, and two small files for each leader of a session.
  static func processes(of wanted: Set<Key>) -> [Key: ProcessIdentity] {
    guard !wanted.isEmpty else { return [:] }
    let boot = readBootIdentifier()
    var found: [Key: ProcessIdentity] = [:]
    for pid in ProcessStatus.all() {
      // A process that leads no session was not started by a daemon.
      guard getsid(pid) == pid, let status = ProcessStatus(pid: pid), !status.hasEnded,
        let key = key(inEnvironment: readKernelFile("/proc/\(pid)/environ") ?? []),
        wanted.contains(key),
        // Read again: the number may have become another's meanwhile.
        ProcessStatus(pid: pid)?.startTicks == status.startTicks
      else { continue }
      found[key] = ProcessIdentity(pid: pid, startTicks: status.startTicks, boot: boot)
    }
    return found
  }

  /// The attempt that an environment names, as /proc shows it: `NAME=VALUE`, each ended by a NUL.
  static func key(inEnvironment bytes: [UInt8]) -> Key? {
    var run: String?
    var attempt: Int?
    for variable in bytes.split(separator: 0) {
      if let value = value(of: "BEAT_RUN_ID", in: variable) { run = value }
      if let value = value(of: "BEAT_ATTEMPT", in: variable) { attempt = Int(value) }
    }
    guard let run, let attempt else { return nil }
    return Key(run: run, attempt: attempt)
  }

  private static func value(of name: String, in variable: ArraySlice<UInt8>) -> String? {
    let start = Array("\(name)=".utf8)
    guard variable.starts(with: start) else { return nil }
    return String(decoding: variable.dropFirst(start.count), as: UTF8.self)
  }
}

extension StoreSnapshot {
  /// The same, with the processes of running attempts that were not recorded and still live.
  func findingProcesses() -> StoreSnapshot {
    let isUnknown: (Run) -> Bool = { $0.state == .running && $0.process == nil }
    let key: (Run) -> ProcessSearch.Key = { [tag] run in
      ProcessSearch.Key(run: run.id.text(tag: tag), attempt: run.attempt)
    }
    let found = ProcessSearch.processes(of: Set(openRuns.filter(isUnknown).map(key)))
    guard !found.isEmpty else { return self }
    var snapshot = self
    for index in openRuns.indices where isUnknown(openRuns[index]) {
      snapshot.openRuns[index].process = found[key(openRuns[index])]
    }
    return snapshot
  }
}
