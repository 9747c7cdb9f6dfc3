// SPDX-License-Identifier: Apache-2.0

public import CronParser

extension Instant: Codable {
  /// Reads RFC 3339 with any offset; fractions are cut to milliseconds.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let instant = Instant(rfc3339: text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "not an instant: expected RFC 3339, as in 2027-01-01T08:00:00.000Z")
    }
    self = instant
  }

  /// Writes RFC 3339 in UTC with milliseconds: `2027-01-01T08:00:00.000Z`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rfc3339)
  }
}
