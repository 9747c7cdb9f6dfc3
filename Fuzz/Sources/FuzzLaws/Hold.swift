// SPDX-License-Identifier: Apache-2.0

/// Holds one input of a fuzzer against a law: a law that is broken ends the process, which is how a
/// fuzzer learns of it.
package func hold(_ law: any Law.Type, _ input: UnsafeBufferPointer<UInt8>) -> CInt {
  if let fault = law.broken(by: Array(input)) {
    fatalError("the law is broken: \(fault)")
  }
  return 0
}
