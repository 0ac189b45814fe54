// SPDX-License-Identifier: Apache-2.0
// What of the catalogue a study asks for again and again, read once.
#pragma once
#include "sim/scenario/cluster_spec.hpp"
#include "sim/scenario/model_spec.hpp"

#include <map>
#include <string>

namespace qianka {

class KnownParts {
 public:
  KnownParts();

  /// The id of the model that published tables call so; "" when the catalogue has none. Case,
  /// punctuation and what stands in brackets at the end do not count when nothing fits exactly.
  [[nodiscard]] std::string model_id(const std::string& name) const;
  /// Throws InputError when there is no such entry.
  const ModelSpec& model(const std::string& id);
  const ClusterSpec& cluster(const std::string& id);

 private:
  std::map<std::string, std::string> ids_;  // by exact and by simplified name
  std::map<std::string, ModelSpec> models_;
  std::map<std::string, ClusterSpec> clusters_;
};

}  // namespace qianka
