// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a value is.
typedef enum ctoml_kind {
  CTOML_TABLE,
  CTOML_ARRAY,
  CTOML_STRING,
  CTOML_INTEGER,
  CTOML_FLOAT,
  CTOML_BOOLEAN,
  CTOML_OFFSET_DATE_TIME,
  CTOML_LOCAL_DATE_TIME,
  CTOML_LOCAL_DATE,
  CTOML_LOCAL_TIME,
} ctoml_kind;

// A stretch of the file: lines and columns from 1, columns in code points, the end exclusive.
typedef struct ctoml_range {
  uint32_t line;
  uint32_t column;
  uint32_t end_line;
  uint32_t end_column;
} ctoml_range;

// One value, and the key it stands under. The pointers live as long as the call.
typedef struct ctoml_value {
  ctoml_kind kind;
  // How many tables and arrays it lies in; a key of the file itself has depth 1.
  uint32_t depth;
  ctoml_range range;
  // NULL for an element of an array.
  const char *key;
  size_t key_length;
  ctoml_range key_range;
  // The bytes of a string; the text of a date or time as RFC 3339 writes it.
  const char *text;
  size_t text_length;
  int64_t integer;
  double number;
} ctoml_value;

// Where and why the text is not TOML.
typedef struct ctoml_error {
  uint32_t line;
  uint32_t column;
  char message[256];
} ctoml_error;

// Called for each value, a table or array before what it holds. Keys of one table come in any
// order.
typedef void (*ctoml_visitor)(void *context, const ctoml_value *value);

// What came of a text.
typedef enum ctoml_result {
  CTOML_OK,
  // Not TOML: the first error is told.
  CTOML_SYNTAX,
  // Nested deeper than CTOML_DEPTH: the place is told.
  CTOML_TOO_DEEP,
  // No memory for it.
  CTOML_NO_MEMORY,
  // Not TOML, in a way that the parser cannot place.
  CTOML_UNKNOWN,
} ctoml_result;

// The most tables and arrays that a value may lie in.
#define CTOML_DEPTH 64

// Reads UTF-8 text without NUL, and walks what it says. Keeps nothing.
ctoml_result ctoml_parse(
    const char *text, size_t length, void *context, ctoml_visitor visit, ctoml_error *error);

#ifdef __cplusplus
}
#endif
