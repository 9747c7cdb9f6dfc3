// SPDX-License-Identifier: Apache-2.0

/// Every request that beatd answers: the one table of paths for both programs.
public enum APIRoute: String, Hashable, Sendable, CaseIterable {
  /// Is it up, and how is it; answers ``StatusReply``.
  case status = "GET /v1/status"
  /// Jobs; `?pattern=GLOB`; answers ``JobListReply``.
  case jobs = "GET /v1/jobs"
  /// Everything on one job; answers ``JobDetail``.
  case job = "GET /v1/jobs/{name}"
  /// A job's coming instants; `?count=N&from=INSTANT`; answers ``NextReply``.
  case jobNext = "GET /v1/jobs/{name}/next"
  /// What all jobs will be due at; `?from=INSTANT&to=INSTANT`; answers ``UpcomingReply``.
  case upcoming = "GET /v1/upcoming"
  /// A job's past instants, newest first; `?count=N&from=INSTANT`; answers ``PreviousReply``.
  case jobPrevious = "GET /v1/jobs/{name}/prev"
  /// Runs a job now, or an instant of its schedule; takes ``TriggerRequest``, answers
  /// ``RunSummary``.
  case trigger = "POST /v1/jobs/{name}/trigger"
  /// Pauses a job; takes ``PauseRequest``, answers ``PauseReply``.
  case pause = "POST /v1/jobs/{name}/pause"
  /// Ends a job's pause; takes ``ResumeRequest``, answers ``PauseReply``.
  case resume = "POST /v1/jobs/{name}/resume"
  /// Pauses a queue; takes ``PauseRequest``, answers ``PauseReply``.
  case pauseQueue = "POST /v1/queues/{name}/pause"
  /// Ends a queue's pause; takes ``ResumeRequest``, answers ``PauseReply``.
  case resumeQueue = "POST /v1/queues/{name}/resume"
  /// Pauses everything; takes ``PauseRequest``, answers ``PauseReply``.
  case pauseAll = "POST /v1/pause"
  /// Ends the pause of everything; takes ``ResumeRequest``, answers ``PauseReply``.
  case resumeAll = "POST /v1/resume"
  /// The ledger, newest first; `?job=NAME&state=STATE&since=INSTANT&limit=N`; answers
  /// ``HistoryReply``.
  case runs = "GET /v1/runs"
  /// One run; with `?wait=1` answers when the run is final, or after 20 s; answers ``RunDetail``.
  case run = "GET /v1/runs/{id}"
  /// Calls a run off, or stops its attempt; answers ``RunSummary``.
  case cancel = "POST /v1/runs/{id}/cancel"
  /// Runs a task once; takes ``EnqueueRequest``, answers ``RunSummary``.
  case enqueue = "POST /v1/tasks"
  /// What an attempt printed, from byte `from` on: `?attempt=N&from=N`; with `&wait=1` answers when
  /// there is more, when the attempt has ended, or after 20 s; answers ``OutputReply``.
  case output = "GET /v1/runs/{id}/output"
  /// Dead letters, newest first; answers ``HistoryReply``.
  case dead = "GET /v1/dead"
  /// Makes a new run of a dead letter; answers ``RunSummary``.
  case replay = "POST /v1/dead/{id}/replay"
  /// Holds the schedules against the ledger; `?since=INSTANT`; answers ``AuditReply``.
  case audit = "GET /v1/audit"
  /// Begins to copy the state file; takes ``BackupRequest``, answers ``BackupReply``.
  case beginBackup = "POST /v1/backup"
  /// How far the newest copy has come; with `?wait=SECONDS`, of at most 20, answers when it is
  /// over, or after so long; answers ``BackupReply``.
  case backup = "GET /v1/backup"
  /// Reads the schedule files again; answers ``ReloadReply``.
  case reload = "POST /v1/reload"
  /// Answers ``VersionReply``.
  case version = "GET /v1/version"

  /// How long a request with `wait=1` is held at most, in seconds.
  public static let longestWaitSeconds = 20

  /// `GET` or `POST`.
  public var method: String { String(rawValue.prefix { $0 != " " }) }

  /// The path's parts, in order.
  public var template: [Part] {
    rawValue.drop { $0 != "/" }.split(separator: "/").map { part in
      part.hasPrefix("{") ? .parameter : .literal(String(part))
    }
  }

  /// A part of a path between slashes.
  public enum Part: Hashable, Sendable {
    /// This very text.
    case literal(String)
    /// A job's or a queue's name or a run's id, percent-encoded.
    case parameter
  }

  /// The path and query of a request; parameters and query values are percent-encoded here.
  ///
  /// - Precondition: as many parameters as the template has.
  public func target(_ parameters: [String] = [], query: [(String, String)] = []) -> String {
    let template = self.template
    precondition(parameters.count == template.count { $0 == .parameter })
    var rest = parameters[...]
    var path = ""
    for part in template {
      switch part {
      case .literal(let text): path += "/" + text
      case .parameter: path += "/" + PercentEncoding.encode(rest.removeFirst())
      }
    }
    guard !query.isEmpty else { return path }
    let pairs = query.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }
    return path + "?" + pairs.joined(separator: "&")
  }
}
