// SPDX-License-Identifier: Apache-2.0

/// The handlers that come with Beat, registered as one's own are.
public enum ShippedHandlers {
  /// By task name.
  public static let all: [String: Handler] = [
    "session-cleanup": { try await SessionCleanup.run($0) },
    "report-aggregation": { try await ReportAggregation.run($0) },
  ]
}
