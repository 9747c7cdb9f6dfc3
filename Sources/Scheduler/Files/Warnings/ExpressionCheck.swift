// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// What is odd in an expression that stands in no file.
public enum ExpressionCheck {
  /// The warnings that `check` would give of it in a crontab, by column; none of what is no
  /// expression.
  public static func warnings(of text: String) -> [Diagnostic] {
    guard (try? Schedule(crontab: text, spread: SpreadSeed(unnamed: text))) != nil else {
      return []
    }
    return ScheduleAdvice.on(text, .anyFile).map { advice in
      Diagnostic(
        .warning, advice.category, file: "EXPR", line: 1, column: advice.offset + 1,
        length: advice.length, message: advice.message, expected: advice.expected,
        suggestion: advice.suggestion, sourceLine: text)
    }
  }
}
