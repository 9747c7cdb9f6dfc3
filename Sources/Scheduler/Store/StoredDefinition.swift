// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// A version of a job's definition, and when it stood.
public struct StoredDefinition: Hashable, Sendable {
  /// The definition, as ``DefinitionText`` writes it.
  public let text: String
  /// What tells it from other definitions.
  public let fingerprint: DefinitionFingerprint
  /// When it came into force.
  public let since: Instant
  /// When it ended; nil: it stands.
  public let until: Instant?

  /// A version.
  public init(
    text: String, fingerprint: DefinitionFingerprint, since: Instant, until: Instant?
  ) {
    self.text = text
    self.fingerprint = fingerprint
    self.since = since
    self.until = until
  }
}

/// What stood when the last daemon ended.
public struct FormerDefinition: Hashable, Sendable {
  /// Whose definition.
  public let name: JobName
  /// The definition, as ``DefinitionText`` writes it; nil where none was recorded.
  public let text: String?

  /// A definition.
  public init(name: JobName, text: String?) {
    self.name = name
    self.text = text
  }
}
