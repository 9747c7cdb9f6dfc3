// SPDX-License-Identifier: Apache-2.0

import CronParser

/// An option that means another job, which is looked for when all files are read.
struct JobLink: Hashable, Sendable {
  /// The job that is meant.
  let to: JobName
  /// The option.
  let key: String
  let range: TOMLRange
}

/// An option that is read and of which nothing comes in this version.
struct UnobeyedOption: Hashable, Sendable {
  let name: String
  let range: TOMLRange
}
