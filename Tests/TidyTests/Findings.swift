// SPDX-License-Identifier: Apache-2.0

import Testing

/// Swift files with their code, read once for all rules.
let swiftFiles: [(file: SourceTree.File, text: SwiftText)] =
  SourceTree.files(below: "", ending: ".swift").map { ($0, SwiftText($0.text)) }

/// Fails with one line for each finding.
func expectNone(_ findings: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(
    findings.isEmpty, Comment(rawValue: "\n" + findings.joined(separator: "\n")),
    sourceLocation: sourceLocation)
}

/// `path:line: what` for each line of the Swift files below a folder that the rule objects to.
func findings(
  below folder: String, _ rule: (_ line: Substring, _ words: [Substring]) -> String?
) -> [String] {
  swiftFiles.filter { $0.file.path.hasPrefix(folder) }.flatMap { file, text in
    text.lines.enumerated().compactMap { index, line in
      rule(line, SwiftText.words(line)).map { "\(file.path):\(index + 1): \($0)" }
    }
  }
}
