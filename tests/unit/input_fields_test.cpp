// SPDX-License-Identifier: Apache-2.0
// A small format of its own, so that these tests do not follow the real one.
#include "sim/input/fields.hpp"
#include "sim/input/reference.hpp"
#include "sim/input/yaml.hpp"

#include <array>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

enum class Colour { red, dark_blue };
constexpr std::array<std::pair<std::string_view, Colour>, 2> colour_names{
    {{"red", Colour::red}, {"dark-blue", Colour::dark_blue}}};

struct Engine {
  std::string id, name;
  std::optional<Power> power;
};
struct Wheel {
  int size = 0;
};
struct Car {
  int doors = 4;
  Seconds warm_up{30};
  std::optional<double> drag;
  Colour colour = Colour::red;
  bool open = false;
  Engine engine;
  std::vector<Wheel> wheels;
};

const Table<Engine>& engine_table() {
  static const Table<Engine> table = [] {
    Table<Engine> t("engine", "What drives.");
    t.add("name", &Engine::name, free_text(), "Its name.");
    t.figure("power", &Engine::power, power_of(), "At full throttle.");
    return t;
  }();
  return table;
}
const Table<Wheel>& wheel_table() {
  static const Table<Wheel> table = [] {
    Table<Wheel> t("wheel", "It turns.");
    t.add("size", &Wheel::size, whole(), "Inches.").required();
    return t;
  }();
  return table;
}
const Table<Car>& car_table() {
  static const Table<Car> table = [] {
    Table<Car> t("car", "It moves.");
    t.add("doors", &Car::doors, whole({2, true, 5}), "How many.");
    t.add("warm_up", &Car::warm_up, time_of(), "Before it moves.").cited("handbook");
    t.figure("drag", &Car::drag, fraction(positive_share), "Coefficient.");
    t.add("colour", &Car::colour, choice<Colour>(colour_names), "Of the paint.");
    t.add("open", &Car::open, yes_no(), "Without a roof.");
    t.reference("engine", &Car::engine, engine_table(), "What drives it.").required();
    t.list("wheels", &Car::wheels, wheel_table(), "What it stands on.");
    return t;
  }();
  return table;
}

/// The catalogue of these tests: two engines, one of which uses the other, and one that uses
/// itself.
std::optional<Value> load_engine(const std::string& kind, const Value& name, Reader& reader) {
  const std::string text = name.text == "v8"      ? "{name: V8, power: 300 kW}"
                           : name.text == "v8-s"  ? "{use: v8, power: 350 kW}"
                           : name.text == "round" ? "{use: round}"
                                                  : "";
  if (text.empty()) {
    reader.error(name.at, "no " + kind + " '" + name.text + "'");
    return std::nullopt;
  }
  return read_yaml(text, name.text + ".yaml", reader.problems());
}

struct Outcome {
  Car car;
  std::vector<Figure> figures;
  std::string problems;
};

Outcome read(const std::string& text) {
  Reader reader(load_engine);
  reader.root = &car_table().info();
  const auto root = read_yaml(text, "f.yaml", reader.problems());
  Outcome outcome;
  if (root) outcome.car = car_table().read(*root, reader);
  outcome.figures = reader.figures();
  if (!reader.problems().empty()) outcome.problems = InputError(reader.problems()).what();
  return outcome;
}

TEST(Fields, values_reach_their_members) {
  const Outcome o = read(
      "{doors: 2, warm_up: 1 min, drag: 30 %, colour: dark-blue, open: true, "
      "engine: v8, wheels: [{size: 17}, {size: 18}]}");
  EXPECT_EQ(o.problems, "");
  EXPECT_EQ(o.car.doors, 2);
  EXPECT_EQ(o.car.warm_up.value, 60);
  EXPECT_EQ(o.car.drag, 30 * 0.01);
  EXPECT_EQ(o.car.colour, Colour::dark_blue);
  EXPECT_TRUE(o.car.open);
  EXPECT_EQ(o.car.engine.id, "v8");
  EXPECT_EQ(o.car.engine.name, "V8");
  EXPECT_EQ(o.car.engine.power->value, 300e3);
  EXPECT_EQ(o.car.wheels[1].size, 18);
}

TEST(Fields, what_is_left_out_keeps_its_default_and_is_remembered) {
  const Outcome o = read("{engine: v8, drag: unknown}");
  EXPECT_EQ(o.car.doors, 4);
  EXPECT_FALSE(o.car.drag);
  for (const Figure& figure : o.figures) {
    if (figure.path != "warm_up") continue;
    EXPECT_TRUE(figure.is_default);
    EXPECT_EQ(figure.value, "30 s");
    EXPECT_EQ(figure.source, "handbook");
    return;
  }
  FAIL() << "the default of warm_up was not remembered";
}

TEST(Fields, named_things_can_be_amended_and_written_in_place) {
  EXPECT_EQ(read("{engine: {use: v8, power: 310 kW}}").car.engine.power->value, 310e3);
  EXPECT_EQ(read("{engine: v8-s}").car.engine.power->value, 350e3);
  EXPECT_EQ(read("{engine: v8-s}").car.engine.name, "V8");
  EXPECT_EQ(read("{engine: {name: Mine, power: 1 kW}}").car.engine.id, "Mine");
  EXPECT_EQ(read("{engine: {power: 1 kW}}").car.engine.id, "engine in place");
  EXPECT_EQ(read("{engine: round}").problems,
            "round.yaml:1:7: error: engine uses itself: round -> round");
}

TEST(Fields, unknown_keys_come_with_the_nearest_or_the_right_place) {
  EXPECT_EQ(read("{engine: v8, dors: 4}").problems,
            "f.yaml:1:14: error: unknown key 'dors' in car\n  hint: did you mean 'doors'?");
  EXPECT_EQ(read("{engine: v8, power: 4 kW}").problems,
            "f.yaml:1:14: error: unknown key 'power' in car\n  hint: 'power' belongs in 'engine'");
  EXPECT_EQ(read("{engine: v8, doors:2}").problems,
            "f.yaml:1:14: error: unknown key 'doors:2' in car\n"
            "  hint: a space comes after the colon: 'doors: 2'");
  EXPECT_EQ(read("{engine: v8, xyzzy: 1}").problems,
            "f.yaml:1:14: error: unknown key 'xyzzy' in car\n"
            "  hint: keys are doors, warm_up, drag, colour, open, engine, wheels");
}

TEST(Fields, all_mistakes_are_told_at_once) {
  EXPECT_EQ(read("doors: 7\nopen: yes\ncolour: blue\nwheels: [{}, {size: 1.5}]\n").problems,
            "f.yaml:1:1: error: car needs 'engine'\n"
            "  hint: engine: a name from the catalogue, or a map\n"
            "f.yaml:1:8: error: 'doors' must be at least 2 and at most 5, but is 7\n"
            "f.yaml:2:7: error: 'open' must be true or false, but is 'yes'\n"
            "f.yaml:3:9: error: 'colour' cannot be 'blue'\n"
            "  hint: choices are red, dark-blue\n"
            "f.yaml:4:10: error: wheels.0 needs 'size'\n"
            "  hint: size: inches\n"
            "f.yaml:4:21: error: 'size' must be a whole number, but is 1.5");
}

TEST(Fields, numbers_are_read_by_our_own_rule) {
  EXPECT_NE(read("{engine: v8, doors: '4'}").problems, "");
  EXPECT_NE(read("{engine: v8, doors: 04}").problems, "");
  EXPECT_NE(read("{engine: v8, doors: unknown}").problems, "");
  EXPECT_NE(read("{engine: v8, doors: 0x4}").problems, "");
  EXPECT_NE(read("{engine: v8, doors: }").problems, "");
  EXPECT_EQ(read("{engine: v8, doors: 4e0}").problems, "");
}

TEST(Fields, the_written_form_has_every_bit_and_no_order) {
  Written one;
  Written other;
  car_table().write(read("{engine: v8, doors: 3, warm_up: 60 s}").car, "", one);
  car_table().write(read("{warm_up: 1 min, doors: 3, engine: {use: v8}}").car, "", other);
  EXPECT_EQ(one.values, other.values);
  EXPECT_EQ(one.values.at("warm_up"), "60");
  EXPECT_EQ(one.values.at("engine.use"), "v8");
}

TEST(Fields, the_reference_has_a_row_for_each_key) {
  const std::string text = reference_of(car_table().info());
  EXPECT_NE(text.find("| `doors` | whole number, from 2 to 5 | `4` | How many. |"),
            std::string::npos);
  EXPECT_NE(text.find("| `warm_up` | time, as `10 min` | `30 s` | Before it moves. Source of the "
                      "default: handbook. |"),
            std::string::npos);
  EXPECT_NE(text.find("| `engine` | name or map: [engine](#engine) | required |"),
            std::string::npos);
  EXPECT_NE(text.find("| `drag` | fraction, above 0 to 1, as `0.41`, or `unknown` |"),
            std::string::npos);
}

}  // namespace
}  // namespace qianka
