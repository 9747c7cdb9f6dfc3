// SPDX-License-Identifier: Apache-2.0

import Glibc
import Scheduler

/// What the kernel says of the boot that the daemon finds itself in.
enum BootReader {
  /// The boot id with the start time of PID 1, so that a container's restart is a boot too.
  static func read() -> SchedulerCore.BootFacts {
    let boot = SmallFile.read("/proc/sys/kernel/random/boot_id") ?? "unknown"
    let ticks = startTicks() ?? 0
    let ticksPerSecond = Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
    let age = uptimeSeconds() - Int64(clamping: ticks) / ticksPerSecond
    return SchedulerCore.BootFacts(key: "\(boot)/\(ticks)", isRecent: age < 600)
  }

  /// Field 22 of /proc/1/stat; the name in field 2 may hold blanks and parentheses.
  private static func startTicks() -> UInt64? {
    guard let stat = SmallFile.read("/proc/1/stat"), let end = stat.lastIndex(of: ")") else {
      return nil
    }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? UInt64(fields[19]) : nil
  }

  private static func uptimeSeconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec)
  }
}

/// Reads files of the kernel's that hold a line or two.
enum SmallFile {
  /// The text without white space at its ends, or nil.
  static func read(_ path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return nil }
    var bytes = buffer[..<count]
    while let last = bytes.last, last <= 32 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
