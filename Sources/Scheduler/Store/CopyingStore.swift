// SPDX-License-Identifier: Apache-2.0

/// A store of which a copy can be made while it is in use, in small steps.
///
/// At most one copy is made at a time.
public protocol CopyingStore: Store {
  /// Begins a copy into a new file at `path`, which must not be there.
  ///
  /// - Throws: ``StoreError``.
  func beginCopy(at path: String) throws

  /// Copies at most `pages` pages; what is committed between two steps is in the copy as well.
  ///
  /// - Throws: ``StoreError``; the copy is given up then.
  func continueCopy(pages: Int) throws -> CopyProgress

  /// Gives a copy up that is not whole; its file stays.
  func abandonCopy()
}

/// How far a copy has come.
public struct CopyProgress: Hashable, Sendable {
  /// Pages that are copied.
  public let done: Int
  /// Pages of the store at present.
  public let total: Int
  /// The copy is whole.
  public let isWhole: Bool

  /// So far.
  public init(done: Int, total: Int, isWhole: Bool) {
    self.done = done
    self.total = total
    self.isWhole = isWhole
  }
}
