// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler

/// Looking after what is remembered.
extension Routes {
  /// As many findings as anybody reads.
  private static let findings = 10_000

  func audit(_ request: HTTPRequest) async throws -> AuditReply {
    let since = try Parameter.instant(request.target.query["since"], named: "since")
    let report = try await scheduler.audit(since: since, defaultZone: await keeper.zone)
    return AuditReply(
      since: report.since, through: report.through, jobs: report.jobs, checked: report.checked,
      findings: report.findings.prefix(Self.findings).map { AuditItem($0.job, $0.finding) },
      shortened: report.shortened.map(\.text))
  }

  func beginBackup(_ request: HTTPRequest) async throws -> BackupReply {
    let asked = try APICoder.decodeRequest(BackupRequest.self, from: request.body)
    do {
      try await scheduler.beginBackup(to: asked.path, replacing: asked.force ?? false)
    } catch let error as StoreError {
      throw Problem(409, .state, error.message)
    }
    return try await backupReply(patience: .zero)
  }

  func backup(_ request: HTTPRequest) async throws -> BackupReply {
    let seconds = try Parameter.number(
      request.target.query["wait"], named: "wait", in: 0...APIRoute.longestWaitSeconds)
    return try await backupReply(patience: .seconds(Int64(seconds ?? 0)))
  }

  private func backupReply(patience: TimeSpan) async throws -> BackupReply {
    guard let backup = await scheduler.backupState(patience: patience) else {
      throw Problem(404, .state, "no backup was made since beatd was started")
    }
    return BackupReply(backup)
  }
}

extension BackupReply {
  init(_ backup: JobScheduler.Backup) {
    let state: String
    var failure: String?
    switch backup.phase {
    case .copying: state = "copying"
    case .checking: state = "checking"
    case .done: state = "done"
    case .failed(let error):
      state = "failed"
      failure = error.message
    }
    self.init(
      path: backup.path, state: state, pagesDone: backup.done, pages: backup.total,
      bytes: state == "done" ? backup.bytes : nil, error: failure)
  }
}

extension AuditItem {
  init(_ job: JobName, _ finding: AuditFinding) {
    self.init(
      job: job.text, kind: finding.kind.rawValue, scheduledFor: finding.first,
      lastScheduledFor: finding.last, count: finding.count)
  }
}

extension QueueSummary {
  init(_ queue: QueueView) {
    self.init(
      name: queue.name, limit: queue.limit, running: queue.running, waiting: queue.waiting,
      pause: queue.pause.map(PauseSummary.init))
  }
}
