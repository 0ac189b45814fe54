// SPDX-License-Identifier: Apache-2.0
// The keys of scenarios/libraries/*.yaml.
#include "sim/scenario/catalogue_format.hpp"
#include "sim/scenario/names.hpp"

namespace qianka {
namespace {

const Table<Protocol>& protocol_table() {
  static const Table<Protocol> table = [] {
    Table<Protocol> t("protocol", "How pieces are handed on.");
    t.add("name", &Protocol::name, free_text(), "What the library calls it.");
    t.add("launch", &Protocol::launch, time_of(), "Once a collective, whatever its size.");
    t.add("hop", &Protocol::hop, number({0, true, 100}),
          "Latency between two cards of a node over the cluster's `scale_up_latency`.");
    t.add("rate", &Protocol::rate, fraction(positive_share),
          "Share of the links' capacity that carries data.");
    return t;
  }();
  return table;
}

Table<LibrarySpec> make_library_table() {
  using L = LibrarySpec;
  Table<L> t("library", "A communication library: what its software adds to the links.");
  add_catalogue_keys(t);
  t.add("vendors", &L::vendors, text_list(), "Whose cards it serves unless another is asked for.");
  t.add("selection", &L::selection, choice<Selection>(selection_names),
        "estimate: the algorithm of least estimated time. hccl-rules: by servers and size.");
  t.list("protocols", &L::protocols, protocol_table(), "What it may send by; the best is taken.");
  t.add("proxy", &L::proxy, time_of(), "Added to every message between nodes.");
  t.add("switch_latency", &L::switch_latency, time_of(),
        "One pass of a reduction in a switch, above its hops.");
  t.add("tree_share", &L::tree_share, fraction(positive_share),
        "Bandwidth it credits a tree with, over that of a ring, when it chooses.");
  t.add("switch_tree_share", &L::switch_tree_share, fraction(positive_share),
        "Of a node's reducing switch while a tree runs between nodes (nvls-tree).");
  return t;
}

}  // namespace

const Table<LibrarySpec>& library_table() {
  static const Table<LibrarySpec> table = make_library_table();
  return table;
}

}  // namespace qianka
