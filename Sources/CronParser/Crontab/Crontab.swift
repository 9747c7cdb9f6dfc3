// SPDX-License-Identifier: Apache-2.0

/// A crontab, read whole.
public struct Crontab: Hashable, Sendable {
  /// The lines with a schedule and a command, in the order of the file.
  public let entries: [CrontabEntry]
  /// The variables whose names begin with `BEAT_`, in the order of the file.
  public let directives: [CrontabVariable]
  /// What is wrong, in the order of the file.
  public let errors: [CrontabError]

  /// Reads a file's bytes; whatever is wrong is in ``errors``.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - userColumn: the schedule is followed by the name of a user, as in `/etc/crontab`.
  /// - Complexity: O(*n*) in the number of bytes.
  public init(_ bytes: [UInt8], userColumn: Bool = false) {
    var reader = CrontabReader(bytes, userColumn: userColumn)
    var (entries, directives, errors): ([CrontabEntry], [CrontabVariable], [CrontabError]) =
      ([], [], [])
    while let line = reader.next() {
      switch line {
      case .entry(let entry): entries.append(entry)
      case .directive(let variable): directives.append(variable)
      case .error(let error): errors.append(error)
      case .variable: continue
      }
    }
    self.entries = entries
    self.directives = directives
    self.errors = errors
  }
}
