// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/completion.hpp"
#include "sim/cli/settable_keys.hpp"

namespace qianka {
namespace {

constexpr const char* functions = R"sh(__qianka_list() {
  LC_ALL=C qianka list "$@" 2>/dev/null | sed -n 's/^  \([^ ][^ ]*\).*/\1/p'
}
__qianka_next_keys() {
  __qianka_keys | awk -v typed="$1" 'substr($1, 1, length(typed)) == typed {
    rest = substr($1, length(typed) + 1); dot = index(rest, ".")
    print dot ? typed substr(rest, 1, dot) : $1 "="
  }' | sort -u
}
__qianka_key_values() {
  local word
  for word in $(__qianka_keys | awk -v key="$1" '$1 == key {for (i = 2; i <= NF; i++) print $i}'); do
    case $word in
      @parts/*) LC_ALL=C qianka list parts 2>/dev/null | awk -v kind="${word#*/}" '$2 == kind {print $1}' ;;
      @*) __qianka_list "${word#@}" ;;
      *) echo "$word" ;;
    esac
  done
}
)sh";

}  // namespace

std::string names_and_settings() {
  return "__qianka_keys() {\n  cat <<'END'\n" + settable_keys_text() + "END\n}\n" + functions;
}

}  // namespace qianka
