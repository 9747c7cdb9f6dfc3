// SPDX-License-Identifier: Apache-2.0
#include "CToml.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string_view>

#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_EXCEPTIONS 1
// Values within values; Swift's scan of the text has bounded the dotted keys.
#define TOML_MAX_NESTED_VALUES 32
#include <toml++/impl/preprocessor.h>

// toml++ 3.3 states as facts to the optimiser what hostile text can break: `[` before a character
// that begins no key is one. Here a broken one ends the parse, in every build, and nothing beyond
// it runs. Of characters, what its tables call unreachable is reached by `é` outside a string: it
// is `false`.
[[noreturn]] static void ctoml_broken_fact() { throw std::logic_error("toml++"); }
#undef TOML_ASSERT
#undef TOML_ASSERT_ASSUME
#undef TOML_UNREACHABLE
#define TOML_ASSERT(fact) ((fact) ? void(0) : ctoml_broken_fact())
#define TOML_ASSERT_ASSUME(fact) TOML_ASSERT(fact)
#define TOML_UNREACHABLE return false
#include <toml++/impl/forward_declarations.h>
#include <toml++/impl/unicode.h>
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE ctoml_broken_fact()
#include <toml++/toml.h>

namespace {

ctoml_range range_of(const toml::source_region &region) {
  return {region.begin.line, region.begin.column, region.end.line, region.end.column};
}

void set_text(ctoml_value &value, const char *text, size_t length) {
  value.text = text;
  value.text_length = length;
}

size_t print_date(char *buffer, size_t size, const toml::date &date) {
  return static_cast<size_t>(std::snprintf(
      buffer, size, "%04u-%02u-%02u", unsigned(date.year), unsigned(date.month),
      unsigned(date.day)));
}

size_t print_time(char *buffer, size_t size, const toml::time &time) {
  size_t length = static_cast<size_t>(std::snprintf(
      buffer, size, "%02u:%02u:%02u", unsigned(time.hour), unsigned(time.minute),
      unsigned(time.second)));
  if (time.nanosecond != 0) {
    length += static_cast<size_t>(
        std::snprintf(buffer + length, size - length, ".%09u", unsigned(time.nanosecond)));
    while (buffer[length - 1] == '0') length--;
  }
  return length;
}

size_t print_offset(char *buffer, size_t size, const toml::time_offset &offset) {
  if (offset.minutes == 0) return static_cast<size_t>(std::snprintf(buffer, size, "Z"));
  const int minutes = offset.minutes;
  const unsigned distance = static_cast<unsigned>(minutes < 0 ? -minutes : minutes);
  return static_cast<size_t>(std::snprintf(
      buffer, size, "%c%02u:%02u", minutes < 0 ? '-' : '+', distance / 60, distance % 60));
}

// Visits a tree; its recursion is bounded by CTOML_DEPTH.
class Walk {
 public:
  Walk(void *context, ctoml_visitor visit) : context_(context), visit_(visit) {}

  bool too_deep = false;
  toml::source_position deep{};

  void table(const toml::table &table, uint32_t depth) {
    for (auto &&[key, node] : table) {
      ctoml_value value{};
      value.key = key.str().data();
      value.key_length = key.str().size();
      value.key_range = range_of(key.source());
      this->node(node, value, depth);
    }
  }

 private:
  void *context_;
  ctoml_visitor visit_;

  void array(const toml::array &array, uint32_t depth) {
    for (auto &&node : array) {
      ctoml_value value{};
      this->node(node, value, depth);
    }
  }

  void node(const toml::node &node, ctoml_value &value, uint32_t depth) {
    if (too_deep) return;
    if (depth > CTOML_DEPTH) {
      too_deep = true;
      deep = value.key != nullptr ? toml::source_position{value.key_range.line,
                                                          value.key_range.column}
                                  : node.source().begin;
      return;
    }
    value.depth = depth;
    value.range = range_of(node.source());
    if (const auto *table = node.as_table()) {
      value.kind = CTOML_TABLE;
      visit_(context_, &value);
      this->table(*table, depth + 1);
    } else if (const auto *array = node.as_array()) {
      value.kind = CTOML_ARRAY;
      visit_(context_, &value);
      this->array(*array, depth + 1);
    } else {
      leaf(node, value);
    }
  }

  void leaf(const toml::node &node, ctoml_value &value) {
    if (const auto *text = node.as_string()) {
      value.kind = CTOML_STRING;
      set_text(value, text->get().data(), text->get().size());
    } else if (const auto *integer = node.as_integer()) {
      value.kind = CTOML_INTEGER;
      value.integer = integer->get();
    } else if (const auto *number = node.as_floating_point()) {
      value.kind = CTOML_FLOAT;
      value.number = number->get();
    } else if (const auto *flag = node.as_boolean()) {
      value.kind = CTOML_BOOLEAN;
      value.integer = flag->get() ? 1 : 0;
    } else {
      moment(node, value);
      return;
    }
    visit_(context_, &value);
  }

  void moment(const toml::node &node, ctoml_value &value) {
    char buffer[96];
    size_t length = 0;
    if (const auto *both = node.as_date_time()) {
      const toml::date_time moment = both->get();
      length = print_date(buffer, sizeof buffer, moment.date);
      buffer[length++] = 'T';
      length += print_time(buffer + length, sizeof buffer - length, moment.time);
      value.kind = moment.offset ? CTOML_OFFSET_DATE_TIME : CTOML_LOCAL_DATE_TIME;
      if (moment.offset)
        length += print_offset(buffer + length, sizeof buffer - length, *moment.offset);
    } else if (const auto *date = node.as_date()) {
      value.kind = CTOML_LOCAL_DATE;
      length = print_date(buffer, sizeof buffer, date->get());
    } else if (const auto *time = node.as_time()) {
      value.kind = CTOML_LOCAL_TIME;
      length = print_time(buffer, sizeof buffer, time->get());
    } else {
      return;
    }
    set_text(value, buffer, length);
    visit_(context_, &value);
  }
};

void set_error(ctoml_error *error, toml::source_position at, std::string_view message) {
  error->line = at.line;
  error->column = at.column;
  const size_t length = std::min(message.size(), sizeof error->message - 1);
  std::memcpy(error->message, message.data(), length);
  error->message[length] = 0;
}

}  // namespace

extern "C" ctoml_result ctoml_parse(
    const char *text, size_t length, void *context, ctoml_visitor visit, ctoml_error *error) {
  try {
    const toml::table table = toml::parse(std::string_view{text, length});
    Walk walk{context, visit};
    walk.table(table, 1);
    if (!walk.too_deep) return CTOML_OK;
    set_error(error, walk.deep, "nested too deep");
    return CTOML_TOO_DEEP;
  } catch (const toml::parse_error &fault) {
    set_error(error, fault.source().begin, fault.description());
    return CTOML_SYNTAX;
  } catch (const std::bad_alloc &) {
    return CTOML_NO_MEMORY;
  } catch (const std::exception &) {
    return CTOML_UNKNOWN;
  }
}
