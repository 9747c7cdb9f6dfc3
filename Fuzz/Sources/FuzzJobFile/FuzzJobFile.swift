// SPDX-License-Identifier: Apache-2.0

import FuzzLaws

/// What libFuzzer calls with each input.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  hold(JobFileLaw.self, UnsafeBufferPointer(start: start, count: count))
}
