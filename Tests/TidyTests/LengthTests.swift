// SPDX-License-Identifier: Apache-2.0

import Testing

struct LengthTests {
  @Test func `lines are at most 100 columns wide`() {
    let files = SourceTree.files(
      below: "", ending: ".swift", ".c", ".cpp", ".h", ".sh", "Makefile", ".toml")
    expectNone(
      files.flatMap { file in
        file.lines.enumerated().compactMap { index, line in
          // An address cannot be broken.
          guard line.utf8.count > 100, line.count > 100, !line.contains("://") else { return nil }
          return "\(file.path):\(index + 1): \(line.count) columns"
        }
      })
  }

  @Test func `files hold one idea`() {
    expectNone(
      swiftFiles.compactMap { file, _ in
        let count = file.lines.count - 1
        let limit = Ratchets.files[file.path] ?? Ratchets.fileLimit
        return count > limit ? "\(file.path): \(count) lines, at most \(limit)" : nil
      })
  }

  @Test func `functions fit on a screen`() {
    expectNone(
      Self.functions.compactMap { name, line, count in
        let limit = Ratchets.functions[name] ?? Ratchets.functionLimit
        return count > limit ? "\(name) (line \(line)): \(count) lines, at most \(limit)" : nil
      })
  }

  @Test func `every ratchet is needed and tight`() {
    let fileLengths = Dictionary(
      uniqueKeysWithValues: swiftFiles.map { ($0.file.path, $0.file.lines.count - 1) })
    let functionLengths = Dictionary(
      Self.functions.map { ($0.name, $0.count) }, uniquingKeysWith: max)
    expectNone(
      Self.loose(Ratchets.files, over: Ratchets.fileLimit, fileLengths)
        + Self.loose(Ratchets.functions, over: Ratchets.functionLimit, functionLengths))
  }

  private static let functions: [(name: String, line: Int, count: Int)] =
    swiftFiles.flatMap { file, text in
      SwiftFunction.all(in: text).map { ("\(file.path) \($0.name)", $0.line, $0.lineCount) }
    }

  private static func loose(
    _ ratchets: [String: Int], over limit: Int, _ lengths: [String: Int]
  ) -> [String] {
    ratchets.compactMap { name, number in
      guard let length = lengths[name], length > limit else { return "\(name): take its row out" }
      return length < number ? "\(name): turn its \(number) down to \(length)" : nil
    }
  }
}
