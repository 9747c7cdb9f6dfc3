// SPDX-License-Identifier: Apache-2.0

import CronParser
import Glibc

/// What `Tests/Faults/faults.c` is to do in a beatd, changed while that runs.
final class FaultControl {
  private enum Number: Int, CaseIterable {
    case clockShift, firstSync, failingSyncs, syncs, fileSystem, writeError
  }

  private let numbers: UnsafeMutablePointer<Int64>
  private let path: String

  init(_ beat: Beat) throws {
    path = beat.folder + "/faults"
    let size = Number.allCases.count * 8
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, off_t(size)) == 0,
      let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      memory != MAP_FAILED
    else { throw TestFailure("cannot make \(path)") }
    close(descriptor)
    numbers = memory.bindMemory(to: Int64.self, capacity: Number.allCases.count)
  }

  deinit { munmap(numbers, Number.allCases.count * 8) }

  /// What beatd has to be started with.
  var environment: [String: String] {
    ["LD_PRELOAD": Beat.programs + "/libbeat-faults.so", "BEAT_FAULTS": path]
  }

  /// What beatd's wall clock says.
  var now: Instant {
    get { Self.trueNow + TimeSpan(milliseconds: numbers[Number.clockShift.rawValue] / 1_000_000) }
    set {
      numbers[Number.clockShift.rawValue] = (newValue - Self.trueNow).milliseconds * 1_000_000
    }
  }

  static var trueNow: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// How many syncs of the state file there have been.
  var syncs: Int64 { numbers[Number.syncs.rawValue] }

  /// Lets `count` syncs fail, after the next `after` ones.
  func failSyncs(after: Int64, count: Int64) {
    numbers[Number.failingSyncs.rawValue] = count
    numbers[Number.firstSync.rawValue] = syncs + after + 1
  }

  /// What every write of the state file fails with; 0: none does.
  func failWrites(with code: Int32) { numbers[Number.writeError.rawValue] = Int64(code) }

  /// What kind of file system everything is on.
  func pretendFileSystem(_ number: Int64) { numbers[Number.fileSystem.rawValue] = number }
}

/// Looks every 20 ms whether something has come true.
func eventually(
  _ what: String, seconds: Int = 15, _ isTrue: () throws -> Bool
) throws {
  for _ in 0..<seconds * 50 {
    if try isTrue() { return }
    letPass(milliseconds: 20)
  }
  throw TestFailure("not within \(seconds) s: \(what)")
}

extension Beat {
  /// Waits until the log says this: it is written by a thread of its own.
  func waitForLog(_ text: String) throws {
    try eventually("\"\(text)\" in the log") { log.contains(text) }
  }
}
