// SPDX-License-Identifier: Apache-2.0

/// A job file in the making, with all that is to be said about it.
struct ImportedFile: Hashable, Sendable {
  /// What is said of no single job, and where it stood.
  struct Remark: Hashable, Sendable {
    let origin: String
    let note: ImportNote
  }

  /// What stands at its head.
  var comments: [String]
  /// What stands at its end.
  var lastComments: [String] = []
  /// The zone of all jobs.
  var timezone: ImportedOption?
  /// Options of all jobs.
  var defaults: [ImportedOption] = []
  var jobs: [ImportedJob] = []
  var remarks: [Remark] = []

  init(comments: [String] = []) { self.comments = comments }

  /// Says what could not be carried over, of no single job.
  mutating func lose(_ message: String, at origin: String) {
    remarks.append(Remark(origin: origin, note: ImportNote(kind: .lost, message: message)))
  }

  /// Says what is different now, of no single job.
  mutating func remark(_ message: String, at origin: String) {
    remarks.append(Remark(origin: origin, note: ImportNote(kind: .changed, message: message)))
  }

  /// Everything to be reported, in the order of the file.
  var report: [Remark] {
    remarks + jobs.flatMap { job in job.notes.map { Remark(origin: job.origin, note: $0) } }
  }

  /// Whether something could not be carried over.
  var hasLosses: Bool { report.contains { $0.note.kind == .lost } }

  /// Jobs that the file defines.
  var jobCount: Int { jobs.count { $0.refusal == nil } }
}
