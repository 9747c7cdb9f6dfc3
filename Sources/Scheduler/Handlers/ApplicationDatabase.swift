// SPDX-License-Identifier: Apache-2.0

internal import CSQLite
internal import Synchronization

/// A database of the user's on a thread of its own: SQLite waits for locks and disks, and the
/// threads that tasks share must not.
actor ApplicationDatabase {
  private let executor = ExecutionQueue(label: "beat.application-database")
  private let interrupter = DatabaseInterrupter()
  private let path: String
  private var connection: DatabaseConnection?

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// A database that is opened when it is first used.
  init(path: String) { self.path = path }

  /// Works on the database; a task that is cancelled interrupts the statement it is in.
  ///
  /// - Throws: what `body` throws, and SQLite's refusals as ``HandlerError`` where another attempt
  ///   would not help.
  nonisolated func use<Value: Sendable>(
    _ body: @Sendable (DatabaseConnection) throws -> Value
  ) async throws -> Value {
    try Task.checkCancellation()
    return try await withTaskCancellationHandler {
      try await perform(body)
    } onCancel: {
      interrupter.interrupt()
    }
  }

  private func perform<Value: Sendable>(
    _ body: @Sendable (DatabaseConnection) throws -> Value
  ) throws -> Value {
    do {
      return try body(opened())
    } catch let failure as DatabaseFailure {
      throw failure.asHandlerError
    }
  }

  private func opened() throws -> DatabaseConnection {
    if let connection { return connection }
    let connection = try DatabaseConnection(path: path, interrupter: interrupter)
    self.connection = connection
    return connection
  }
}

/// Stops a connection's statement from any thread, and no connection that is closed.
final class DatabaseInterrupter: Sendable {
  /// The connection's address; 0 while there is none.
  ///
  /// SQLite lets `sqlite3_interrupt` be called from any thread while the connection is open, which
  /// the lock makes sure of.
  private let address = Mutex<UInt>(0)

  func attach(_ handle: OpaquePointer) {
    let number = UInt(bitPattern: handle)
    address.withLock { $0 = number }
  }

  func detach() { address.withLock { $0 = 0 } }

  func interrupt() {
    address.withLock { address in
      if let handle = unsafe OpaquePointer(bitPattern: address) {
        unsafe sqlite3_interrupt(handle)
      }
    }
  }
}
