// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/completion.hpp"
#include "sim/cli/settable_keys.hpp"

namespace qianka {
namespace {

constexpr const char* functions = R"sh(_qianka_list() {
  LC_ALL=C qianka list "$@" 2>/dev/null | sed -n 's/^  \([^ ][^ ]*\).*/\1/p'
}
_qianka_next_keys() {
  _qianka_keys | awk -v typed="$1" 'substr($1, 1, length(typed)) == typed {
    rest = substr($1, length(typed) + 1); dot = index(rest, ".")
    print dot ? typed substr(rest, 1, dot) : $1 "="
  }' | sort -u
}
_qianka_key_values() {
  local word
  for word in $(_qianka_keys | awk -v key="$1" '$1 == key {for (i = 2; i <= NF; i++) print $i}'); do
    case $word in
      @parts/*) LC_ALL=C qianka list parts 2>/dev/null | awk -v kind="${word#*/}" '$2 == kind {print $1}' ;;
      @*) _qianka_list "${word#@}" ;;
      *) echo "$word" ;;
    esac
  done
}
)sh";

}  // namespace

std::string names_and_settings() {
  return "_qianka_keys() {\n  cat <<'END'\n" + settable_keys_text() + "END\n}\n" + functions;
}

}  // namespace qianka
