// SPDX-License-Identifier: Apache-2.0

import Scheduler

/// Job files in TOML.
package enum JobFileLaw: Law {
  package static func broken(by bytes: [UInt8]) -> String? {
    FilesLaw.broken(
      by: ScheduleFile(
        path: "/etc/jobs.toml", relativeName: "jobs.toml", kind: .jobFile, bytes: bytes))
  }
}
