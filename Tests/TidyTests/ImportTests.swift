// SPDX-License-Identifier: Apache-2.0

import Testing

struct ImportTests {
  @Test func `every file imports only what its folder may`() {
    expectNone(
      swiftFiles.flatMap { file, text -> [String] in
        guard let row = ImportTable.row(for: file.path) else {
          return ["\(file.path): no row of ImportTable holds for this file"]
        }
        let refused = Self.imports(in: text).filter { line, module in
          module == "Foundation" || row.modules?.contains(module) == false
        }
        return refused.map { "\(file.path):\($0.line): may not import \($0.module)" }
      })
  }

  @Test func `every row of the table is about something`() {
    expectNone(
      ImportTable.rows.map(\.path).filter { path in
        !path.hasPrefix("Benchmarks/") && !swiftFiles.contains { $0.file.path.hasPrefix(path) }
      }.map { "ImportTable: nothing lies at \($0)" })
  }

  @Test func `the programs' sources are never imported by a library`() {
    expectNone(
      swiftFiles.filter { $0.file.path.hasPrefix("Sources/") }.flatMap { file, text in
        Self.imports(in: text).filter { ["beatd", "beatctl", "Testing"].contains($0.module) }.map {
          "\(file.path):\($0.line): imports \($0.module)"
        }
      })
  }

  /// `import A`, `public import struct A.B`, `@testable import A`.
  static func imports(in text: SwiftText) -> [(line: Int, module: String)] {
    let modifiers: Set<Substring> = [
      "public", "package", "internal", "fileprivate", "private", "testable", "preconcurrency",
      "_exported", "_spi",
    ]
    let kinds: Set<Substring> = [
      "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]
    return text.lines.enumerated().compactMap { index, line in
      let words = SwiftText.words(line).drop { modifiers.contains($0) }
      guard words.first == "import" else { return nil }
      guard let module = words.dropFirst().first(where: { !kinds.contains($0) }) else { return nil }
      return (index + 1, String(module))
    }
  }
}
