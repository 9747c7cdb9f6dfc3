// SPDX-License-Identifier: Apache-2.0

/// One immutable value that many jobs hold: a hundred thousand crontab lines with the same options
/// keep one copy of them.
public final class Shared<Value: Sendable & Hashable>: Sendable, Hashable {
  /// The value.
  public let value: Value

  /// Wraps a value.
  public init(_ value: Value) { self.value = value }

  /// Equal when the values are.
  public static func == (left: Shared, right: Shared) -> Bool {
    left === right || left.value == right.value
  }

  /// Hashes the value.
  public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
