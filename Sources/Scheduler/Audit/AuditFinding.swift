// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// Something that the schedules and the ledger do not agree on.
public struct AuditFinding: Hashable, Sendable {
  /// What it is.
  public enum Kind: String, Hashable, Sendable {
    /// The schedule named instants of which the ledger says nothing.
    case unaccounted
    /// The ledger holds an instant that no schedule named.
    case neverNamed = "never-named"
  }

  /// What it is.
  public let kind: Kind
  /// The first instant.
  public let first: Instant
  /// The last instant.
  public let last: Instant
  /// How many instants, one after another.
  public let count: Int
}

/// What an audit of a job found.
public struct JobAudit: Hashable, Sendable {
  /// The most findings that are kept; the last one stands for the rest.
  static let limit = 1_000

  /// What does not agree; nothing where all is well.
  public internal(set) var findings: [AuditFinding] = []
  /// How many instants of schedules were held against the ledger; long rows count as one.
  public internal(set) var checked = 0

  /// Adds an instant to the findings; one that follows the last of its kind joins it.
  mutating func add(_ kind: AuditFinding.Kind, _ instant: Instant, joins: Bool = false) {
    if let last = findings.last, last.kind == kind, joins || findings.count >= Self.limit {
      findings[findings.count - 1] = AuditFinding(
        kind: kind, first: last.first, last: max(last.last, instant), count: last.count + 1)
    } else if findings.count < Self.limit {
      findings.append(AuditFinding(kind: kind, first: instant, last: instant, count: 1))
    }
  }
}
