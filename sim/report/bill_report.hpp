// SPDX-License-Identifier: Apache-2.0
// The bill of materials of a cluster, for people and as JSON.
#pragma once
#include "sim/report/json.hpp"
#include "sim/topology/bill.hpp"

#include <string>

namespace qianka {

std::string bill_text(const Bill& bill);
Json bill_json(const Bill& bill);

}  // namespace qianka
