// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import CronParser
internal import Glibc

/// One thing that a process may use so much of, soft and hard.
struct ResourceLimit: Hashable, Sendable {
  /// The option's key within `limits`.
  let key: String
  /// The kernel's number of it.
  let resource: Int32
  /// In seconds, bytes or pieces.
  let most: UInt64

  /// The limits that a job gives, none for what it leaves open.
  static func of(_ limits: ProcessLimits) -> [ResourceLimit] {
    let seconds = limits.cpu.map { span in
      span.milliseconds / 1_000 + (span.milliseconds % 1_000 == 0 ? 0 : 1)
    }
    let rows = [
      ("cpu", RLIMIT_CPU, seconds), ("memory", RLIMIT_AS, limits.memory),
      ("file-size", RLIMIT_FSIZE, limits.fileSize), ("core", RLIMIT_CORE, limits.core),
      ("open-files", RLIMIT_NOFILE, limits.openFiles),
      ("processes", __RLIMIT_NPROC, limits.processes),
    ]
    return rows.compactMap { key, resource, most in
      most.map {
        ResourceLimit(
          key: key, resource: Int32(resource.rawValue), most: UInt64(clamping: $0))
      }
    }
  }

  /// As the shim takes it.
  var packed: clinux_limit { clinux_limit(resource: resource, most: most) }
}
