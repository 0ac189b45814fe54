// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/storage_format.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/catalogue_format.hpp"
#include "sim/scenario/names.hpp"

#include <functional>
#include <utility>

namespace qianka {
namespace {

/// A key that is read, and not written.
template <class Member, class T>
Table<Price>& add_apart(Table<Price>& table, const char* key, Member member,
                        const Scalar<T>& scalar, const char* doc) {
  return table.add(scalar_field(key, scalar.info, doc),
                   {.read =
                        [member, scalar](const Value& value, Price& into, Reader& reader) {
                          if (auto read = scalar.read(value, scalar.info, reader))
                            std::invoke(member, into) = *std::move(read);
                        },
                    .write = {},
                    .absent = {}});
}

}  // namespace

const Table<Price>& price_table() {
  static const Table<Price> table = [] {
    Table<Price> t("price",
                   "What one was offered or sold for, in public: one of many prices, and no part "
                   "of a run.");
    add_apart(t, "value", &Price::value, number(positive), "Of one piece.").required();
    add_apart(t, "currency", &Price::currency, choice<Currency>(currency_names), "Of the value.");
    add_apart(t, "date", &Price::date, free_text(), "When, as in 2024-04.").required();
    add_apart(t, "source", &Price::source, free_text(), "Who says so.").required();
    return t;
  }();
  return table;
}

const Table<FrontEnd>& front_end_table() {
  static const Table<FrontEnd> table = [] {
    using F = FrontEnd;
    Table<F> t("front-end network",
               "A network of its own for storage and users. Checkpoints travel over it.");
    t.reference("nic", &F::nic, nic_table(), "A node's adapter to it.").required();
    t.add("nics", &F::nics, whole({1, true, 1024}), "Ports of a node.");
    t.add("oversubscription", &F::oversubscription, number(positive),
          "What the NICs of all nodes send over what the switches above them pass on.");
    t.reference("leaf", &F::leaf, switch_table(),
                "The switch next to the nodes, for the bill of materials.");
    return t;
  }();
  return table;
}

const Table<StorageNodes>& storage_nodes_table() {
  static const Table<StorageNodes> table = [] {
    using S = StorageNodes;
    Table<S> t("storage nodes", "The servers that the storage consists of.");
    t.add("count", &S::count, whole({1, true, 1e6}), "Servers there are.").required();
    t.reference("nic", &S::nic, nic_table(), "The adapter of a server.").required();
    t.add("nics", &S::nics, whole({1, true, 1024}), "Ports of a server.");
    t.add("network", &S::on_compute_fabric, choice<bool>(storage_network_names),
          "Where they hang: on the front-end network, or on the compute fabric.");
    t.figure("write", &S::write, bandwidth_of(), "What the media of one server sustain.");
    t.figure("read", &S::read, bandwidth_of(), "The same, read.");
    return t;
  }();
  return table;
}

void check_storage_nodes(ClusterSpec& cluster, const Value& map, Reader& reader) {
  const Entry* nodes = map.find("storage_nodes");
  if (nodes == nullptr || !cluster.storage_nodes) return;
  if (!cluster.storage_nodes->on_compute_fabric && !cluster.front_end)
    reader.error(nodes->at,
                 tr("these storage nodes hang on a front-end network, but there is none"),
                 tr("describe 'front_end', or write 'network: compute'"));
}

}  // namespace qianka
