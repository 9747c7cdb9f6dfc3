// SPDX-License-Identifier: Apache-2.0

import Testing

/// The other rules rest on this reading of Swift, so it has tests of its own.
struct ReadingSwiftTests {
  @Test func `comments and strings are blank, and code after them is not`() {
    let text = SwiftText(
      #"""
      let a = "print(1) \(call("}", b) + "x") \" end"; let b = 2  // print(2)
      /* print(3) /* nested */ still */ let c = 3
      """#)
    #expect(!text.code.contains("print"))
    #expect(text.code.contains("let b = 2"))
    #expect(text.code.contains("let c = 3"))
  }

  @Test func `raw and multi-line strings end where they end`() {
    let text = SwiftText(
      ##"""
      let a = #"quote " and \(no) and \#(yes ")")"#; let b = 1
      let c = """
        { " } \("""
        inner }
        """)
        """; let d = 2
      """##)
    #expect(text.code.contains("let b = 1"))
    #expect(text.code.contains("let d = 2"))
    #expect(!text.code.contains("}"))
  }

  @Test func `raw identifiers are blank`() {
    #expect(!SwiftText("func `a print( in a name`() {}").code.contains("print"))
  }

  @Test func `positions hold`() {
    let source = "let é = \"ü\"\n// two\nlet z = 1"
    let text = SwiftText(source)
    #expect(text.code.utf8.count == source.utf8.count)
    #expect(text.lines.count == 3)
  }

  @Test func `functions are measured from their first line to their closing brace`() {
    let text = SwiftText(
      """
      protocol P {
        func none() -> Int
        init(a: Int)
      }
      struct S {
        init(a: Int) { self.init() }
        func long(
          _ body: () -> Void = {}
        ) -> Int
        where A: B {
          if a { b }
          return 1
        }
        @Test func `}`() {
        }
      }
      """)
    #expect(
      SwiftFunction.all(in: text).map { "\($0.name) \($0.line) \($0.lineCount)" } == [
        "init 6 1", "long 7 7", "(an operator or a raw name) 14 2",
      ])
  }
}
